/** What docs/limits.md says about wrong passwords and wrong PINs, measured over a real database. Only time is replaced. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignInFrom } from '../../server/accounts/sign-in-service.ts';
import { punchByPass } from '../../server/attendance/punch-by-pass.ts';
import { PASS_LIMITS } from '#protocol/limits.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
let time = Date.parse('2026-11-23T08:00:00Z');
let services: DataServices;
let addresses = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => time });
  await services.accountId();
});
afterAll(() => services.close());

/** An address that nobody has used yet. */
const somewhere = (): SignInFrom => {
  addresses += 1;
  return { address: `192.0.2.${addresses}`, userAgent: 'firefox' };
};

const signIn = (username: string, password: string, from = somewhere()) =>
  services.accounts.signIn({ username, password }, from);

/** Whether a try is compared at all. */
async function compared(attempt: () => Promise<unknown>): Promise<boolean> {
  const code = await attempt().then(
    () => 'let in',
    (error: { code: string }) => error.code,
  );
  if (!['unauthenticated', 'validation-failed', 'rate-limited'].includes(code)) throw new Error(code);
  return code !== 'rate-limited';
}

/** 30 s, doubling each time up to 15 min. */
const WAITS = [30, 60, 120, 240, 480, 900, 900].map((seconds) => seconds * SECOND);

/** How many tries are compared before the first wait, and how many of the waits are as long as `WAITS` says, to the ms. */
async function measured(attempt: () => Promise<unknown>): Promise<{ free: number; waits: number }> {
  let free = 0;
  while (await compared(attempt)) free += 1;
  let waits = 0;
  for (const wait of WAITS) {
    time += wait - 1;
    if (await compared(attempt)) break;
    time += 1;
    if (!(await compared(attempt))) break;
    waits += 1;
  }
  return { free, waits };
}

const punch = (station: DeviceActor, number: string, pin: string) =>
  punchByPass(services, station, { requestId: randomUUID(), pass: { type: 'pin', number, pin } });

describe('wrong passwords', () => {
  it('a user name has 5 wrong passwords, then waits from 30 s to 15 min, from wherever they come', async () => {
    expect(await measured(() => signIn('ada', 'wrong'))).toEqual({ free: 5, waits: WAITS.length });
  });

  it('a browser that has signed in before has 5 wrong passwords, then waits from 30 s to 15 min', async () => {
    time += 24 * HOUR;
    const { known } = await signIn('ada', PASSWORD);
    expect(await measured(() => signIn('ada', 'wrong', { ...somewhere(), known }))).toEqual({
      free: 5,
      waits: WAITS.length,
    });
  });

  it('an address has 20 wrong passwords, then waits from 30 s to 15 min, for whatever user name', async () => {
    const from = somewhere();
    expect(await measured(() => signIn(`nobody-${randomUUID()}`, 'wrong', from))).toEqual({
      free: 20,
      waits: WAITS.length,
    });
  });

  it('a signed-in account has 5 wrong proofs of identity, then waits from 30 s to 15 min', async () => {
    time += 24 * HOUR;
    const { token } = await signIn('ada', PASSWORD);
    const session = (await services.accounts.sessions.current(token))!;
    expect(await measured(() => services.accounts.prove(session, { password: 'wrong' }))).toEqual({
      free: 5,
      waits: WAITS.length,
    });
  });
});

describe('wrong PINs', () => {
  it('a number has 5 wrong PINs, then is locked from 15 min to 8 h', async () => {
    const { id, number } = await services.addPerson();
    const { pin } = await services.passes.setPin(id);
    const wrong = String((Number(pin) + 1) % 1_000_000).padStart(6, '0');
    // Each at a station of its own, which would make its own people wait.
    const fail = async () => punch(await services.addDevice(), number, wrong).catch(() => {});
    const locked = async () => (await services.passes.view(id)).pin!.lockedUntil !== null;
    for (let i = 0; i < PASS_LIMITS.wrongPins; i += 1) {
      expect(await locked()).toBe(false);
      await fail();
    }
    expect(PASS_LIMITS.wrongPins).toBe(5);
    for (const minutes of [15, 30, 60, 120, 240, 480, 480]) {
      time += minutes * MINUTE - 1;
      expect(await locked()).toBe(true);
      // A try in that time is not even compared.
      await fail();
      time += 1;
      expect(await locked()).toBe(false);
      await fail();
    }
  });

  it('a station has 10 wrong tries at once, then one every minute', async () => {
    const station = await services.addDevice();
    const refused = async () => {
      const error = await punch(station, `nobody-${randomUUID()}`, '000000').catch(
        (thrown: unknown) => thrown,
      );
      return (error as { code: string }).code === 'rate-limited';
    };
    for (let i = 0; i < PASS_LIMITS.station.burst; i += 1) expect(await refused()).toBe(false);
    expect(PASS_LIMITS.station.burst).toBe(10);
    expect(await refused()).toBe(true);
    time += MINUTE / 2;
    expect(await refused()).toBe(true);
    time += MINUTE / 2;
    expect(await refused()).toBe(false);
    expect(await refused()).toBe(true);
  });
});
