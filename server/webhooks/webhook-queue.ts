/**
 * The waiting deliveries of all receivers, in the database. The first that waits of a receiver is locked while it is
 * delivered, so that of all lanes of all servers one at a time sends to a receiver, in the order of the events.
 */
import type { Em } from '../db/database.ts';
import { WEBHOOK_LIMITS, type WebhookTestView } from '../protocol/webhooks.ts';
import { backoff } from '../async/backoff.ts';

/** A delivery that is due, with its event. Locked until the end of the transaction. */
export interface DueDelivery {
  id: string;
  endpointId: string;
  once: boolean;
  url: string;
  failures: number;
  event: { key: string; type: string; subject: unknown; sequence: string; at: string };
}

/** Gives each receiver what happened since the last time. Receivers that another server is just giving are skipped. */
export async function fanOut(em: Em): Promise<void> {
  await em.execute(
    `with head as (select sequence from outbox_head),
     endpoint as (
       select e.id, e.types, e.fanned_to from webhook_endpoint e
       where e.fanned_to < (select sequence from head) order by e.id for update skip locked
     ), new as (
       insert into outbox_delivery (endpoint_id, event_id, sequence, state)
       select e.id, o.id, o.sequence, 'waiting' from endpoint e
         join outbox_event o on o.sequence > e.fanned_to and o.sequence <= (select sequence from head)
           and e.types @> to_jsonb(o.type)
       on conflict do nothing
     )
     update webhook_endpoint w set fanned_to = (select sequence from head)
     from endpoint e where e.id = w.id`,
  );
}

/** The receiver that has waited longest comes first. Null where nothing is due, or others are at it. */
export async function nextDue(em: Em): Promise<DueDelivery | null> {
  const [claimed] = await em.execute<{ id: string }[]>(
    `select d.id from webhook_endpoint e
       cross join lateral (
         select id from outbox_delivery
         where endpoint_id = e.id and state = 'waiting' order by sequence limit 1
       ) first
       join outbox_delivery d on d.id = first.id
     where e.disabled_at is null and (e.next_try_at is null or e.next_try_at <= now()) and d.state = 'waiting'
     order by e.tried_at nulls first limit 1 for update of d skip locked`,
  );
  if (!claimed) return null;
  // Read only now, with the lock: the one before may just have failed.
  const [due] = await em.execute<(Omit<DueDelivery, 'event'> & DueDelivery['event'])[]>(
    `select d.id, d.endpoint_id "endpointId", d.once, e.url, e.failures, o.key, o.type, o.subject, o.sequence, o.at
     from outbox_delivery d join webhook_endpoint e on e.id = d.endpoint_id join outbox_event o on o.id = d.event_id
     where d.id = ? and d.state = 'waiting' and e.disabled_at is null
       and (e.next_try_at is null or e.next_try_at <= clock_timestamp())`,
    [claimed.id],
  );
  if (!due) return null;
  const { key, type, subject, sequence, at, ...delivery } = due;
  return { ...delivery, event: { key, type, subject, sequence, at } };
}

/** There is nothing left to tell: the receiver gets the next one. */
export async function passOver(em: Em, { id }: DueDelivery): Promise<void> {
  await em.execute(`update outbox_delivery set state = 'nothing-left' where id = ?`, [id]);
}

/** What became of a try. A failure holds back the later events of the same receiver, until the next try or its end. */
export async function settle(em: Em, due: DueDelivery, result: WebhookTestView): Promise<void> {
  const { id, endpointId, once, failures } = due;
  const { outcome, status, answer } = result;
  const delivered = outcome === 'delivered';
  const state = delivered ? 'delivered' : once ? 'given-up' : 'waiting';
  await em.execute(
    `update outbox_delivery set state = ?, once = false, tries = tries + 1, tried_at = clock_timestamp(),
       outcome = ?, status = ?, answer = ? where id = ?`,
    [state, outcome, status, answer, id],
  );
  if (delivered) {
    await em.execute(
      `update webhook_endpoint set failures = 0, next_try_at = null, tried_at = clock_timestamp() where id = ?`,
      [endpointId],
    );
    return;
  }
  if (outcome === 'gone') {
    await em.execute(
      `update webhook_endpoint set disabled_at = clock_timestamp(), disabled_why = 'gone', failures = failures + 1,
         next_try_at = null, tried_at = clock_timestamp() where id = ? and disabled_at is null`,
      [endpointId],
    );
    return;
  }
  // What somebody asked for says nothing of the events that wait.
  if (once) return;
  await em.execute(
    `update webhook_endpoint set failures = failures + 1, tried_at = clock_timestamp(),
       next_try_at = clock_timestamp() + ? * interval '1 ms' where id = ?`,
    [backoff(WEBHOOK_LIMITS.retry, failures), endpointId],
  );
  await em.execute(
    `update outbox_delivery d set state = 'given-up' from outbox_event o
     where o.id = d.event_id and d.endpoint_id = ? and d.state = 'waiting'
       and o.at < now() - ? * interval '1 ms'`,
    [endpointId, WEBHOOK_LIMITS.patience],
  );
}
