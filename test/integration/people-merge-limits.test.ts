/** Two records of one person become one: what stands in the way, and what happens at the same moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingByPerson } from '../../server/attendance/closed-months.ts';
import type { ClosingView } from '#protocol/closings.ts';
import { problemOf } from '../support/rest-server.ts';
import {
  DAY,
  MINUTE,
  NOW,
  closeMergeOffice,
  counted,
  enroll,
  entryOf,
  merge,
  openMergeOffice,
  owner,
  paris,
  preview,
  rest,
  seen,
  send,
  services,
  sql,
  two,
} from '../support/merge-office.ts';

beforeAll(openMergeOffice);
afterAll(closeMergeOffice);

const add = (number: string, time: string, says: string) =>
  owner.json('POST', '/api/v1/corrections', {
    kind: 'add',
    number,
    siteId: paris.id,
    date: '2026-09-07',
    time,
    says,
    reason: 'The station was off',
  });

const close = (department: string) =>
  owner.json<ClosingView>('POST', '/api/v1/closings', { month: '2026-09', department, accept: true });

describe('what stands in the way', () => {
  it('a closed month with hours of the record that goes; one of the record that stays gets an adjustment', async () => {
    const stays = await services.addPerson({ department: 'Paid' });
    const goes = await services.addPerson({ department: 'Paid twice' });
    await add(goes.number, '08:00', 'in');
    await add(goes.number, '16:00', 'out');
    await close('Paid');
    const closing = await close('Paid twice');
    expect((await preview(stays.id, goes.id)).obstacles).toEqual([
      { why: 'closed-months', months: ['2026-09'] },
    ]);
    const refused = await send(stays.id, goes.id);
    expect(await problemOf(refused)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('reopen them first') as string,
    });
    const reason = { reason: 'A second record of one person' };
    await owner.json('POST', `/api/v1/closings/${closing.id}/reopening`, reason);
    expect((await preview(stays.id, goes.id)).collisions.adjusted).toEqual(['2026-09']);
    await merge(stays.id, goes.id);
    const pending = await pendingByPerson(services.database.fork(), [stays.id, goes.id]);
    expect(pending.get(stays.id)).toMatchObject([
      { date: '2026-09-07', difference: { worked: 8 * 60 * MINUTE } },
    ]);
    expect(pending.get(goes.id)).toBeUndefined();
  });

  it('a correction that waits, and a consent that was withdrawn in one of them after it was given in the other', async () => {
    await services.addDepartment('Waiting');
    const manager = await rest.member(owner, 'manager', 'Waiting');
    const [stays, goes] = [await services.addPerson(), await services.addPerson({ department: 'Waiting' })];
    await manager.json('POST', '/api/v1/corrections', {
      kind: 'add',
      number: goes.number,
      siteId: paris.id,
      date: '2026-11-20',
      time: '08:00',
      says: 'in',
      reason: 'The station was off',
    });
    expect((await preview(stays.id, goes.id)).obstacles).toEqual([{ why: 'waiting-corrections', amount: 1 }]);
    expect((await send(stays.id, goes.id)).status).toBe(409);
    const [first, second] = await two();
    await services.consents.withdraw(second.id, { accountId: await services.accountId() });
    expect((await preview(first.id, second.id)).obstacles).toEqual([{ why: 'consent-withdrawn' }]);
    expect((await send(first.id, second.id)).status).toBe(409);
  });

  it('a change since the preview, the same record, one that is gone, and missing rights', async () => {
    const [stays, goes] = await two();
    const { version } = await preview(stays.id, goes.id);
    await services.people.update(goes.id, { phone: '333' });
    const late = await send(stays.id, goes.id, { version });
    expect(late.status).toBe(412);
    expect((await owner.send('GET', `/api/v1/people/${stays.id}/merge?goes=${stays.id}`)).status).toBe(422);
    await services.people.erase(goes.id);
    expect((await owner.send('GET', `/api/v1/people/${stays.id}/merge?goes=${goes.id}`)).status).toBe(404);
    const manager = await rest.member(owner, 'manager', 'Waiting');
    const [one, two_] = await two();
    expect((await send(one.id, two_.id, {}, manager)).status).toBe(403);
  });
});

describe('at the same moment', () => {
  it('of two merges of the same records, in both directions, one is done', async () => {
    const [a, b] = await two();
    await enroll(a.id, 80);
    await enroll(b.id, 90);
    await seen(a.id, NOW - 2 * DAY);
    await seen(b.id, NOW - DAY);
    const replies = await Promise.all([send(a.id, b.id), send(b.id, a.id), send(a.id, b.id)]);
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 404, 404,
    ]);
    const gone = await sql<{ id: string }>(
      'select id from person where id in (?, ?) and erased_at is not null',
      [a.id, b.id],
    );
    expect(gone).toHaveLength(1);
    const left = gone[0]!.id === a.id ? b.id : a.id;
    expect(await counted(left)).toHaveLength(2);
    expect((await entryOf(left))!.embeddings).toHaveLength(2);
  });

  it('a punch during the merge, and one that was recognized before it and is booked after it, belong to the record that stays', async () => {
    const [stays, goes] = await two();
    for (let day = 20; day > 10; day -= 1) await seen(goes.id, NOW - day * DAY);
    const during = [stays, goes].flatMap(({ id }, i) =>
      Array.from({ length: 5 }, (_, n) => seen(id, NOW - (n + 1) * DAY + i * 120 * MINUTE)),
    );
    const [merged] = await Promise.all([merge(stays.id, goes.id), ...during]);
    expect(merged.punches).toBeGreaterThanOrEqual(10);
    expect(await counted(stays.id)).toHaveLength(20);
    expect(await counted(goes.id)).toEqual([]);
    const late = await seen(goes.id, NOW - 9 * DAY);
    expect(late).toMatchObject({ person: { id: stays.id, name: 'Grace Hopper' } });
    expect(await counted(stays.id)).toHaveLength(21);
  });

  it('an enrollment at the same moment is not lost', async () => {
    const [stays, goes] = await two();
    await enroll(goes.id, 100);
    const enrolled = enroll(stays.id, 110).then(
      () => 'done',
      () => 'refused',
    );
    // The merge may be refused because the face came since the preview; then it is done again.
    const reply = await send(stays.id, goes.id);
    await enrolled;
    if (!reply.ok) await merge(stays.id, goes.id);
    expect((await entryOf(stays.id))!.embeddings).toHaveLength(2);
    expect(await entryOf(goes.id)).toBeUndefined();
  });
});
