import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SignInService } from '../../server/accounts/sign-in-service.ts';
import { verifyPassword } from '../../server/accounts/password.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';

const HOUR = 3_600_000;
let time: number;
let services: DataServices;

beforeEach(async () => {
  time = Date.parse('2026-11-23T08:00:00Z');
  services = await openDataServices({ now: () => time, sessionIdle: 12 * HOUR });
});
afterEach(() => services.close());

const setUp = (more: object = {}) =>
  services.accounts.setUp({
    token: services.setupToken,
    username: 'ada',
    name: 'Ada',
    password: PASSWORD,
    ...more,
  });
const restarted = () =>
  SignInService.create({ ...services, feed: services.accountFeed, sessionIdle: 12 * HOUR, now: () => time });

describe('the first account', () => {
  it('the first account is created once with the printed token, in upper or lower case and with or without dashes', async () => {
    expect(services.setupToken).toMatch(/^[A-Z2-9]{5}(-[A-Z2-9]{5}){3}$/);
    expect(await services.accounts.setupNeeded()).toBe(true);
    const typed = services.setupToken.toLowerCase().replaceAll('-', ' ');
    const { actor } = await setUp({ token: typed });
    expect(actor).toMatchObject({ kind: 'account', name: 'Ada', username: 'ada' });
    expect(await services.accounts.setupNeeded()).toBe(false);
    await expect(setUp({ username: 'eve' })).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('the first account is not created with a wrong token', async () => {
    for (const token of ['', 'AAAAA-AAAAA-AAAAA-AAAAA', services.setupToken.slice(1)]) {
      await expect(setUp({ token })).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await services.accounts.setupNeeded()).toBe(true);
  });

  it('concurrent requests create only one first account', async () => {
    const asked = await Promise.allSettled(['a1', 'b2', 'c3', 'd4'].map((username) => setUp({ username })));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rows = await services.database.fork().execute('select 1 from account');
    expect(rows).toHaveLength(1);
  });

  it('every start prints a fresh set-up token until the first account exists, and none afterward', async () => {
    const again = await restarted();
    const token = again.takeSetupToken();
    expect(token).not.toBe(services.setupToken);
    expect(again.takeSetupToken()).toBeNull();
    await expect(
      again.setUp({ token: services.setupToken, username: 'x1', name: 'X', password: PASSWORD }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await setUp();
    expect((await restarted()).takeSetupToken()).toBeNull();
    // Another server on the same database gets the change.
    expect(await again.setupNeeded()).toBe(false);
  });
});

describe('passwords', () => {
  it('a password is stored as argon2id with the parameters that OWASP recommends', async () => {
    await setUp();
    const [row] = await services.database
      .fork()
      .execute<{ password_hash: string }[]>('select * from account');
    expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(row)).not.toContain(PASSWORD);
  });

  it('a password matches whatever Unicode form its letters were typed in', async () => {
    await setUp({ password: 'Café au lait 12' });
    const decomposed = 'Cafe\u0301 au lait 12';
    expect((await services.accounts.signIn({ username: 'ada', password: decomposed })).actor.name).toBe(
      'Ada',
    );
  });

  it('a wrong user name and a wrong password are refused with the same message', async () => {
    await setUp();
    const wrong = await Promise.all(
      [
        { username: 'ada', password: 'wrong' },
        { username: 'eve', password: PASSWORD },
      ].map((input) => services.accounts.signIn(input).catch((error: Error) => error)),
    );
    expect(wrong[0]).toMatchObject({ code: 'unauthenticated' });
    expect(wrong[1]).toEqual(wrong[0]);
  });

  it('no password matches a user name that does not exist', async () => {
    expect(await verifyPassword(undefined, 'the password of nobody')).toBe(false);
  });
});

describe('sessions', () => {
  it('a session identifies its account until it is closed', async () => {
    const { token, actor } = await setUp();
    const other = await services.accounts.signIn({ username: 'ada', password: PASSWORD });
    expect(await services.accounts.sessions.find(token)).toEqual(actor);
    await services.accounts.sessions.close(token);
    expect(await services.accounts.sessions.find(token)).toBeNull();
    expect(await services.accounts.sessions.find(other.token)).toEqual(actor);
  });

  it('closing a session emits one event, whether or not it was the last one of its account', async () => {
    const out: string[] = [];
    services.accountFeed.on('account.changed', (accountId) => out.push(accountId));
    const first = await setUp();
    const second = await services.accounts.signIn({ username: 'ada', password: PASSWORD });
    await services.accounts.signOut(first.token);
    await services.accounts.signOut(first.token);
    const { accountId } = second.actor;
    expect(out).toEqual([accountId]);
    await Promise.all([1, 2].map(() => services.accounts.signOut(second.token)));
    expect(out).toEqual([accountId, accountId]);
  });

  it('a session expires after inactivity and stays alive while it is used', async () => {
    const { token } = await setUp();
    const { sessions } = services.accounts;
    for (let i = 0; i < 3; i++) {
      time += 12 * HOUR - 1;
      expect(await sessions.find(token)).not.toBeNull();
    }
    time += 12 * HOUR;
    expect(await sessions.find(token)).toBeNull();
  });

  it('looking up a session does not keep it alive', async () => {
    const { token, actor } = await setUp();
    const { sessions } = services.accounts;
    time += 12 * HOUR - 1;
    expect(await sessions.find(token, { touch: false })).toEqual(actor);
    time += 1;
    expect(await sessions.find(token, { touch: false })).toBeNull();
  });

  it('a session expires after a week, however much it is used', async () => {
    const { token, maxAge } = await setUp();
    expect(maxAge).toBe(7 * 24 * HOUR);
    const end = time + maxAge;
    while (time + 6 * HOUR < end) {
      time += 6 * HOUR;
      expect(await services.accounts.sessions.find(token)).not.toBeNull();
    }
    time = end;
    expect(await services.accounts.sessions.find(token)).toBeNull();
  });

  it('the database holds no usable form of a session token', async () => {
    const { token } = await setUp();
    const rows = await services.database
      .fork()
      .execute<{ row: string }[]>('select s::text "row" from session s');
    const plain = [
      token,
      Buffer.from(token).toString('hex'),
      Buffer.from(token, 'base64url').toString('hex'),
    ];
    expect(rows).toHaveLength(1);
    for (const form of plain) expect(rows[0]!.row).not.toContain(form);
    for (const forged of ['', 'x', token.slice(1), `${token}=`]) {
      expect(await services.accounts.sessions.find(forged)).toBeNull();
    }
  });

  it('the next sign-in removes expired sessions from the database', async () => {
    await setUp();
    time += 13 * HOUR;
    await services.accounts.signIn({ username: 'ada', password: PASSWORD });
    expect(await services.database.fork().execute('select 1 from session')).toHaveLength(1);
  });
});
