/** The clock of the server is set while people punch. Database and services are real; the clocks are the test's. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClockStepService } from '../../server/attendance/clock-step-service.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { addDays } from '../../server/time/zoned.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MORNING = Date.parse('2026-11-20T09:30:00Z');
/** Of the door. */
const GAP = 5 * MINUTE;

/** Time that has really passed, and by how much the clock was set since the morning, ms. */
let passed = 0;
let set = 0;
const now = () => MORNING + passed + set;
const look = () => services.clockSteps.last;
/** The watch looks all the time. */
function wait(time: number): void {
  passed += time;
  look();
}
function setBy(time: number): void {
  set += time;
  look();
}

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let door: DeviceActor;
let personId: string;

beforeAll(async () => {
  services = await openDataServices({ now });
  await services.clockSteps.start(() => ({ wall: now(), monotonic: passed, boot: passed }));
  rest = await RestServer.start(services);
  owner = await rest.staff();
  const { deviceId } = await services.addDevice();
  await services.devices.update(deviceId, { settings: { minGap: GAP } });
  door = (await services.devices.stationOf(deviceId))!.door;
});
afterAll(async () => {
  rest?.stop();
  await services?.close();
});
beforeEach(async () => {
  // Days apart, so that no row touches the times of another one.
  wait(100 * HOUR);
  personId = (await services.addPerson()).id;
});

/** The person passes the door now, as an analyzer and the keypad would report it. */
async function pass(clockStep = services.attendance.clockStep) {
  const { deviceId: cameraId } = door;
  const id = `run/${cameraId}/1/${randomUUID()}`;
  const evidence = { similarity: 0.7, margin: 0.3, frames: 3, live: null };
  return services.attendance.record(
    { id, cameraId, track: 1, personId, at: now(), ...evidence, clockStep },
    doorOf(door),
  );
}

type Event = ['wait' | 'set', number] | 'passes' | 'is already there';

const ROWS: [name: string, events: Event[]][] = [
  ['a second passing within the gap', ['passes', ['wait', MINUTE], 'is already there']],
  [
    'set back while the person stands at the door',
    ['passes', ['wait', MINUTE], ['set', -HOUR], 'is already there'],
  ],
  ['set back after a real passing', ['passes', ['wait', 10 * MINUTE], ['set', -HOUR], 'passes']],
  ['the same time of the hour that is shown twice', ['passes', ['wait', HOUR], ['set', -HOUR], 'passes']],
  [
    'the second time of that hour has a gap of its own',
    ['passes', ['wait', HOUR], ['set', -HOUR], 'passes', ['wait', MINUTE], 'is already there'],
  ],
  [
    'set forward while the person stands at the door',
    ['passes', ['wait', MINUTE], ['set', HOUR], 'is already there', ['wait', 10 * MINUTE], 'passes'],
  ],
  [
    'set forward by mistake and right again',
    ['passes', ['set', HOUR], ['wait', 10 * MINUTE], 'passes', ['wait', 50 * MINUTE], ['set', -HOUR]],
  ],
  [
    'a passing that the clock puts in the future makes nobody "already there" until then',
    [['set', HOUR], 'passes', ['wait', 10 * MINUTE], ['set', -HOUR], ['wait', 50 * MINUTE], 'passes'],
  ],
  ['set back by seconds', ['passes', ['wait', MINUTE], ['set', -3_000], 'is already there']],
  [
    'set several times',
    ['passes', ['wait', MINUTE], ['set', -HOUR], ['set', 2 * HOUR], ['wait', MINUTE], 'is already there'],
  ],
];

describe('the gap between two punches of a person when the clock of the server is set', () => {
  it.each(ROWS)('%s', async (_, events) => {
    const happened: unknown[] = [];
    for (const event of events) {
      if (typeof event === 'string') {
        const { result } = await pass();
        happened.push(result.startsWith('already-') ? 'is already there' : 'passes');
      } else {
        (event[0] === 'wait' ? wait : setBy)(event[1]);
        happened.push(event);
      }
    }
    await services.clockSteps.saved();
    expect(happened).toEqual(events);
  });

  it('a sighting that waited through the step is compared with those that came before the step too', async () => {
    await pass();
    wait(MINUTE);
    const before = services.attendance.clockStep;
    const at = now();
    setBy(-HOUR);
    expect(services.attendance.clockStep).not.toBe(before);
    await services.clockSteps.saved();
    setBy(HOUR);
    expect(now()).toBe(at);
    expect((await pass(before)).result).toMatch(/^already/);
  });

  it('a server that was started again still knows which punches came before the step', async () => {
    await pass();
    wait(HOUR);
    setBy(-HOUR);
    await services.clockSteps.saved();
    const again = new ClockStepService({ ...services, now });
    await again.start(() => null);
    expect(again.last).toBe(services.clockSteps.last);
    again.close();
    expect((await pass(again.last!)).result).not.toMatch(/^already/);
  });
});

const health = () => rest.stranger().send('GET', '/api/v1/health');

describe('what is shown of a clock that was set', () => {
  it('health says it until somebody acknowledges it, the status stays at 200, and the audit trail has both', async () => {
    setBy(-HOUR);
    await services.clockSteps.saved();
    const response = await health();
    const view = (await response.json()) as { clock: { id: string; at: string }; problems: string[] };
    expect([response.status, view.problems]).toEqual([200, ['clock-set']]);
    expect(view.clock).toMatchObject({ at: new Date(now()).toISOString(), by: -HOUR });
    const ready = await rest.stranger().send('GET', '/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'degraded', problems: ['clock-set'] },
    ]);

    owner = await rest.staff();
    const path = `/api/v1/clock-steps/${view.clock.id}/acknowledgement`;
    expect((await owner.send('POST', path)).status).toBe(204);
    expect((await owner.send('POST', path)).status).toBe(204);
    expect(await (await health()).json()).toMatchObject({ status: 'ok', clock: null });
    const nobody = path.replace(view.clock.id, randomUUID());
    expect((await owner.send('POST', nobody)).status).toBe(404);
    const acts = await services.database
      .fork()
      .find(AuditEvent, { act: { $in: ['clock.set', 'clock.acknowledged'] } }, { orderBy: { seq: 'desc' } });
    expect(acts[0]).toMatchObject({ act: 'clock.acknowledged', actorKind: 'account' });
    expect(acts[1]).toMatchObject({ act: 'clock.set', actorKind: 'server' });
    expect(acts[1]!.detail).toContain('"seconds":-3600');
  });

  it('nobody has to acknowledge it: after a day it is shown no more', async () => {
    setBy(HOUR);
    await services.clockSteps.saved();
    expect((await services.clockSteps.current())?.by).toBe(HOUR);
    wait(25 * HOUR);
    await expect.poll(() => services.clockSteps.current(), { timeout: 10_000 }).toBeNull();
  });

  it('the punches of the hour that was shown twice are marked, on the board that was read before as well', async () => {
    const first = await pass();
    wait(30 * MINUTE);
    const before = await services.attendanceQuery.day();
    const mine = (view: typeof before) => view.days.find(({ person }) => person.id === personId)!.punches;
    expect(mine(before).map(({ clock }) => clock)).toEqual([undefined]);
    setBy(-75 * MINUTE);
    wait(10 * MINUTE);
    await pass();
    wait(75 * MINUTE);
    const later = await pass();
    const after = mine(await services.attendanceQuery.day());
    expect(after.map(({ clock }) => clock?.by)).toEqual([-75 * MINUTE, -75 * MINUTE, undefined]);
    expect(after.at(-1)!.id).toBe(later.punch!.id);
    owner = await rest.staff();
    const one = await owner.json<{ clock?: { by: number } }>('GET', `/api/v1/punches/${first.punch!.id}`);
    expect(one.clock).toMatchObject({ by: -75 * MINUTE });
    const span = { from: addDays(after[0]!.localDate, -1), to: after[0]!.localDate };
    const plan = await services.balances.plan(personId, span);
    const flags = plan.days.flatMap((day) => day.flags.filter(({ kind }) => kind === 'clock-set'));
    expect(flags).toHaveLength(2);
  });
});
