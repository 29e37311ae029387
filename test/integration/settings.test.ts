/** Settings: what owners set on a page lies between the variables and the defaults. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { ConfigLayers } from '../../config/config.ts';
import { AuditFeed } from '../../server/audit/audit-feed.ts';
import { followers } from '../../server/composition/followers.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Setting } from '../../server/db/entities/setting.ts';
import { SettingsService } from '../../server/settings/settings-service.ts';
import type { SettingKey, SettingView, SettingsView } from '#protocol/settings.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const log = pino({ level: 'silent' });
let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeAll(async () => {
  services = await openDataServices({
    env: { MUSTER_CHALLENGE: 'never', MUSTER_MIN_FACE: '', MUSTER_MIN_GAP_SECONDS: '' },
  });
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

const view = () => owner.json<SettingsView>('GET', '/api/v1/settings');
const setting = async (key: SettingKey): Promise<SettingView> =>
  (await view()).settings.find((one) => one.key === key)!;
const change = (body: unknown, headers?: Record<string, string>) =>
  owner.send('PATCH', '/api/v1/settings', body, headers);

/** Of the list of people. */
async function firstLine(query: string): Promise<string | undefined> {
  const file = await owner.send('GET', `/api/v1/people/file?${query}`);
  return (await file.text()).split('\r\n')[0];
}

describe('settings', () => {
  it('each setting says its value, its default, what it takes and what set it', async () => {
    expect(await setting('MUSTER_FAR')).toMatchObject({
      value: '1e-4',
      default: '1e-4',
      source: 'default',
      form: { kind: 'choice', options: ['1e-3', '1e-4', '1e-5', '1e-6'] },
      changedAt: null,
    });
    expect(await setting('MUSTER_KEEP_PUNCHES_DAYS')).toMatchObject({
      value: 'never',
      form: { kind: 'days', min: 31, max: 36_500, never: true },
    });
    expect(await setting('MUSTER_LIVENESS')).toMatchObject({ value: null, default: null });
  });

  it('a change takes effect at once, says who made it, and is audited with both values', async () => {
    const reply = await change({ MUSTER_KEEP_SNAPSHOTS_DAYS: '7', MUSTER_SELF_ENROLLMENT: 'automatic' });
    expect(reply.status).toBe(200);
    expect(services.settings.now.keepDays.snapshots).toBe(7);
    expect(services.settings.now.selfEnrollment).toBe('automatic');
    const lines = await owner.json<{ next: { what: string; keepDays: number | null }[] }>(
      'GET',
      '/api/v1/retention',
    );
    expect(lines.next.find(({ what }) => what === 'snapshots')?.keepDays).toBe(7);
    const { source, changedBy, changedAt } = await setting('MUSTER_KEEP_SNAPSHOTS_DAYS');
    expect({ source, changedBy }).toEqual({ source: 'page', changedBy: 'Ada' });
    expect(changedAt).not.toBeNull();
    const events = await services.database
      .fork()
      .find(AuditEvent, { act: 'setting.changed' }, { orderBy: { seq: 'asc' } });
    const read = events.map(({ objectId, detail }) => [objectId, JSON.parse(detail) as unknown]);
    expect(read).toEqual([
      ['MUSTER_KEEP_SNAPSHOTS_DAYS', { before: { value: '30' }, after: { value: '7' } }],
      ['MUSTER_SELF_ENROLLMENT', { before: { value: 'confirm' }, after: { value: 'automatic' } }],
    ]);
  });

  it('a setting goes back to its default', async () => {
    await change({ MUSTER_KEEP_CAPTURES_DAYS: '3' });
    expect((await change({ MUSTER_KEEP_CAPTURES_DAYS: null })).status).toBe(200);
    expect(await setting('MUSTER_KEEP_CAPTURES_DAYS')).toMatchObject({ value: '14', source: 'default' });
    expect(await services.database.fork().count(Setting, { key: 'MUSTER_KEEP_CAPTURES_DAYS' })).toBe(0);
  });

  it('what a variable sets is fixed, whatever is stored', async () => {
    expect(await setting('MUSTER_CHALLENGE')).toMatchObject({ value: 'never', source: 'variable' });
    const problem = await problemOf(await change({ MUSTER_CHALLENGE: 'always' }));
    expect(problem).toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'MUSTER_CHALLENGE', message: 'is set on the server' }],
    });
    expect(services.settings.now.models.challenge).toBe('never');
  });

  it.each([
    [{ MUSTER_KEEP_SNAPSHOTS_DAYS: '0' }, 'MUSTER_KEEP_SNAPSHOTS_DAYS', /from 1 to 3650/],
    [{ MUSTER_FAR: 'paranoid' }, 'MUSTER_FAR', /must be/],
    [{ MUSTER_HTTP_PORT: '80' }, 'MUSTER_HTTP_PORT', /is not known/],
    [{ MUSTER_KEEP_AUDIT_DAYS: '' }, 'MUSTER_KEEP_AUDIT_DAYS', /from 31/],
  ])('%o is refused with what is wrong about %s', async (body, path, message) => {
    const { faults } = await problemOf(await change(body));
    expect(faults).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  });

  it('where one of several has a fault, none is changed', async () => {
    const response = await change({ MUSTER_ENROLLMENT_BINS: '5', MUSTER_KEEP_SNAPSHOTS_DAYS: 'ever' });
    expect(response.status).toBe(422);
    expect(await setting('MUSTER_ENROLLMENT_BINS')).toMatchObject({ value: '3', source: 'default' });
  });

  it('of two owners who change the settings at once, the second is told', async () => {
    const seen = (await view()).version;
    const match = { 'if-match': `"${seen}"` };
    const [first, second] = await Promise.all([
      change({ MUSTER_ENROLLMENT_BINS: '4' }, match),
      change({ MUSTER_ENROLLMENT_BINS: '5' }, match),
    ]);
    expect([first.status, second.status].toSorted((a, b) => a - b)).toEqual([200, 412]);
  });

  it('what the models of this server cannot do is refused', async () => {
    services.settings.checkedBy(async ({ models }) =>
      models.far === '1e-6' ? [{ path: 'MUSTER_FAR', message: 'is not a level of this model pack' }] : [],
    );
    expect((await problemOf(await change({ MUSTER_FAR: '1e-6' }))).faults).toHaveLength(1);
    expect((await change({ MUSTER_FAR: 'strict' })).status).toBe(200);
    expect(await setting('MUSTER_FAR')).toMatchObject({ value: '1e-5', source: 'page' });
  });

  it('a setting that is read at the start waits for the next one', async () => {
    await change({ MUSTER_MIN_FACE: '0.2' });
    expect(await setting('MUSTER_MIN_FACE')).toMatchObject({ value: '0.2', atStart: true, waits: true });
    await change({ MUSTER_MIN_FACE: null });
    expect(await setting('MUSTER_MIN_FACE')).toMatchObject({ atStart: true, waits: false });
  });

  it('a new station begins with the gap that was set', async () => {
    await change({ MUSTER_MIN_GAP_SECONDS: '45' });
    expect((await services.addDevice()).settings.minGap).toBe(45_000);
  });

  it('another server on the database follows, by the audit trail', async () => {
    const { database } = services;
    const other = await SettingsService.open({ database, layers: new ConfigLayers({}), log });
    const feed = await AuditFeed.open({ database, log });
    feed.start(followers({ ...services, settings: other }));
    await change({ MUSTER_EXPORT_DELIMITER: 'tab' });
    await feed.look();
    await feed.close();
    expect(other.now.exports.delimiter).toBe('tab');
  });

  it('a stored setting that this version does not know is left alone', async () => {
    const { database } = services;
    const by = await services.accountId();
    const em = database.fork();
    await em.insertMany(Setting, [
      { key: 'MUSTER_FORMER', value: '1', changedBy: by, changedAt: new Date() },
      { key: 'MUSTER_KEEP_TEMPLATES_DAYS', value: 'soon', changedBy: by, changedAt: new Date() },
    ]);
    const opened = await SettingsService.open({ database, layers: new ConfigLayers({}), log });
    expect(opened.now.keepDays.templates).toBe(30);
  });

  it('lists and reports are separated as the settings say, unless a request asks for something else', async () => {
    await services.addPerson({ familyName: 'Hopper' });
    await change({ MUSTER_EXPORT_DELIMITER: 'semicolon', MUSTER_EXPORT_FORMAT: 'csv' });
    expect(await firstLine('')).toContain(';');
    expect(await firstLine('delimiter=comma')).not.toContain(';');
    await change({ MUSTER_EXPORT_DELIMITER: null });
    expect(await firstLine('')).toContain(',');
  });
});
