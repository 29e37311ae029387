import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { AttendanceView } from '#protocol/attendance.ts';
import type { PersonView } from '#protocol/people.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday noon in Paris. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
let services: DataServices;
let rest: RestServer;
let staff: Browser;
let grace: PersonView;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  staff = await rest.staff();
  grace = await services.addPerson({ number: 'E-7', department: 'Lab' });
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

const correction = {
  number: 'e-7',
  date: '2026-11-20',
  time: '08:05',
  kind: 'in',
  reason: 'The station was off',
};
const correct = (change: object = {}) =>
  staff.send('POST', '/api/v1/attendance/corrections', { ...correction, ...change });

describe('corrections', () => {
  it('a correction is a new punch with its author, and is in the audit trail', async () => {
    expect((await correct()).status).toBe(201);
    expect((await correct({ time: '16:35', kind: 'out' })).status).toBe(201);
    const { days } = await staff.json<AttendanceView>('GET', '/api/v1/attendance?date=2026-11-20');
    expect(days).toMatchObject([
      {
        person: { id: grace.id },
        checkIn: { localTime: '08:05', source: 'correction', device: null },
        checkOut: { localTime: '16:35' },
        worked: 8.5 * 3_600_000,
      },
    ]);
    const events = await services.database.fork().find(AuditEvent, { act: 'punch.corrected' });
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ actorName: 'ada', objectId: grace.id });
    expect(events[0]!.detail).not.toContain('Grace');
  });

  it.each([
    ['a number that nobody has', { number: 'E-8' }, 'number'],
    ['a number with a wildcard', { number: 'E-%' }, 'number'],
    ['a time to come', { date: '2026-11-23', time: '12:01' }, 'time'],
    ['a time that the clocks skipped', { date: '2026-03-28', time: '02:30' }, 'time'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['a date that is none', { date: '2026-02-30' }, 'date'],
  ])('a correction is refused with %s', async (_name, change, path) => {
    const problem = await problemOf(await correct(change));
    expect(problem).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(problem.faults?.map((fault) => fault.path)).toEqual([path]);
  });

  it('a correction sent twice is written once', async () => {
    expect(await problemOf(await correct())).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('the attendance report', () => {
  it('the report has one line per person and day, and its export is audited', async () => {
    await services.addPerson({ number: 'E-9', givenName: '=1+1', department: 'Lab, "B"' });
    await correct({ number: 'E-9', date: '2026-11-21', time: '09:00' });
    const response = await staff.send('GET', '/api/v1/attendance/report?from=2026-11-19&to=2026-11-22');
    expect(response.headers.get('content-disposition')).toContain('attendance-2026-11-19-2026-11-22.csv');
    const lines = (await response.text()).replace('\uFEFF', '').trim().split('\r\n');
    expect(lines).toEqual([
      'number,name,department,date,in,out,worked_minutes,punches,corrections',
      'E-7,Grace Hopper,Lab,2026-11-20,08:05,16:35,510,in 08:05 out 16:35,2',
      `E-9,'=1+1 Hopper,"Lab, ""B""",2026-11-21,09:00,,,in 09:00,1`,
    ]);
    expect(await services.database.fork().count(AuditEvent, { act: 'report.exported' })).toBe(1);
  });

  it.each(['from=2026-11-19', 'from=2026-11-19&to=2026-11-18', 'from=2024-01-01&to=2026-01-01'])(
    'the attendance report is refused for %s',
    async (query) => {
      expect((await staff.send('GET', `/api/v1/attendance/report?${query}`)).status).toBe(422);
    },
  );
});
