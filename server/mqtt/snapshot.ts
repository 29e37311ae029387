/** What is told, read from the database at one moment. */
import type { Database } from '../db/database.ts';
import { recognizingAt } from '../devices/recognition-hours.ts';
import type { DeviceKind, DeviceSettings } from '../protocol/devices.ts';
import type { RtspProblem } from '../protocol/rtsp.ts';
import type { Presence, PresenceBoard } from '../rollcall/presence-board.ts';
import { allSites } from '../sites/site-service.ts';

export interface Snapshot {
  /** Everybody who is in, or may be, in the order of names. */
  people: PersonIn[];
  /** All of them; the default site first. */
  sites: Named[];
  /** All of them, in the order of names. */
  departments: Named[];
  /** Stations and cameras that are not revoked, the oldest first. */
  devices: DeviceNow[];
}

interface Named {
  id: string;
  name: string;
}

export interface PersonIn {
  number: string;
  name: string;
  /** Empty where the person has none. */
  department: string;
  siteId: string;
  state: 'in' | 'uncertain';
  /** The arrival, ISO 8601. */
  since: string;
}

interface DeviceNow extends Named {
  kind: DeviceKind;
  /** Name of the site. */
  site: string;
  /** Connected to any server of the database; for a camera that a server fetches, that pictures arrive. */
  online: boolean;
  /** Whether it is within the hours in which it recognizes anybody. */
  recognizing: boolean;
  /** Why a camera that a server fetches has no pictures. */
  problem: RtspProblem | null;
}

export interface SnapshotSources {
  database: Database;
  board: Pick<PresenceBoard, 'read'>;
}

interface DeviceRow {
  id: string;
  name: string;
  kind: DeviceKind;
  siteId: string | null;
  settings: DeviceSettings;
  up: boolean;
  problem: RtspProblem | null;
  /** Of the clock of the database, epoch ms. */
  now: number;
}

export async function readSnapshot({ database, board }: SnapshotSources): Promise<Snapshot> {
  const { people } = await board.read();
  const em = database.fork();
  const sites = await allSites(em);
  const departments = await em.execute<Named[]>('select id, name from department order by name');
  const devices = await em.execute<DeviceRow[]>(
    `select d.id, d.name, d.kind, d.site_id "siteId", d.settings, coalesce(c.up, false) up, r.problem,
       floor(extract(epoch from now()) * 1000)::float8 "now"
     from device d
       left join connected_device c on c.device_id = d.id
       left join rtsp_source r on r.device_id = d.id
     where d.revoked_at is null order by d.paired_at, d.id`,
  );
  const siteOf = (id: string | null) => sites.find((site) => site.id === id) ?? sites[0]!;
  return {
    people: [...people.values()].flatMap((presence) => personIn(presence) ?? []),
    sites: sites.map(({ id, name }) => ({ id, name })),
    departments,
    devices: devices.map(({ id, name, kind, siteId, settings, up, problem, now }) => {
      const site = siteOf(siteId);
      const { now: recognizing } = recognizingAt(settings.hours ?? null, site.timeZone, now);
      return { id, name, kind, site: site.name, online: up, recognizing, problem: up ? null : problem };
    }),
  };
}

function personIn({ person, state, siteId, since }: Presence): PersonIn | null {
  if (state === 'left') return null;
  const { number, displayName, department } = person;
  return { number, name: displayName, department, siteId, state, since };
}
