/** The protection of the sign-in: back-off, second factor, proof of identity, and their audit events. */
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Account, Session } from '../../server/db/entities/account.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { RecoveryCode, SecondFactor } from '../../server/db/entities/sign-in.ts';
import { auditContext } from '../../server/audit/audit-context.ts';
import { SignInService, type SignInFrom } from '../../server/accounts/sign-in-service.ts';
import type { CurrentSession } from '../../server/accounts/session-store.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
let time: number;
let services: DataServices;
let accounts: SignInService;

beforeEach(async () => {
  time = Date.parse('2026-11-23T08:00:00Z');
  services = await openDataServices({ now: () => time, sessionIdle: 30 * DAY });
  ({ accounts } = services);
  await services.accountId();
});
afterEach(() => services.close());

const STRANGER: SignInFrom = { address: '192.0.2.66', userAgent: 'curl' };
const signIn = (password = PASSWORD, more: { code?: string; from?: SignInFrom; username?: string } = {}) =>
  accounts.signIn(
    { username: more.username ?? 'ada', password, ...(more.code && { code: more.code }) },
    more.from,
  );
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'let in',
    (error: { code: string }) => error.code,
  );
async function fail(times: number, more: Parameters<typeof signIn>[1] = {}): Promise<string[]> {
  const codes: string[] = [];
  for (let i = 0; i < times; i++) codes.push(await refusal(signIn(`wrong ${i}`, more)));
  return codes;
}
const five = Array<string>(5).fill('unauthenticated');

async function answers(username: string): Promise<unknown[]> {
  const said: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    said.push(
      await signIn(`wrong ${i}`, { username }).catch(
        ({ code, message }: { code: string; message: string }) => ({
          code,
          message,
        }),
      ),
    );
  }
  return said;
}

describe('repeated sign-in failures', () => {
  it('after five failures each attempt waits longer, also with the right password', async () => {
    expect(await fail(6)).toEqual([...five, 'rate-limited']);
    expect(await refusal(signIn())).toBe('rate-limited');
    time += 30 * SECOND;
    expect(await fail(2)).toEqual(['unauthenticated', 'rate-limited']);
    time += 30 * SECOND;
    expect(await refusal(signIn())).toBe('rate-limited');
    time += 30 * SECOND;
    expect(await refusal(signIn())).toBe('let in');
    expect(await fail(5)).toEqual(five);
  });

  it('failures never lock an account for longer than 15 minutes', async () => {
    for (let i = 0; i < 20; i++) {
      await fail(1);
      time += 15 * MINUTE;
    }
    expect(await refusal(signIn())).toBe('let in');
  });

  it('a clock that is set back by an hour locks nobody out for that hour', async () => {
    expect(await fail(6)).toEqual([...five, 'rate-limited']);
    time -= 60 * MINUTE;
    expect(await fail(2)).toEqual(['unauthenticated', 'rate-limited']);
    time += 30 * SECOND;
    expect(await refusal(signIn())).toBe('rate-limited');
    time += 30 * SECOND;
    expect(await refusal(signIn())).toBe('let in');
  });

  it('failures get the same reply for missing, existing and disabled accounts', async () => {
    const { account } = await accounts.directory.invite({
      username: 'old',
      name: 'Old',
      role: 'hr',
      department: '',
    });
    await accounts.directory.change(
      account.id,
      { disabled: true },
      { accountId: await services.accountId() },
    );
    const there = await answers('ada');
    expect(await answers('nobody')).toEqual(there);
    expect(await answers('old')).toEqual(there);
  });

  it('concurrent failures count like sequential ones', async () => {
    const codes = await Promise.all(Array.from({ length: 12 }, (_, i) => refusal(signIn(`wrong ${i}`))));
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5);
  });

  it('failures are remembered across a restart of the server', async () => {
    await fail(5);
    const { database, keys, accountFeed: feed, log } = services;
    const again = await SignInService.create({
      database,
      keys,
      feed,
      log,
      sessionIdle: DAY,
      now: () => time,
    });
    await expect(again.signIn({ username: 'ada', password: PASSWORD })).rejects.toMatchObject({
      code: 'rate-limited',
      details: { retryAfter: 30 },
    });
    await again.close();
  });

  it('failures from one address stop that address for every user name', async () => {
    for (let i = 0; i < 20; i++) await fail(1, { username: `name-${i}`, from: STRANGER });
    expect(await refusal(signIn(PASSWORD, { from: STRANGER }))).toBe('rate-limited');
    expect(await refusal(signIn(PASSWORD, { from: { ...STRANGER, address: '192.0.2.67' } }))).toBe('let in');
  });

  it('failures of a stranger do not lock out a known browser, but its own failures do', async () => {
    const { known } = await signIn();
    await fail(6, { from: STRANGER });
    const from = { ...STRANGER, known };
    expect(await refusal(signIn(PASSWORD, { from }))).toBe('let in');
    expect(await fail(6, { from })).toEqual([...five, 'rate-limited']);
  });

  it("failures of a stranger do not lock out the server's own machine, but failures there do", async () => {
    const here = { address: '::ffff:127.0.0.1', userAgent: 'firefox' };
    await fail(5, { from: STRANGER });
    const elsewhere = { address: '198.51.100.7', userAgent: 'firefox' };
    expect(await refusal(signIn(PASSWORD, { from: elsewhere }))).toBe('rate-limited');
    expect(await refusal(signIn(PASSWORD, { from: here }))).toBe('let in');
    expect(await fail(5, { from: here })).toEqual(five);
    expect(await refusal(signIn(PASSWORD, { from: here }))).toBe('rate-limited');
  });

  it("failures with another account's cookie or a forged one count as a stranger's", async () => {
    const { known } = await signIn();
    await fail(5);
    const forged = known.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    expect(await refusal(signIn(PASSWORD, { from: { ...STRANGER, known: forged } }))).toBe('rate-limited');
  });

  it('failures store no typed user name, because it may be a password', async () => {
    await fail(1, { username: 'my-secret-password' });
    const rows = await services.database.fork().execute('select f::text from sign_in_failure f');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });
});

describe('a password hash of weaker parameters', () => {
  it('a password hash with weaker parameters is replaced at the next sign-in', async () => {
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await services.database.fork().nativeUpdate(Account, { username: 'ada' }, { passwordHash: weak });
    await signIn();
    const { passwordHash } = await services.database.fork().findOneOrFail(Account, { username: 'ada' });
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await refusal(signIn())).toBe('let in');
  });
});

describe('the second factor', () => {
  let secret: string;
  let recoveryCodes: string[];
  const code = (offset = 0) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: time + offset * 30 * SECOND });

  async function turnOn(): Promise<void> {
    const own = await session();
    ({ secret } = await accounts.secondFactors.offer(own.actor));
    ({ recoveryCodes } = await accounts.confirmSecondFactor(own, code()));
    time += 30 * SECOND;
  }

  it('a second factor is asked for only after its first code was confirmed', async () => {
    const own = await session();
    const offer = await accounts.secondFactors.offer(own.actor);
    expect(offer.uri).toMatch(/^otpauth:\/\/totp\/Muster:ada\?/);
    ({ secret } = offer);
    expect(await refusal(signIn())).toBe('let in');
    await expect(accounts.confirmSecondFactor(own, '000000')).rejects.toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'code' }],
    });
    expect(await refusal(signIn())).toBe('let in');
    await accounts.confirmSecondFactor(own, code());
    expect(await refusal(signIn())).toBe('second-factor-needed');
  });

  it('signing in with a second factor needs both password and code', async () => {
    await turnOn();
    expect(await refusal(signIn())).toBe('second-factor-needed');
    expect(await refusal(signIn('wrong', { code: code() }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: '123456' }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: code() }))).toBe('let in');
  });

  it('a code is refused when it, or a later one, was used before', async () => {
    await turnOn();
    time += 60 * SECOND;
    const now = code();
    const [before, after] = [code(-1), code(1)];
    expect(await refusal(signIn(PASSWORD, { code: now }))).toBe('let in');
    expect(await refusal(signIn(PASSWORD, { code: now }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: before }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: after }))).toBe('let in');
  });

  it('after the clock was set back by an hour the codes of that hour are accepted, each once', async () => {
    await turnOn();
    time -= 60 * MINUTE;
    expect(await refusal(signIn(PASSWORD, { code: code() }))).toBe('let in');
    expect(await refusal(signIn(PASSWORD, { code: code() }))).toBe('unauthenticated');
    time += 30 * SECOND;
    expect(await refusal(signIn(PASSWORD, { code: code() }))).toBe('let in');
  });

  it('a code sent twice at the same time is accepted once', async () => {
    await turnOn();
    const both = await Promise.all([1, 2].map(() => refusal(signIn(PASSWORD, { code: code() }))));
    expect(both.toSorted()).toEqual(['let in', 'unauthenticated']);
  });

  it('codes of a clock within 30 seconds are accepted, and others are refused', async () => {
    await turnOn();
    time += 5 * MINUTE;
    expect(await refusal(signIn(PASSWORD, { code: code(-2) }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: code(2) }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: code(-1) }))).toBe('let in');
  });

  it('wrong codes count as failures, and asking for a code does not', async () => {
    await turnOn();
    for (let i = 0; i < 10; i++) expect(await refusal(signIn())).toBe('second-factor-needed');
    for (let i = 0; i < 5; i++) {
      expect(await refusal(signIn(PASSWORD, { code: `00000${i}` }))).toBe('unauthenticated');
    }
    expect(await refusal(signIn(PASSWORD, { code: code() }))).toBe('rate-limited');
  });

  it('a password change neither bypasses the second factor nor resets wrong codes', async () => {
    await turnOn();
    const { token } = await signIn(PASSWORD, { code: code() });
    time += 10 * MINUTE;
    let own = (await accounts.sessions.current(token))!;
    for (let i = 0; i < 4; i++) await refusal(accounts.prove(own, { password: PASSWORD, code: `00000${i}` }));
    const password = 'a moth in relay seventy';
    const changed = await accounts.changePassword(own, { current: PASSWORD, password });
    own = (await accounts.sessions.current(changed.token))!;
    expect(accounts.sessions.isFresh(own)).toBe(false);
    expect(await refusal(accounts.prove(own, { password, code: '000009' }))).toBe('validation-failed');
    expect(await refusal(accounts.prove(own, { password, code: code() }))).toBe('rate-limited');
  });

  it('each of ten recovery codes works once, however it is typed', async () => {
    await turnOn();
    expect(recoveryCodes).toHaveLength(10);
    const [first = '', second = ''] = recoveryCodes;
    expect(first).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/);
    expect(await refusal(signIn(PASSWORD, { code: first.toLowerCase().replace('-', ' ') }))).toBe('let in');
    expect(await refusal(signIn(PASSWORD, { code: first }))).toBe('unauthenticated');
    expect(await accounts.secondFactors.recoveryCodesLeft(await services.accountId())).toBe(9);
    const fresh = await accounts.secondFactors.renewRecoveryCodes(await services.accountId());
    expect(await refusal(signIn(PASSWORD, { code: second }))).toBe('unauthenticated');
    expect(await refusal(signIn(PASSWORD, { code: fresh[1]! }))).toBe('let in');
  });

  it('the database holds no usable form of the second-factor secret or the recovery codes', async () => {
    await turnOn();
    const em = services.database.fork();
    const [factor] = await em.find(SecondFactor, {});
    const raw = Buffer.from(Secret.fromBase32(secret).buffer);
    expect(Buffer.from(factor!.wrapped).includes(raw)).toBe(false);
    const stored = await em.find(RecoveryCode, {});
    expect(stored.every(({ codeHash }) => codeHash.startsWith('$argon2id$'))).toBe(true);
    expect(JSON.stringify(stored)).not.toContain(recoveryCodes[0]!.replace('-', '').slice(1));
  });

  it('a second-factor secret copied to another account does not open there', async () => {
    await turnOn();
    const own = await services.accountId();
    const other = await joined('grace');
    await services.database
      .fork()
      .execute('update second_factor set account_id = ? where account_id = ?', [other, own]);
    const answer = refusal(
      accounts.signIn({ username: 'grace', password: 'a moth in relay seventy', code: code() }),
    );
    expect(await answer).toBe('unauthenticated');
  });

  it('turning the second factor on or off ends the other sessions and renews this one', async () => {
    const [here, there] = [await session(), await session()];
    ({ secret } = await accounts.secondFactors.offer(here.actor));
    const { renewed } = await accounts.confirmSecondFactor(here, code());
    const { sessions } = accounts;
    expect(await sessions.find(there.token)).toBeNull();
    expect(await sessions.find(here.token)).toBeNull();
    expect(await sessions.find(renewed.token)).toEqual(here.actor);
    const off = await accounts.removeSecondFactor(here);
    expect(await sessions.find(renewed.token)).toBeNull();
    expect(await sessions.find(off.token)).toEqual(here.actor);
    expect(await refusal(signIn())).toBe('let in');
  });
});

async function session(): Promise<CurrentSession & { token: string }> {
  const { token } = await signIn();
  return { ...(await accounts.sessions.current(token))!, token };
}

const events = async () =>
  (await services.database.fork().find(AuditEvent, {}, { orderBy: { seq: 'asc' } })).map(
    ({ act, actorName, address, objectId, detail }) => ({ act, actorName, address, objectId, detail }),
  );

/** An account that accepted its invitation. */
async function joined(username: string): Promise<string> {
  const { account, token } = await accounts.directory.invite({
    username,
    name: username,
    role: 'hr',
    department: '',
  });
  await accounts.directory.join({ token, password: 'a moth in relay seventy' });
  return account.id;
}

describe('sign-ins in progress', () => {
  it('a sign-in in progress is void after a reset or a new password', async () => {
    const id = await joined('bob');
    const BOB = 'a moth in relay seventy';
    const open = async () => services.database.fork().count(Session, { accountId: id });
    const own = await accounts.signIn({ username: 'bob', password: BOB });
    const mine = (await accounts.sessions.current(own.token))!;
    const password = 'seventy relays, one moth';
    await Promise.allSettled([
      signIn(BOB, { username: 'bob' }),
      signIn(BOB, { username: 'bob' }),
      accounts.changePassword(mine, { current: BOB, password }),
    ]);
    expect(await open()).toBe(1);
    await Promise.allSettled([
      signIn(password, { username: 'bob' }),
      accounts.directory.reset(id, { accountId: await services.accountId() }),
    ]);
    expect(await open()).toBe(0);
  });
});

describe('proof before a sensitive act', () => {
  it('a proof of identity lasts ten minutes and is renewed by the password under a new token', async () => {
    const own = await session();
    time += 10 * MINUTE - 1;
    expect(accounts.sessions.isFresh((await accounts.sessions.current(own.token))!)).toBe(true);
    time += 1;
    expect(accounts.sessions.isFresh((await accounts.sessions.current(own.token))!)).toBe(false);
    expect(await refusal(accounts.prove(own, { password: 'wrong' }))).toBe('validation-failed');
    const { token, maxAge } = await accounts.prove(own, { password: PASSWORD });
    expect(await accounts.sessions.find(own.token)).toBeNull();
    const again = (await accounts.sessions.current(token))!;
    expect(again.id).toBe(own.id);
    expect(accounts.sessions.isFresh(again)).toBe(true);
    expect(maxAge).toBe(30 * DAY - 10 * MINUTE);
  });

  it("guessing the proof with a stolen session is stopped without locking the account's sign-in", async () => {
    const own = await session();
    for (let i = 0; i < 5; i++) await refusal(accounts.prove(own, { password: `wrong ${i}` }));
    expect(await refusal(accounts.prove(own, { password: PASSWORD }))).toBe('rate-limited');
    expect(
      await refusal(accounts.changePassword(own, { current: PASSWORD, password: 'a moth in relay 70' })),
    ).toBe('rate-limited');
    expect(await refusal(signIn())).toBe('let in');
  });

  it('a new password needs a proof of identity and ends all other sessions', async () => {
    const [here, there] = [await session(), await session()];
    const password = 'a moth in relay seventy';
    expect(await refusal(accounts.changePassword(here, { current: 'wrong', password }))).toBe(
      'validation-failed',
    );
    await expect(
      accounts.changePassword(here, { current: PASSWORD, password: 'ada.ada.ada.1' }),
    ).rejects.toMatchObject({ faults: [{ path: 'password' }] });
    const { token } = await accounts.changePassword(here, { current: PASSWORD, password });
    expect(await accounts.sessions.find(there.token)).toBeNull();
    expect(await accounts.sessions.find(token)).not.toBeNull();
    expect(await refusal(signIn())).toBe('unauthenticated');
    expect(await refusal(signIn(password))).toBe('let in');
  });
});

/** A row of the trail. */
const failed = (objectId: string | null, failures: number) => ({
  act: 'session.failed',
  actorName: '',
  address: '192.0.2.66',
  objectId,
  detail: JSON.stringify({ after: { at: 'sign-in', failures } }),
});

/** The rows of the audit trail that one failed sign-in with this user name causes. */
async function written(username: string): Promise<number> {
  const before = (await events()).length;
  await auditContext.run({ actor: null, address: '192.0.2.66' }, () => fail(1, { username }));
  return (await events()).length - before;
}

describe('the audit trail of signing in', () => {
  it('the audit trail has each sign-in with its address', async () => {
    await auditContext.run({ actor: null, address: '192.0.2.1' }, () => signIn());
    expect((await events()).at(-1)).toMatchObject({
      act: 'session.opened',
      actorName: 'ada',
      address: '192.0.2.1',
    });
  });

  it('audit writes are the same for existing and missing user names, so that timing reveals nothing', async () => {
    expect(await written('nobody')).toBe(1);
    expect(await written('nobody-else')).toBe(1);
    expect(await written('ada')).toBe(1);
    expect(await written('nobody-else')).toBe(0);
    expect(await written('ada')).toBe(0);
  });

  it('the audit trail has failures without typed text, and a burst of them as two rows', async () => {
    const before = (await events()).length;
    await auditContext.run({ actor: null, address: '192.0.2.66' }, async () => {
      await fail(5);
      await fail(2, { username: 'hunter2' });
    });
    await accounts.close();
    const rows = (await events()).slice(before);
    const accountId = await services.accountId();
    expect(rows).toHaveLength(4);
    expect(rows).toEqual(
      expect.arrayContaining([failed(accountId, 1), failed(accountId, 4), failed(null, 1), failed(null, 1)]),
    );
    expect(JSON.stringify(rows)).not.toMatch(/wrong|hunter2/);
  });
});

it('one account can sign in from many places at the same time', async () => {
  for (let round = 0; round < 3; round += 1) {
    const sessions = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => signIn(PASSWORD, { from: { address: `192.0.2.${n}`, userAgent: null } })),
    );
    expect(new Set(sessions.map(({ token }) => token)).size).toBe(5);
  }
});
