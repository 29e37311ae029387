/** What stations kept while the server was away, delivered to the services over a real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newDeviceKey, publicKeyOf, sign } from '../../client/src/claims/claim-crypto.ts';
import { punchByPass } from '../../server/attendance/punch-by-pass.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { RefusedPunch } from '../../server/db/entities/refused-punch.ts';
import { PASS_LIMITS } from '#protocol/limits.ts';
import type { RefusedPunchDecision } from '#protocol/refused-punches.ts';
import type { Pass } from '#protocol/signaling.ts';
import { clockAt, dateAt } from '../../server/time/zoned.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { KeepingStation } from '../support/kept-claims.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let services: DataServices;
let clock = Date.now();
let person: { id: string; number: string };
let pin: string;
let station: KeepingStation;
/** When the server went away. */
let away: number;

beforeAll(async () => {
  services = await openDataServices({ now: () => clock });
});
afterAll(() => services.close());
beforeEach(async () => {
  away = clock;
  station = await KeepingStation.open(services, away);
  person = await services.addPerson({ number: `KEPT-${randomUUID().slice(0, 8)}` });
  ({ pin } = await services.passes.setPin(person.id));
});

const right = (): Pass => ({ type: 'pin', number: person.number, pin });
const wrong = (): Pass =>
  ({ ...right(), pin: String((Number(pin) + 1) % 1_000_000).padStart(6, '0') }) as Pass;
const punches = () =>
  services.database.fork().find(Punch, { personId: person.id }, { orderBy: { at: 'asc' } });

const nobody = (i: number): Pass => ({ type: 'pin', number: `nobody-${i}`, pin: '000000' });

const everywhere = () => ({ role: 'owner' as const, departments: undefined });

/** The refused punches of the station that wait for a decision, as HR sees them. */
async function refusals() {
  const by = { accountId: await services.accountId(), ...everywhere() };
  const { refused } = await services.refusedPunches.list({ limit: 200 }, by);
  const ours = await services.database.fork().find(RefusedPunch, { deviceId: station.deviceId });
  return refused.filter(({ id }) => ours.some((one) => one.id === id));
}

async function audited(objectId: string) {
  const events = await services.database.fork().find(AuditEvent, { act: 'punch.refused', objectId });
  return events.map(({ actorId, detail }) => {
    const { after } = JSON.parse(detail) as { after: Record<string, unknown> };
    return { actorId, after };
  });
}

describe('claims of a station', () => {
  it('a claim becomes a punch at its own time by the clock of the server, however often it is delivered', async () => {
    const at = away + 5 * MINUTE;
    const claims = [await station.claim(right(), at)];
    clock = away + 2 * DAY;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'booked' }]);
    expect(await station.deliver(claims, clock + MINUTE)).toEqual([{ outcome: 'already' }]);
    const both = await Promise.all([station.deliver(claims, clock), station.deliver(claims, clock)]);
    expect(both.flat()).toEqual([{ outcome: 'already' }, { outcome: 'already' }]);
    const written = await punches();
    expect(written).toMatchObject([{ source: 'pin', deviceId: station.deviceId }]);
    expect(written[0]!.at.getTime()).toBe(at);
  });

  it('a claim delivered twice at the same moment is one punch', async () => {
    const claims = [await station.claim(right(), away + MINUTE)];
    clock = away + HOUR;
    const answers = await Promise.all([station.deliver(claims, clock), station.deliver(claims, clock)]);
    expect(
      answers
        .flat()
        .map(({ outcome }) => outcome)
        .toSorted(),
    ).toEqual(['already', 'booked']);
    expect(await punches()).toHaveLength(1);
  });

  it('a request that the server answered unheard and the claim made of it are one punch', async () => {
    const requestId = randomUUID();
    const { door } = (await services.devices.stationOf(station.deviceId))!;
    await punchByPass(services, door, { requestId, pass: right() });
    const claims = [await station.claim(right(), Date.now(), { claimId: requestId })];
    expect(await station.deliver(claims, Date.now() + 1)).toEqual([{ outcome: 'booked' }]);
    expect(await punches()).toHaveLength(1);
  });

  it('a badge is kept and delivered as a PIN is', async () => {
    const { code } = await services.passes.issueBadge(person.id);
    const claims = [await station.claim({ type: 'badge', code }, away + MINUTE)];
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'booked' }]);
    expect(await punches()).toMatchObject([{ source: 'badge' }]);
  });

  it('a wall clock that was moved does not move the punch', async () => {
    const at = away + 10 * MINUTE;
    const claims = [await station.claim(right(), at, { wall: -3 * DAY })];
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'booked' }]);
    expect((await punches())[0]!.at.getTime()).toBe(at);
  });

  it('a claim whose time is not certain is kept for HR and not booked', async () => {
    const claims = [await station.claim(right(), away + 5 * HOUR)];
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'refused', why: 'time-unsure' }]);
    expect(await punches()).toEqual([]);
    expect(await refusals()).toMatchObject([{ person: { id: person.id }, why: 'time-unsure' }]);
    expect(await audited(person.id)).toMatchObject([
      { after: { why: 'time-unsure' }, actorId: station.deviceId },
    ]);
  });

  it('a wrong PIN is refused, kept with its time, and counted once', async () => {
    const at = away + MINUTE;
    const claims = [await station.claim(wrong(), at), await station.claim(right(), at + MINUTE)];
    clock = away + HOUR;
    const answers = [{ outcome: 'refused', why: 'pass' }, { outcome: 'booked' }];
    expect(await station.deliver(claims, clock)).toEqual(answers);
    for (let i = 0; i < 2 * PASS_LIMITS.wrongPins; i += 1) {
      expect((await station.deliver(claims, clock))[0]).toEqual({ outcome: 'refused', why: 'pass' });
    }
    expect((await services.passes.view(person.id)).pin!.lockedUntil).toBeNull();
    expect(await refusals()).toMatchObject([
      { person: { id: person.id }, why: 'pass', source: 'pin', at: new Date(at).toISOString() },
    ]);
    expect(await audited(person.id)).toMatchObject([
      { after: { why: 'pass', source: 'pin', when: new Date(at).toISOString() } },
    ]);
  });

  it('the claims of a device that was unpaired are not booked, and HR sees whose they were', async () => {
    const claims = [await station.claim(right(), away + MINUTE)];
    await services.devices.revoke(station.deviceId);
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'refused', why: 'device-revoked' }]);
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'refused', why: 'device-revoked' }]);
    expect(await punches()).toEqual([]);
    expect(await refusals()).toMatchObject([
      { person: { id: person.id }, why: 'device-revoked', device: 'Front door' },
    ]);
  });

  it('a claim of a suspended person is refused', async () => {
    const claims = [await station.claim(right(), away + MINUTE)];
    await services.people.update(person.id, { status: 'suspended' });
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'refused', why: 'person' }]);
    expect(await refusals()).toMatchObject([{ person: { id: person.id }, why: 'person' }]);
  });
});

describe('who can make claims', () => {
  it('a claim signed by another key, changed, or of another device is not accepted, and leaves nothing', async () => {
    const at = away + MINUTE;
    const deviceKey = await newDeviceKey();
    const forged = await station.claim(right(), at, { deviceKey });
    const claim = await station.claim(right(), at);
    const changed = { ...claim, text: claim.text.replace(/"wall":\d/, '"wall":9') };
    clock = away + HOUR;
    const answers = await station.deliver([forged, changed], clock);
    expect(answers).toMatchObject([
      { outcome: 'later', why: 'not-signed' },
      { outcome: 'later', why: 'not-signed' },
    ]);
    const other = await KeepingStation.open(services, away, 'Back door');
    expect(await other.deliver([claim], clock)).toMatchObject([{ outcome: 'later', why: 'not-signed' }]);
    expect(await punches()).toEqual([]);
    expect(await refusals()).toEqual([]);
  });

  it('a device keeps its first key: who copied its cookie cannot register another', async () => {
    const key = Buffer.from(await publicKeyOf(await newDeviceKey()), 'base64url');
    await expect(services.devices.registerKey(station.deviceId, key)).rejects.toMatchObject({
      code: 'conflict',
    });
    const same = Buffer.from(await publicKeyOf(station.deviceKey), 'base64url');
    await services.devices.registerKey(station.deviceId, same);
    const { deviceId } = await services.addDevice();
    await expect(services.devices.registerKey(deviceId, Buffer.alloc(65, 4))).rejects.toMatchObject({
      code: 'validation-failed',
    });
    const registered = await services.database
      .fork()
      .count(AuditEvent, { act: 'device.key-registered', objectId: station.deviceId });
    expect(registered).toBe(1);
  });

  it('neither the claim nor the database holds anything that opens a PIN', async () => {
    const { text } = await station.claim(right(), away + MINUTE);
    expect(text).not.toContain(pin);
    expect(text).not.toContain(person.number);
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain(pin);
    const [row] = await services.database
      .fork()
      .execute<{ sealed: Buffer }[]>('select sealed from claim_key');
    // 32 bytes in an envelope of 29: not the key itself.
    expect(row!.sealed).toHaveLength(61);
  });
});

describe('wrong PINs in claims', () => {
  it('typing errors of two days ago lock nobody today', async () => {
    const claims = await Promise.all(
      Array.from({ length: PASS_LIMITS.wrongPins }, (_, i) => station.claim(wrong(), away + i * MINUTE)),
    );
    clock = away + 2 * DAY;
    for (const answer of await station.deliver(claims, clock)) expect(answer.why).toBe('pass');
    const { door } = (await services.devices.stationOf(station.deviceId))!;
    const event = await punchByPass(services, door, { requestId: randomUUID(), pass: right() });
    expect(event.person.id).toBe(person.id);
  });

  it('a number that is locked now keeps its right claim waiting, and the claim is booked after the lock', async () => {
    const at = away + MINUTE;
    const claims = [await station.claim(right(), at)];
    const { door } = (await services.devices.stationOf(station.deviceId))!;
    clock = away + HOUR;
    for (let i = 0; i < PASS_LIMITS.wrongPins; i += 1) {
      await punchByPass(services, door, { requestId: randomUUID(), pass: wrong() }).catch(() => {});
    }
    const [answer] = await station.deliver(claims, clock);
    expect(answer).toMatchObject({ outcome: 'later' });
    expect(answer!.retryAfter).toBeGreaterThan(600);
    clock += PASS_LIMITS.firstLock + 1_000;
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'booked' }]);
    expect((await punches())[0]!.at.getTime()).toBe(at);
  });

  it('dating claims back gives no more guesses than the lock has left free since then', async () => {
    clock = away + DAY;
    const attacker = station;
    let tried = 0;
    for (let i = 0; i < 40; i += 1) {
      // The limit of the station refills a guess a minute; only the lock of the number is to be seen here.
      clock += MINUTE;
      const made = away + ((i * 7) % 40) * MINUTE;
      const [answer] = await attacker.deliver([await attacker.claim(wrong(), made)], clock);
      if (answer!.outcome === 'refused') tried += 1;
    }
    expect(tried).toBeGreaterThanOrEqual(PASS_LIMITS.wrongPins);
    expect(tried).toBeLessThan(2 * PASS_LIMITS.wrongPins);
  });

  it('the deliveries of a station make nobody at its door wait', async () => {
    const claims = await Promise.all(
      Array.from({ length: PASS_LIMITS.station.burst + 2 }, (_, i) =>
        station.claim(nobody(i), away + MINUTE),
      ),
    );
    clock = away + HOUR;
    const answers = await station.deliver(claims, clock);
    expect(answers.at(-1)).toMatchObject({ outcome: 'later' });
    const { door } = (await services.devices.stationOf(station.deviceId))!;
    expect(await punchByPass(services, door, { requestId: randomUUID(), pass: right() })).toMatchObject({
      person: { id: person.id },
    });
  });
});

async function decide(id: string, decision: RefusedPunchDecision, departments?: string[]) {
  await services.refusedPunches.decide(id, decision, {
    accountId: await services.accountId(),
    role: departments ? 'manager' : 'owner',
    departments,
  });
}

describe('claims that were refused, on the list of refused punches', () => {
  const book = { decision: 'book', says: 'in', reason: 'He was there' } as const;

  it('what a station has signed but nobody can read is listed once, however often it is delivered', async () => {
    const text = '{"claim":"from a version to come"}';
    const claims = [{ text, signature: await sign(station.deviceKey, text) }];
    clock = away + HOUR;
    const refused = [{ outcome: 'refused', why: 'unreadable' }];
    expect(await station.deliver(claims, clock)).toEqual(refused);
    expect(await station.deliver(claims, clock)).toEqual(refused);
    const at = new Date(clock).toISOString();
    expect(await refusals()).toMatchObject([{ person: null, source: null, why: 'unreadable', at }]);
    expect(await audited(station.deviceId)).toHaveLength(1);
  });

  it('a claim of another device, and one whose pass does not open, are listed as well', async () => {
    const other = await KeepingStation.open(services, away, 'Back door');
    const { text } = await other.claim(right(), away + MINUTE);
    const foreign = { text, signature: await sign(station.deviceKey, text) };
    const content = JSON.parse((await station.claim(right(), away + MINUTE)).text) as { claim: string };
    const renamed = JSON.stringify({ ...content, claim: randomUUID() });
    const sealedForAnother = { text: renamed, signature: await sign(station.deviceKey, renamed) };
    clock = away + HOUR;
    for (const answer of await station.deliver([foreign, sealedForAnother], clock)) {
      expect(answer).toEqual({ outcome: 'refused', why: 'unreadable' });
    }
    const sources = (await refusals()).map(({ source, why }) => [source, why]);
    expect(sources).toEqual(
      expect.arrayContaining([
        [null, 'unreadable'],
        ['pin', 'unreadable'],
      ]),
    );
    expect(sources).toHaveLength(2);
  });

  it('the punch of an unpaired station is booked for its person at its own time, once', async () => {
    const at = away + MINUTE;
    const claims = [await station.claim(right(), at)];
    await services.devices.revoke(station.deviceId);
    clock = away + HOUR;
    await station.deliver(claims, clock);
    const [one] = await refusals();
    await decide(one!.id, book);
    expect(await punches()).toMatchObject([{ at: new Date(at), says: 'in', source: 'correction' }]);
    await expect(decide(one!.id, book)).rejects.toMatchObject({ code: 'conflict' });
    expect(await refusals()).toEqual([]);
    expect(await station.deliver(claims, clock)).toEqual([{ outcome: 'refused', why: 'device-revoked' }]);
    expect(await refusals()).toEqual([]);
    expect(await punches()).toHaveLength(1);
  });

  it('a punch whose time is not certain is booked at the time that HR enters, at the site', async () => {
    clock = away + HOUR;
    await station.deliver([await station.claim(right(), away + 5 * HOUR)], clock);
    const [one] = await refusals();
    const { timeZone } = await services.database.fork().findOneOrFail(RefusedPunch, { id: one!.id });
    const at = Math.floor((away - 3 * HOUR) / MINUTE) * MINUTE;
    const localTime = `${dateAt(at, timeZone)} ${clockAt(at, timeZone)}`;
    const later = `${dateAt(clock + DAY, timeZone)} 08:00`;
    await expect(decide(one!.id, { ...book, localTime: later })).rejects.toMatchObject({
      code: 'validation-failed',
      message: 'localTime is in the future.',
    });
    await decide(one!.id, { ...book, localTime });
    expect((await punches()).map((punch) => punch.at.getTime())).toEqual([at]);
  });

  it('a punch of nobody is booked for the number that HR enters, and is no business of a manager', async () => {
    clock = away + HOUR;
    await station.deliver([await station.claim(nobody(1), away + MINUTE)], clock);
    const [one] = await refusals();
    expect(one).toMatchObject({ person: null, why: 'pass' });
    await expect(decide(one!.id, book)).rejects.toMatchObject({
      code: 'validation-failed',
      message: 'number is missing.',
    });
    await expect(decide(one!.id, { ...book, number: person.number }, ['Sales'])).rejects.toMatchObject({
      code: 'not-found',
    });
    await decide(one!.id, { ...book, number: person.number });
    expect(await punches()).toHaveLength(1);
    await station.deliver([await station.claim(nobody(2), away + MINUTE)], clock);
    const [second] = await refusals();
    await decide(second!.id, { decision: 'dismiss', reason: 'A typing error' });
    expect(await refusals()).toEqual([]);
  });

  it('while 1,000 refused punches of a door wait, the next one stays with the station, and right ones are booked', async () => {
    await services.database.fork().execute(
      `insert into refused_punch
         (id, origin, device_id, device_name, site_id, time_zone, at, source, why, created_at)
       select gen_random_uuid(), 'claim/' || ? || n, ?, 'Front door', gen_random_uuid(), 'UTC', now(), 'pin', 'pass', now()
         from generate_series(1, 1000) n`,
      [station.deviceId, station.deviceId],
    );
    const claims = [
      await station.claim(nobody(3), away + MINUTE),
      await station.claim(right(), away + MINUTE),
    ];
    clock = away + HOUR;
    expect(await station.deliver(claims, clock)).toEqual([
      { outcome: 'later', retryAfter: 3_600 },
      { outcome: 'booked' },
    ]);
    await services.database.fork().nativeDelete(RefusedPunch, { deviceId: station.deviceId });
    clock += MINUTE;
    expect(await station.deliver([claims[0]!], clock)).toEqual([{ outcome: 'refused', why: 'pass' }]);
    expect(await refusals()).toHaveLength(1);
  });
});
