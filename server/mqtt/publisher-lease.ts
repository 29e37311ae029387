/**
 * Which server of the database publishes, and up to which event it has: a row that the publisher renews. Another server takes
 * over what was not renewed.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from '../db/database.ts';

/** Others take over after this long without a renewal, ms. */
const LEASE = 5_000;

/** `theirs`: another server has it. `connected`: and reaches the broker. */
export type Held = 'ours' | 'theirs' | 'connected';

export class PublisherLease {
  readonly #database: Database;
  /** Of this run of the server. */
  readonly #holder = randomUUID();
  #renewedAt = -Infinity;

  constructor({ database }: { database: Database }) {
    this.#database = database;
  }

  /** Whether it surely is still ours: others measure by the clock of the database, and from a moment later. */
  get fresh(): boolean {
    return performance.now() - this.#renewedAt < LEASE - 1_000;
  }

  /** Takes it where it is free. Rejects where the database does not answer. */
  async take(): Promise<Held> {
    if (await this.#renew('holder is null or holder = ? or held_until < clock_timestamp()', false))
      return 'ours';
    return this.look();
  }

  /** Whether another server has it, and reaches the broker. Rejects where the database does not answer. */
  async look(): Promise<Exclude<Held, 'ours'>> {
    const [row] = await this.#execute<{ connected: boolean }>(
      'select connected and held_until >= clock_timestamp() connected from mqtt_publisher',
    );
    return row?.connected ? 'connected' : 'theirs';
  }

  /** Renews it. False where another server has it. Rejects where the database does not answer. */
  keep(): Promise<boolean> {
    return this.#renew('holder = ?', true);
  }

  /** The last event that was told; null where none was yet. */
  async toldTo(): Promise<number | null> {
    const [row] = await this.#execute<{ to: string | null }>('select told_to "to" from mqtt_publisher');
    return row?.to == null ? null : Number(row.to);
  }

  /** Nothing where another server has the lease. */
  async told(to: number | null): Promise<void> {
    await this.#execute('update mqtt_publisher set told_to = ? where holder = ? returning 1', [
      to,
      this.#holder,
    ]);
  }

  /** Another server may have it at once. Rejects where the database does not answer. */
  async release(): Promise<void> {
    this.#renewedAt = -Infinity;
    await this.#execute(
      'update mqtt_publisher set holder = null, held_until = null, connected = false where holder = ? returning 1',
      [this.#holder],
    );
  }

  async #renew(where: string, connected: boolean): Promise<boolean> {
    const asked = performance.now();
    const rows = await this.#execute(
      `update mqtt_publisher set holder = ?, held_until = clock_timestamp() + ? * interval '1 ms', connected = ?
       where ${where} returning 1`,
      [this.#holder, LEASE, connected, this.#holder],
    );
    if (rows.length > 0) this.#renewedAt = asked;
    return rows.length > 0;
  }

  #execute<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return this.#database.fork().execute<T[]>(sql, values);
  }
}
