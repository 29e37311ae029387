/**
 * `Idempotency-Key` on creating writes: the same request with the same key gets the same reply for a day, and creates
 * nothing again.
 *
 * A reply may hold a secret (a token, an invitation) or personal data. It is sealed under a key that is made of the
 * master key and of the caller's `Idempotency-Key`, of which only a hash is stored: neither the database with the master
 * key nor the database alone opens it. After a rotation of the master key has ended, earlier replies do not open.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { EnvelopeError, open, seal } from '../crypto/envelope.ts';
import type { Database } from '../db/database.ts';
import { IdempotentReply } from '../db/entities/idempotent-reply.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { MusterError } from '../protocol/error.ts';
import { DAY, MINUTE } from '../time/durations.ts';

const IDEMPOTENCY = {
  /** A reply is kept for this long, ms. */
  kept: DAY,
  /** Keys of one account that are kept at once. */
  perCaller: 1_000,
  /** A write without a reply for this long was lost with its server: the next request may run again, ms. */
  abandoned: MINUTE,
  /** Old replies are deleted during a request, but not more often than this, ms. */
  purge: 10 * MINUTE,
} as const;

const KEY = /^[\x21-\x7e]{16,128}$/;

export interface IdempotencyOptions {
  database: Database;
  keys: Pick<KeyRing, 'derived'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

export interface IdempotentRequest {
  caller: string;
  /** The header. */
  key: string;
  /** What was asked: the same key with something else is refused. */
  content: unknown;
}

export class Idempotency {
  readonly #database: Database;
  readonly #keys: IdempotencyOptions['keys'];
  readonly #log: Logger;
  readonly #now: () => number;
  #purged = 0;

  constructor({ database, keys, log, now = Date.now }: IdempotencyOptions) {
    this.#database = database;
    this.#keys = keys;
    this.#log = log;
    this.#now = now;
  }

  /**
   * Runs `write`, or returns what it returned before.
   *
   * @throws MusterError `bad-request` for a key that is too short or too long; `validation-failed` for a key that came
   * with another request; `conflict` while the first request runs; `rate-limited` for too many keys
   */
  async once(request: IdempotentRequest, write: () => Promise<unknown>): Promise<unknown> {
    const { caller, key, content } = request;
    if (!KEY.test(key)) {
      throw new MusterError(
        'bad-request',
        'Idempotency-Key must have 16 to 128 characters: send a random UUID.',
      );
    }
    await this.purge();
    const row = {
      caller,
      keyHash: sha256(key),
      requestHash: sha256(JSON.stringify(content)),
      claimedAt: new Date(this.#now()),
    };
    // A write that takes longer than a minute may lose its key to a repetition, whose row it must leave alone.
    const own = { caller, keyHash: row.keyHash, createdAt: row.claimedAt };
    const earlier = await this.#claim(row);
    if (earlier) return this.#replyOf(earlier, row, key);
    let reply: unknown;
    try {
      reply = await write();
    } catch (error) {
      // Where the key cannot be freed, it frees itself after a minute. The caller must get the first error.
      await this.#database
        .fork()
        .nativeDelete(IdempotentReply, own)
        .catch((failed: unknown) =>
          this.#log.warn(
            { event: 'idempotency-key.stuck', err: failed },
            'the key of a failed write could not be freed',
          ),
        );
      throw error;
    }
    const [sealingKey] = this.#sealingKeys(key);
    const sealed = seal(sealingKey!, Buffer.from(JSON.stringify(reply ?? null)), contextOf(row));
    await this.#database
      .fork()
      .nativeUpdate(IdempotentReply, own, { sealed })
      // It is written: the caller gets the reply all the same.
      .catch((error: unknown) =>
        this.#log.warn(
          { event: 'idempotent-reply.lost', err: error },
          'the reply could not be kept for a repetition',
        ),
      );
    return reply;
  }

  /** Deletes what is older than a day. Rarely does anything: it may be called with every request. */
  async purge(): Promise<void> {
    const now = this.#now();
    if (Math.abs(now - this.#purged) < IDEMPOTENCY.purge) return;
    this.#purged = now;
    const before = new Date(now - IDEMPOTENCY.kept);
    await this.#database.fork().nativeDelete(IdempotentReply, { createdAt: { $lt: before } });
  }

  /** Null: this request is the first, and is to write. Otherwise the row of the first. */
  async #claim(row: Claim): Promise<IdempotentReply | null> {
    const now = row.claimedAt.getTime();
    return this.#database.transaction(async (em) => {
      const claimed = await em.execute<unknown[]>(
        `insert into idempotent_reply as r (caller, key_hash, request_hash, sealed, created_at)
         values (?, ?, ?, null, ?)
         on conflict (caller, key_hash) do update
           set request_hash = excluded.request_hash, sealed = null, created_at = excluded.created_at
           where r.created_at < ? or r.sealed is null and r.created_at < ?
         returning 1`,
        [
          row.caller,
          row.keyHash,
          row.requestHash,
          row.claimedAt,
          new Date(now - IDEMPOTENCY.kept),
          new Date(now - IDEMPOTENCY.abandoned),
        ],
      );
      if (claimed.length === 0) {
        return em.findOneOrFail(IdempotentReply, { caller: row.caller, keyHash: row.keyHash });
      }
      if ((await em.count(IdempotentReply, { caller: row.caller })) > IDEMPOTENCY.perCaller) {
        throw new MusterError(
          'rate-limited',
          `An account or a token may use ${IDEMPOTENCY.perCaller} Idempotency-Keys a day: send the request without one.`,
        );
      }
      return null;
    });
  }

  #replyOf(earlier: IdempotentReply, row: Claim, key: string): unknown {
    if (!row.requestHash.equals(earlier.requestHash)) {
      const message = 'was used for another request';
      throw new MusterError('validation-failed', `Idempotency-Key ${message}: send a new one.`, {
        faults: [{ path: 'Idempotency-Key', message }],
      });
    }
    if (!earlier.sealed) {
      throw new MusterError(
        'conflict',
        'The first request with this Idempotency-Key is still running: try again.',
      );
    }
    for (const sealingKey of this.#sealingKeys(key)) {
      try {
        return JSON.parse(open(sealingKey, earlier.sealed, contextOf(row)).toString('utf8'));
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
      }
    }
    throw new MusterError('conflict', 'This request was carried out, but its reply can no longer be read.');
  }

  /** Under the master key in use first; then, during a rotation, under the one before it. */
  #sealingKeys(key: string): Buffer[] {
    return this.#keys
      .derived('idempotent-reply')
      .map((secret) => createHmac('sha256', secret).update(key, 'utf8').digest());
  }
}

interface Claim {
  caller: string;
  keyHash: Buffer;
  requestHash: Buffer;
  claimedAt: Date;
}

function contextOf({ caller, keyHash, requestHash }: Claim): string[] {
  return ['muster/idempotent-reply', caller, keyHash.toString('hex'), requestHash.toString('hex')];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
