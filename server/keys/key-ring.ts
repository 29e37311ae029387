/**
 * The master key in use and, during a rotation, the previous one. The database says which one is in use, so that all its
 * servers agree; a running server takes over a new key by itself.
 */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { SerialQueue } from '../async/serial.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { KeyHolder, MasterKeyRecord } from '../db/entities/key.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import { type KeySource, writeKeyFile } from './key-source.ts';
import { MasterKey } from './master-key.ts';
import { contextOf, SEALED_THINGS, type SealedKind, type SealedThing } from './sealed-things.ts';
import { OperatorError } from '../operator-error.ts';

export interface KeyRingOptions {
  database: Database;
  source: KeySource;
  log: Logger;
  /** How often a server reports which key it holds, and checks that this is still the key in use, ms. */
  beat?: number;
}

export interface Sealed {
  masterKeyId: string;
  sealed: Buffer;
}

const BEAT = 5_000;
/** A server that has not reported for this many beats is no longer running. */
const BEATS_TO_LIVE = 3;
export const SILENT_AFTER = BEAT * BEATS_TO_LIVE;

const LOST = `; if it is lost for good, empty the tables template, ${Object.values(SEALED_THINGS)
  .map(({ table }) => table)
  .join(', ')}, and enroll everybody again.`;

export class KeyRing {
  readonly #database: Database;
  readonly #source: KeySource;
  readonly #log: Logger;
  readonly #server: string;
  #given: MasterKey;
  #current: MasterKey;
  #previous: MasterKey | null;
  /** Unknown key ids since the last beat. A gallery may be full of them, and each would cost a query. */
  readonly #strange = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #beats = new SerialQueue();
  #closed = false;

  private constructor({ database, source, log }: KeyRingOptions, held: Held, server: string) {
    this.#server = server;
    this.#database = database;
    this.#source = source;
    this.#log = log;
    this.#given = held.given;
    this.#current = held.current;
    this.#previous = held.previous;
  }

  /**
   * Throws OperatorError when the source has no key, or a key that opens nothing in the database: with such a key, nobody
   * would be recognized. Makes the key file in the data folder at the very first start.
   */
  static async open(options: KeyRingOptions): Promise<KeyRing> {
    const log = options.log.child({ part: 'keys' });
    const server = randomUUID();
    const held = await hold(options.database, options.source, server);
    const ring = new KeyRing({ ...options, log }, held, server);
    await ring.#beat();
    log.info(
      { event: 'key.loaded', masterKeyId: held.current.id, source: options.source.kind },
      'master key in use',
    );
    ring.#timer = setInterval(() => void ring.#beat(), options.beat ?? BEAT).unref();
    return ring;
  }

  /** Records in the audit trail that a server runs with this key. */
  async announce(): Promise<void> {
    const object = { kind: 'master-key' as const, id: this.#current.id };
    const after = { source: this.#source.kind, host: os.hostname() };
    await this.#database.transaction((em) => audit(em, { act: 'key.loaded', object, after }));
  }

  /** Id of the key that this server seals under. */
  get currentId(): string {
    return this.#current.id;
  }

  /** Call it inside the transaction that stores the result: no rotation begins until that transaction ends. */
  async seal(em: Em, kind: SealedKind, binds: readonly string[], secret: Uint8Array): Promise<Sealed> {
    const current = async () =>
      (await em.execute<{ id: string }[]>('select id from master_key where "current" for share'))[0];
    // A query that waited while a rotation began finds that the old row is no longer current, but does not see the new row yet.
    const row = (await current()) ?? (await current());
    const key = await this.#byId(row?.id ?? '');
    if (!key) throw new OperatorError('This server does not hold the master key in use: restart it.');
    return { masterKeyId: key.id, sealed: key.wrap(secret, contextOf(SEALED_THINGS[kind], binds)) };
  }

  /** Throws EnvelopeError, and OperatorError where this server lacks the key in use. */
  async open(
    kind: SealedKind,
    binds: readonly string[],
    masterKeyId: string,
    sealed: Uint8Array,
  ): Promise<Buffer> {
    const key = await this.#byId(masterKeyId);
    if (!key) throw new EnvelopeError('it belongs to another master key');
    return key.unwrap(sealed, contextOf(SEALED_THINGS[kind], binds));
  }

  /** Derived keys for another purpose: use the first for new data, and all of them to check older data. */
  derived(purpose: string): [Buffer, ...Buffer[]] {
    const before = this.#previous ? [this.#previous.derive(purpose)] : [];
    return [this.#current.derive(purpose), ...before];
  }

  /** Idempotent. From then on this server is not listed as a holder of a key. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#beats.idle();
    await this.#database
      .fork()
      .nativeDelete(KeyHolder, { id: this.#server })
      .catch((error: unknown) =>
        this.#log.warn({ event: 'key.not-released', err: error }, 'the key holder could not be removed'),
      );
  }

  /** Null where no such key is in use. */
  async #byId(id: string): Promise<MasterKey | null> {
    const known = () => [this.#current, this.#previous].find((key) => key?.id === id) ?? null;
    const key = known();
    if (key || this.#strange.has(id)) return key;
    await this.#refresh();
    if (!known()) this.#strange.add(id);
    return known();
  }

  #beat(): Promise<void> {
    return this.#beats.run(async () => {
      if (this.#closed) return;
      this.#strange.clear();
      try {
        await this.#refresh();
        const holder = { id: this.#server, source: this.#source, given: this.#given.id };
        await report(this.#database.fork(), { ...holder, current: this.#current.id });
      } catch (error) {
        this.#log.warn(
          { event: 'key.unchecked', err: error },
          'the master key could not be checked; trying again',
        );
      }
    });
  }

  /** Takes over the result of a rotation. Throws where this server cannot. */
  async #refresh(): Promise<void> {
    const record = await currentRecord(this.#database.fork());
    if (!record) throw new OperatorError('The database has no master key in use.');
    // The file may have been exchanged, or the key service may give the new key: then a restart will find it too.
    if (this.#given.id !== record.id && this.#source.kind !== 'environment') {
      this.#given = (await this.#source.read()) ?? this.#given;
    }
    if (this.#current.id !== record.id) {
      const next = openRecord(record, [this.#given, this.#current]);
      if (!next)
        throw new OperatorError(
          `This server has no access to the master key in use (${record.id}): restart it with that key.`,
        );
      this.#previous = record.previousId === this.#current.id ? this.#current : null;
      this.#current = next;
      this.#log.info({ event: 'key.taken-over', masterKeyId: next.id }, 'new master key taken over');
    }
    // Nothing is sealed under the old key any more, and no source gives it.
    if (record.finishedAt && record.previousId === this.#previous?.id) this.#previous = null;
  }
}

interface Held {
  given: MasterKey;
  current: MasterKey;
  previous: MasterKey | null;
}

export async function currentRecord(em: Em): Promise<MasterKeyRecord | null> {
  return em.findOne(MasterKeyRecord, { current: true }, { disableIdentityMap: true });
}

/** The key of a record, opened with one of the held keys. Null where none of them opens it. */
function openRecord(record: MasterKeyRecord, held: readonly MasterKey[]): MasterKey | null {
  const same = held.find(({ id }) => id === record.id);
  if (same) return same;
  const before = held.find(({ id }) => id === record.previousId);
  return before && record.forward ? before.unwrapKey(record.forward, record.id) : null;
}

/** Ids of all master keys under which something is sealed. */
export async function masterKeysInUse(em: Em): Promise<string[]> {
  const things: SealedThing[] = Object.values(SEALED_THINGS);
  const rows = await em.execute<{ id: string }[]>(
    things.map(({ table }) => `select distinct master_key_id id from ${table}`).join(' union '),
  );
  return rows.map(({ id }) => id).toSorted();
}

/** Says that a server runs and which key it holds. */
async function report(
  em: Em,
  { id, source, given, current }: { id: string; source: KeySource; given: string; current: string },
): Promise<void> {
  await em.execute(
    `insert into key_holder (id, host, source, given_id, key_id, seen_at) values (?, ?, ?, ?, ?, now())
     on conflict (id) do update set given_id = excluded.given_id, key_id = excluded.key_id, seen_at = now()`,
    [id, os.hostname(), source.kind, given, current],
  );
}

/**
 * The keys of a server or a command: from its source, and from the database, which says which one is in use.
 *
 * @param server Id of a server, which is reported as a holder of its key. A command reports nothing.
 */
export async function hold(database: Database, source: KeySource, server?: string): Promise<Held> {
  const inUse = await masterKeysInUse(database.fork());
  let given = await source.read();
  const elsewhere = await heldElsewhere(database.fork(), given?.id ?? null);
  if (elsewhere && inUse.length === 0) throw notHandedOver(elsewhere, source, given);
  if (!given) {
    if (inUse.length > 0 || !source.makes) {
      throw new OperatorError(
        inUse.length > 0
          ? `The master key ${source.name} is missing, and the stored face templates open with no other key: restore it from a backup, or set MUSTER_MASTER_KEY to it${LOST}`
          : `The master key ${source.name} is missing: make it with npm run keys -- new`,
      );
    }
    given = new MasterKey(await writeKeyFile(source.name));
  }
  const record = await adopt(database, { given, inUse, source, server });
  if (record.id === given.id) {
    const { previousId, back } = record;
    const previous = previousId && back ? given.unwrapKey(back, previousId) : null;
    return { given, current: given, previous };
  }
  const current = openRecord(record, [given]);
  if (current) return { given, current, previous: given };
  await database.transaction((em) =>
    audit(em, {
      act: 'key.refused',
      object: { kind: 'master-key', id: given.id },
      after: { source: source.kind, inUse: record.id },
    }),
  );
  const since = record.previousId === given.id ? `was rotated: use ${record.id} instead` : null;
  throw new OperatorError(
    `The master key in ${source.name} (${given.id}) ${since ?? `opens nothing in the database: use the key that it was sealed with (${record.id})`}${LOST}`,
  );
}

/** The record of the key in use. The given key becomes the key in use where there is none, or where nothing is sealed yet. */
async function adopt(
  database: Database,
  {
    given,
    inUse,
    source,
    server,
  }: { given: MasterKey; inUse: readonly string[]; source: KeySource; server: string | undefined },
): Promise<MasterKeyRecord> {
  return database.transaction(async (em) => {
    await lockByName(em, 'muster/master-key');
    const record = await currentRecord(em);
    if (record && inUse.length > 0) return record;
    // Again, now that nobody else can begin: of two servers that start at once, the second must see the first.
    const elsewhere = await heldElsewhere(em, given.id);
    if (elsewhere) throw notHandedOver(elsewhere, source, given);
    if (server !== undefined) await report(em, { id: server, source, given: given.id, current: given.id });
    if (record?.id === given.id) return record;
    // Before migration 0008, only the sealed rows named their key.
    const first = !record && inUse.length > 0 && !inUse.includes(given.id);
    await em.nativeUpdate(MasterKeyRecord, { current: true }, { current: false });
    const id = first ? inUse[0]! : given.id;
    await em.execute(
      `insert into master_key (id, "current", created_at) values (?, true, now())
       on conflict (id) do update set "current" = true, forward = null, back = null, previous_id = null`,
      [id],
    );
    return (await currentRecord(em))!;
  });
}

interface Elsewhere {
  host: string;
  keyId: string;
}

/** A running server that holds another key, which is the one in use. */
async function heldElsewhere(em: Em, givenId: string | null): Promise<Elsewhere | null> {
  const [other] = await em.execute<Elsewhere[]>(
    `select host, key_id "keyId" from key_holder join master_key on master_key.id = key_id and master_key."current"
     where key_id is distinct from ? and given_id is distinct from ? and seen_at > now() - ? * interval '1 ms'
     order by seen_at desc limit 1`,
    [givenId, givenId, SILENT_AFTER],
  );
  return other ?? null;
}

/**
 * Servers with data folders of their own would each seal under a key of their own, and none could open what another one
 * sealed: every PIN would be wrong at the others.
 */
function notHandedOver(
  { host, keyId }: Elsewhere,
  source: KeySource,
  given: MasterKey | null,
): OperatorError {
  const mine = given ? ` and not ${given.id}` : '';
  const remedy =
    source.path === undefined
      ? `set ${source.name} to the one that it uses`
      : `copy the file master.key from its data folder to ${source.path} (chmod 600), or give both the same MUSTER_MASTER_KEY`;
  return new OperatorError(
    `The server ${host} runs on the same database with the master key ${keyId}${mine}, and all servers of a database need the same one: ${remedy}, and start again. If ${host} was stopped for good, start again in ${SILENT_AFTER / 1000} s.`,
  );
}
