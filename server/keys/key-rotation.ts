/**
 * Replaces the master key while servers run. The database says which key is in use. While both keys are valid, each is
 * stored sealed under the other, so that a server that has either of them keeps working. Every step can be repeated: an
 * interrupted rotation continues where it stopped.
 */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { KeyHolder, MasterKeyRecord } from '../db/entities/key.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import { currentRecord, SILENT_AFTER } from './key-ring.ts';
import type { MasterKey } from './master-key.ts';
import { contextOf, SEALED_THINGS, type SealedThing } from './sealed-things.ts';
import { lockByName } from '../db/advisory-lock.ts';
import { OperatorError } from '../operator-error.ts';

export interface RotationReport {
  /** Envelopes under the new key now, including those of an interrupted attempt. */
  sealed: number;
  /** Envelopes that opened under neither key, by table. They were damaged before, and are carried over as they are. */
  damaged: { table: string; count: number }[];
}

export interface Rotation {
  database: Database;
  from: MasterKey;
  to: MasterKey;
  log: Logger;
}

/** Rows re-wrapped in one transaction. An enrollment waits for at most one such transaction. */
const BATCH = 200;

const things: SealedThing[] = Object.values(SEALED_THINGS);

/** Re-wraps everything sealed under `from`, and checks that it opens under `to`. Throws where it does not. */
export async function rotate(rotation: Rotation): Promise<RotationReport> {
  const { database, from, to, log } = rotation;
  await begin(rotation);
  for (const thing of things) {
    let moved = 0;
    for (;;) {
      const count = await database.transaction((em) => rewrap(em, thing, from, to));
      moved += count;
      if (count === 0) break;
    }
    log.info({ event: 'key.rewrapped', table: thing.table, moved }, 'envelopes re-wrapped');
  }
  const report = await verify(rotation);
  await database.transaction(async (em) => {
    const record = await lockedRecord(em);
    if (record.id !== to.id || record.rewrappedAt) return;
    await em.nativeUpdate(MasterKeyRecord, { id: to.id }, { back: null, rewrappedAt: new Date() });
    const after = { from: from.id, sealed: report.sealed, damaged: report.damaged };
    await audit(em, { act: 'key.rotated', object: { kind: 'master-key', id: to.id }, after });
  });
  return report;
}

/** From here on every server seals under the new key. Does nothing when it is called again. */
async function begin({ database, from, to }: Rotation): Promise<void> {
  await database.transaction(async (em) => {
    const record = await lockedRecord(em);
    if (record.id === to.id) return;
    if (record.id !== from.id)
      throw new OperatorError(`The master key in use is ${record.id}, not ${from.id}.`);
    if (record.forward) throw new OperatorError('The last rotation is not finished: npm run keys -- finish');
    await em.nativeUpdate(MasterKeyRecord, { id: from.id }, { current: false });
    await em.execute(
      `insert into master_key (id, "current", previous_id, forward, back, created_at) values (?, true, ?, ?, ?, now())
       on conflict (id) do update set "current" = true, previous_id = excluded.previous_id,
         forward = excluded.forward, back = excluded.back, rewrapped_at = null, finished_at = null`,
      [to.id, from.id, from.wrapKey(to), to.wrapKey(from)],
    );
    const after = { from: from.id };
    await audit(em, { act: 'key.introduced', object: { kind: 'master-key', id: to.id }, after });
  });
}

/** Moves one batch and returns how many rows it had. A row that opens under neither key was damaged before, and moves as it is. */
async function rewrap(em: Em, thing: SealedThing, from: MasterKey, to: MasterKey): Promise<number> {
  const { table, column, binds } = thing;
  const names = binds.map((name) => `${name}::text "${name}"`).join(', ');
  const rows = await em.execute<Row[]>(
    `select ${names}, ${column} sealed from ${table} where master_key_id = ?
     order by ${binds.join(', ')} limit ${BATCH} for update`,
    [from.id],
  );
  for (const row of rows) {
    const values = binds.map((name) => String(row[name]));
    const context = contextOf(thing, values);
    const plain = openOrNull(from, row.sealed, context);
    await em.execute(
      `update ${table} set master_key_id = ?, ${column} = ?
       where ${binds.map((name) => `${name}::text = ?`).join(' and ')}`,
      [to.id, plain ? to.wrap(plain, context) : row.sealed, ...values],
    );
    plain?.fill(0);
  }
  return rows.length;
}

type Row = Record<string, string> & { sealed: Buffer };

/** Opens everything under the new key. Throws where something is still under the old one. */
async function verify({ database, from, to }: Rotation): Promise<RotationReport> {
  const report: RotationReport = { sealed: 0, damaged: [] };
  for (const thing of things) {
    const { table, column, binds } = thing;
    const names = binds.map((name) => `${name}::text "${name}"`).join(', ');
    const order = binds.map((name) => `${name}::text`);
    let after: string[] | null = null;
    let damaged = 0;
    for (;;) {
      const rows: Row[] = await database.fork().execute<Row[]>(
        `select ${names}, ${column} sealed from ${table} where master_key_id = ?
         ${after ? `and (${order.join(', ')}) > (${order.map(() => '?').join(', ')})` : ''}
         order by ${order.join(', ')} limit ${BATCH}`,
        [to.id, ...(after ?? [])],
      );
      for (const row of rows) {
        const context = contextOf(
          thing,
          binds.map((name) => String(row[name])),
        );
        const plain = openOrNull(to, row.sealed, context);
        if (plain) report.sealed += 1;
        else damaged += 1;
        plain?.fill(0);
      }
      const last = rows.at(-1);
      if (!last || rows.length < BATCH) break;
      after = binds.map((name) => String(last[name]));
    }
    if (damaged > 0) report.damaged.push({ table, count: damaged });
    const [left] = await database
      .fork()
      .execute<[{ count: number }]>(`select count(*)::int count from ${table} where master_key_id = ?`, [
        from.id,
      ]);
    if (left.count > 0)
      throw new OperatorError(`${left.count} rows of ${table} are still under ${from.id}: try again.`);
  }
  return report;
}

/** Running servers, as they last reported. */
export async function holders(em: Em): Promise<KeyHolder[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from key_holder where seen_at > now() - ? * interval '1 millisecond'`,
    [SILENT_AFTER],
  );
  return em.find(KeyHolder, { id: { $in: rows.map(({ id }) => id) } }, { orderBy: { host: 'asc' } });
}

/**
 * Ends a rotation: from here on the old key opens nothing. While the key source of a running server still gives the old
 * key, that server would not survive a restart: then this changes nothing and returns these servers, unless `force` is set.
 */
export async function finish(
  database: Database,
  { force = false }: { force?: boolean } = {},
): Promise<{ done: boolean; waitingFor: KeyHolder[] }> {
  return database.transaction(async (em) => {
    const record = await lockedRecord(em);
    if (!record.forward) return { done: true, waitingFor: [] };
    if (!record.rewrappedAt)
      throw new OperatorError('Not everything is re-wrapped yet: npm run keys -- rotate');
    const waitingFor = (await holders(em)).filter((h) => h.givenId !== record.id || h.keyId !== record.id);
    if (waitingFor.length > 0 && !force) return { done: false, waitingFor };
    const now = new Date();
    await em.nativeUpdate(MasterKeyRecord, { id: record.id }, { forward: null, finishedAt: now });
    await em.execute(`delete from key_holder where seen_at < now() - interval '1 day'`);
    const object = { kind: 'master-key' as const, id: record.previousId ?? '' };
    await audit(em, { act: 'key.retired', object, after: { inUse: record.id, forced: waitingFor.length } });
    return { done: true, waitingFor };
  });
}

async function lockedRecord(em: Em): Promise<MasterKeyRecord> {
  await lockByName(em, 'muster/master-key');
  const record = await currentRecord(em);
  if (!record) throw new OperatorError('No master key is in use yet: start the server first.');
  return record;
}

function openOrNull(key: MasterKey, sealed: Uint8Array, context: readonly string[]): Buffer | null {
  try {
    return key.unwrap(sealed, context);
  } catch (error) {
    if (error instanceof EnvelopeError) return null;
    throw error;
  }
}
