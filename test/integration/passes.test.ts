import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { punchByPass } from '../../server/attendance/punch-by-pass.ts';
import { MusterError } from '#protocol/error.ts';
import type { DeviceActor } from '#protocol/session.ts';
import type { Pass } from '#protocol/signaling.ts';
import { PASS_LIMITS } from '#protocol/limits.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let clock = Date.now();
let station: DeviceActor;
let person: { id: string; number: string };
let pin: string;

beforeAll(async () => {
  services = await openDataServices({ now: () => clock });
});
afterAll(() => services.close());
beforeEach(async () => {
  // Each test has a station of its own, so that its rate-limit buckets are full.
  station = await services.addDevice();
  person = await services.addPerson({ number: `PIN-${randomUUID().slice(0, 8)}` });
  ({ pin } = await services.passes.setPin(person.id));
});

const punch = (pass: Pass, requestId = randomUUID()) => punchByPass(services, station, { requestId, pass });
const byPin = (typed = pin, number = person.number) => punch({ type: 'pin', number, pin: typed });
const punches = () => services.database.fork().find(Punch, { personId: person.id });
const wrong = () => String((Number(pin) + 1) % 1_000_000).padStart(6, '0');

async function refusal(work: Promise<unknown>): Promise<MusterError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MusterError) return error;
  throw new Error('it was not refused');
}

async function audited(act: string, personId: string | null) {
  const events = await services.database.fork().find(AuditEvent, { act, objectId: personId });
  return events.map(({ detail }) => JSON.parse(detail) as { after?: Record<string, unknown> });
}

describe('PINs', () => {
  it('an employee number with its PIN makes a punch by the rules of the door, marked as a PIN punch', async () => {
    expect(await byPin()).toMatchObject({
      result: 'checked-in',
      camera: station.deviceId,
      person: { id: person.id, name: 'Grace Hopper' },
    });
    expect(await byPin()).toMatchObject({ result: 'already-in' });
    expect(await punches()).toMatchObject([{ source: 'pin', says: null, similarity: null, frames: null }]);
    expect(await audited('punch.identified', person.id)).toEqual([{ after: { source: 'pin', kind: 'in' } }]);
  });

  it('the same PIN request sent twice makes one punch and gets the same reply', async () => {
    const requestId = randomUUID();
    const pass = { type: 'pin', number: person.number, pin } as const;
    const first = await punch(pass, requestId);
    const answers = await Promise.all([punch(pass, requestId), punch(pass, requestId)]);
    expect(answers).toEqual([first, first]);
    expect(await punches()).toHaveLength(1);
  });

  it('an employee number is accepted in any letter case and without the signs that a keypad lacks', async () => {
    const { number } = person;
    expect(await byPin(pin, number.toLowerCase())).toMatchObject({ result: 'checked-in' });
    expect(await byPin(pin, number.replaceAll('-', ''))).toMatchObject({ result: 'already-in' });
  });

  it('a simplified number that matches two employees is refused', async () => {
    const tail = randomUUID().slice(0, 4);
    await services.addPerson({ number: `A-1${tail}` });
    const second = await services.addPerson({ number: `A1-${tail}` });
    const { pin: its } = await services.passes.setPin(second.id);
    expect(await refusal(byPin(its, `A1${tail}`))).toMatchObject({ code: 'not-found' });
    expect(await byPin(its, `A1-${tail}`)).toMatchObject({ result: 'checked-in' });
  });

  it('a former number finds the person while nobody else has it, and is refused in the same words otherwise', async () => {
    const [old, now] = [person.number, `NEW-${randomUUID().slice(0, 8)}`];
    await services.people.update(person.id, { number: now });
    expect((await services.people.get(person.id))!.formerly).toEqual([{ number: old, name: 'Grace Hopper' }]);
    expect(await byPin(pin, old.replaceAll('-', ''))).toMatchObject({ person: { id: person.id } });
    expect(await byPin(pin, now)).toMatchObject({ person: { id: person.id } });
    const unknown = await refusal(byPin(pin, 'NOBODY-1'));
    const wrongPin = await refusal(byPin(wrong(), old));
    expect([wrongPin.code, wrongPin.message]).toEqual([unknown.code, unknown.message]);

    // Another person gets the number: it is theirs alone, with their own PIN or with none.
    const second = await services.addPerson({ number: old });
    const taken = await refusal(byPin(pin, old));
    expect([taken.code, taken.message]).toEqual([unknown.code, unknown.message]);
    const { pin: its } = await services.passes.setPin(second.id);
    expect(await byPin(its, old)).toMatchObject({ person: { id: second.id } });
  });

  it('a former number of two people finds neither, and one that is the number again is no former one', async () => {
    const old = person.number;
    await services.people.update(person.id, { number: `NEW-${randomUUID().slice(0, 8)}` });
    const second = await services.addPerson({ number: old });
    await services.people.update(second.id, { number: `NEW-${randomUUID().slice(0, 8)}` });
    expect(await refusal(byPin(pin, old))).toMatchObject({ code: 'not-found' });
    await services.people.update(second.id, { number: old });
    const { formerly } = (await services.people.get(second.id))!;
    expect(formerly.map(({ number }) => number)).not.toContain(old);
    await services.people.update(person.id, { number: `NEWER-${randomUUID().slice(0, 8)}` });
    expect((await services.people.get(person.id))!.formerly).toHaveLength(2);
  });

  it('the database does not hold the digits of a PIN', async () => {
    const [row] = await services.database
      .fork()
      .execute<{ row: string }[]>('select p::text "row" from pin p where person_id = ?', [person.id]);
    expect(row!.row).not.toContain(pin);
    // The envelope, not the hash in it: nobody can try digits against the database alone.
    expect(Buffer.from(/\\x([0-9a-f]+)/.exec(row!.row)![1]!, 'hex').toString('latin1')).not.toContain(
      'argon2',
    );
  });

  it('replaced and removed PINs are refused', async () => {
    const old = pin;
    // One in a million times it is the same again.
    do ({ pin } = await services.passes.setPin(person.id));
    while (pin === old);
    expect(await refusal(byPin(old))).toMatchObject({ code: 'not-found' });
    expect(await byPin()).toMatchObject({ result: 'checked-in' });
    await services.passes.removePin(person.id);
    expect(await refusal(byPin())).toMatchObject({ code: 'not-found' });
    expect((await audited('pin.set', person.id)).length).toBeGreaterThan(1);
    expect(await audited('pin.removed', person.id)).toHaveLength(1);
  });

  it('the PIN of a suspended person gets the same reply as their face', async () => {
    await services.people.update(person.id, { status: 'suspended' });
    expect(await byPin()).toMatchObject({ result: 'ignored', reason: 'This person is suspended.' });
  });
});

describe('wrong PINs', () => {
  it('a wrong number, a wrong PIN and a missing PIN get the same reply', async () => {
    const { number } = await services.addPerson({ number: `NONE-${randomUUID().slice(0, 8)}` });
    const refusals = [
      await refusal(byPin(wrong())),
      await refusal(byPin(pin, 'nobody-has-this')),
      await refusal(byPin('000000', number)),
    ];
    expect(new Set(refusals.map((error) => JSON.stringify(error.toBody()))).size).toBe(1);
    expect(await audited('punch.failed', person.id)).toEqual([{ after: { source: 'pin', why: 'wrong' } }]);
    // The typed text is not recorded, because it may be a person's PIN.
    const all = await services.database.fork().find(AuditEvent, { act: 'punch.failed' });
    expect(JSON.stringify(all)).not.toContain('nobody-has-this');
  });

  it('five wrong PINs lock the number, also for the right PIN, without saying so', async () => {
    for (let i = 0; i < PASS_LIMITS.wrongPins; i += 1) await refusal(byPin(wrong()));
    const locked = await refusal(byPin());
    expect(locked.message).toBe((await refusal(byPin(wrong()))).message);
    expect((await services.passes.view(person.id)).pin!.lockedUntil).not.toBeNull();
    clock += PASS_LIMITS.firstLock;
    expect(await byPin()).toMatchObject({ result: 'checked-in' });
    expect((await services.passes.view(person.id)).pin!.lockedUntil).toBeNull();
  });

  it('a clock that is set back by an hour ends the lock of a number, and a new one begins as ever', async () => {
    for (let i = 0; i < PASS_LIMITS.wrongPins; i += 1) await refusal(byPin(wrong()));
    clock -= 3_600_000;
    expect((await services.passes.view(person.id)).pin!.lockedUntil).toBeNull();
    await refusal(byPin(wrong()));
    expect((await services.passes.view(person.id)).pin!.lockedUntil).not.toBeNull();
    await refusal(byPin());
    clock += 2 * PASS_LIMITS.firstLock;
    expect(await byPin()).toMatchObject({ result: 'checked-in' });
  });

  it('the next lock lasts twice as long, and a new PIN unlocks the number', async () => {
    for (let i = 0; i < PASS_LIMITS.wrongPins; i += 1) await refusal(byPin(wrong()));
    clock += PASS_LIMITS.firstLock;
    await refusal(byPin(wrong()));
    clock += PASS_LIMITS.firstLock;
    await refusal(byPin());
    ({ pin } = await services.passes.setPin(person.id));
    expect(await byPin()).toMatchObject({ result: 'checked-in' });
  });

  it('concurrent wrong PINs are counted one by one', async () => {
    await Promise.all(Array.from({ length: 9 }, () => refusal(byPin(wrong()))));
    const why = (await audited('punch.failed', person.id)).map(({ after }) => after!['why']);
    expect(why.filter((one) => one === 'wrong')).toHaveLength(PASS_LIMITS.wrongPins);
    expect(why.filter((one) => one === 'locked')).toHaveLength(9 - PASS_LIMITS.wrongPins);
  });

  it('too many wrong PINs at one station make that station wait, and other stations continue', async () => {
    for (let i = 0; i < PASS_LIMITS.station.burst; i += 1) await refusal(byPin('000000', `nobody-${i}`));
    expect(await refusal(byPin())).toMatchObject({ code: 'rate-limited' });
    station = await services.addDevice('Back door');
    expect(await byPin()).toMatchObject({ result: 'checked-in' });
  });

  it('right PINs never make a station wait', async () => {
    for (let i = 0; i < 3 * PASS_LIMITS.station.burst; i += 1)
      expect((await byPin()).person.id).toBe(person.id);
  });
});

describe('badges', () => {
  it('a badge makes a punch, scanned or typed', async () => {
    const { code } = await services.passes.issueBadge(person.id);
    expect(await punch({ type: 'badge', code })).toMatchObject({ result: 'checked-in' });
    const typed = code.toLowerCase().replaceAll(/(.{5})/g, '$1 ');
    expect(await punch({ type: 'badge', code: typed })).toMatchObject({ result: 'already-in' });
    expect(await punches()).toMatchObject([{ source: 'badge' }]);
  });

  it('revoked and replaced badges are refused', async () => {
    const { code: first } = await services.passes.issueBadge(person.id);
    const { code: second } = await services.passes.issueBadge(person.id);
    expect(await refusal(punch({ type: 'badge', code: first }))).toMatchObject({ code: 'not-found' });
    await services.passes.revokeBadge(person.id);
    expect(await refusal(punch({ type: 'badge', code: second }))).toMatchObject({ code: 'not-found' });
    expect(await audited('badge.issued', person.id)).toHaveLength(2);
    expect(await audited('badge.revoked', person.id)).toHaveLength(1);
  });
});

describe('passes of a person', () => {
  it('erasing a person removes their passes', async () => {
    const { code } = await services.passes.issueBadge(person.id);
    await services.people.erase(person.id);
    expect(await services.passes.view(person.id)).toEqual({ pin: null, badge: null });
    await refusal(punch({ type: 'badge', code }));
    await expect(services.passes.setPin(person.id)).rejects.toMatchObject({ code: 'not-found' });
  });
});
