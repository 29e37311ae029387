/** A server with two records to merge, and what tests of merges ask of it. One for each test file. */
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import type { GalleryChange } from '../../server/biometrics/template-store.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { MergedView, MergePreviewView } from '#protocol/people-merge.ts';
import type { SiteView } from '#protocol/sites.ts';
import { type DataServices, newTemplate, openDataServices, PASSWORD } from './data-services.ts';
import { type Browser, RestServer } from './rest-server.ts';

/** Monday noon in Paris. */
export const NOW = Date.parse('2026-11-23T11:00:00Z');
export const MINUTE = 60_000;
export const DAY = 86_400_000;
export let services: DataServices;
export let rest: RestServer;
export let owner: Browser;
export let paris: SiteView;
export let door: SightingDevice;
export let stationId: string;
/** Of the gallery, since they were forgotten last. */
export const changes: GalleryChange[] = [];
let sightings = 0;

export async function openMergeOffice(): Promise<void> {
  services = await openDataServices({ now: () => NOW });
  services.templates.on('gallery.changed', (change) => changes.push(change));
  rest = await RestServer.start(services);
  owner = await rest.staff();
  paris = (await services.sites.list())[0]!;
  const device = await services.addDevice();
  stationId = device.deviceId;
  door = doorOf(device);
}

export async function closeMergeOffice(): Promise<void> {
  rest.stop();
  await services.close();
}

export const preview = (stays: string, goes: string) =>
  owner.json<MergePreviewView>('GET', `/api/v1/people/${stays}/merge?goes=${goes}`);
export async function send(stays: string, goes: string, more: object = {}, as = owner): Promise<Response> {
  const { version } = await preview(stays, goes);
  const body = { goes, version, reason: 'Enrolled twice', ...more };
  return as.send('POST', `/api/v1/people/${stays}/merge`, body);
}
export async function merge(stays: string, goes: string, more: object = {}): Promise<MergedView> {
  const reply = await send(stays, goes, more);
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()) as MergedView;
}

export function sightingOf(personId: string, at: number): Sighting {
  sightings += 1;
  return {
    id: `run/${stationId}/${sightings}/${personId}`,
    cameraId: stationId,
    track: sightings,
    personId,
    at,
    similarity: 0.7,
    margin: 0.3,
    frames: 4,
    live: null,
  };
}
export const seen = (personId: string, at: number) =>
  services.attendance.record(sightingOf(personId, at), door);
export const enroll = (id: string, seed: number) =>
  services.enroll(id, [newTemplate('front', seed + 1), newTemplate('aggregate', seed)]);
export const entryOf = async (id: string) =>
  (await services.templates.loadGallery()).find(({ personId }) => personId === id);
export const sql = <T>(text: string, parameters: unknown[] = []) =>
  services.database.fork().execute<T[]>(text, parameters);
export const counted = async (id: string) => {
  const rows = await sql<{ at: string; source: string; reason: string | null }>(
    `select at, source, reason from punch where person_id = ?
     and not exists (select from punch_void v where v.punch_id = punch.id) order by at`,
    [id],
  );
  return rows.map(({ at, source, reason }) => ({ at: new Date(at), source, reason }));
};
export const keyOf = async (id: string) =>
  (await sql<{ id: string }>('select id from person_key where person_id = ?', [id]))[0]?.id ?? null;
export const shareOf = async (personId: string, keyId: string) =>
  (await services.keyStore.get([{ personId, keyId }]))[0];
export const alike = (personId: string) => ({ personId, similarity: 0.6 });
export const two = async () =>
  [await services.addConsentedPerson(), await services.addConsentedPerson()] as const;

export const join = async (id: string, username: string) => {
  const { token } = await owner.json<{ token: string }>('POST', `/api/v1/people/${id}/account`, {
    username,
  });
  await rest.stranger().json('POST', '/api/v1/invitation', { token, password: PASSWORD });
};
export const signIn = (username: string) =>
  rest.stranger().send('POST', '/api/v1/session', { username, password: PASSWORD });
