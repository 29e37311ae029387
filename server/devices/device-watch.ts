/**
 * Tells other programs which devices come and go (`device.up`, `device.down`). The database knows which are connected, so
 * that a restart of this server, or a device that goes to another one, is neither; and a device whose server has died is gone.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Database, Em } from '../db/database.ts';
import { addEvents } from '../outbox/add-event.ts';

export interface DeviceWatchOptions {
  database: Database;
  /** IDs of the devices that are connected to this server. */
  connected: () => readonly string[];
  log: Logger;
  limits?: Partial<DeviceWatchLimits>;
}

interface DeviceWatchLimits {
  /** Time between two looks, ms. */
  period: number;
  /** A device that is back within this time was not away, ms: a reload takes less. */
  grace: number;
  /** How often the database is told what is connected, ms. */
  beat: number;
  /** A device of which no server has said so for this long is gone, ms. */
  life: number;
}

const LIMITS: DeviceWatchLimits = { period: 1_000, grace: 15_000, beat: 30_000, life: 120_000 };

export class DeviceWatch {
  readonly #options: DeviceWatchOptions;
  readonly #limits: DeviceWatchLimits;
  readonly #log: Logger;
  readonly #server = randomUUID();
  readonly #timer: NodeJS.Timeout;
  readonly #looks = new SerialQueue();
  /** When each device was connected here last, ms of `performance.now()`. */
  readonly #seen = new Map<string, number>();
  #beatAt = -Infinity;
  #closed = false;
  #failing = false;

  constructor(options: DeviceWatchOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#log = options.log.child({ part: 'devices' });
    this.#timer = setInterval(() => void this.look(), this.#limits.period).unref();
  }

  /** Never rejects. */
  look(): Promise<void> {
    return this.#looks.run(async () => {
      if (this.#closed) return;
      try {
        await this.#follow();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing)
          this.#log.warn(
            { event: 'device-watch.failed', err: error },
            'devices that come and go wait to be told',
          );
        this.#failing = true;
      }
    });
  }

  /** The devices stay up: they will come to another server, or to this one when it is back. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looks.idle();
  }

  async #follow(): Promise<void> {
    const now = performance.now();
    const connected = this.#options.connected();
    const isNew = connected.some((id) => !this.#seen.has(id));
    const { grace, beat } = this.#limits;
    const isBeat = now - this.#beatAt >= beat;
    if (isNew || isBeat) await this.#options.database.transaction((em) => this.#up(em, connected));
    for (const id of connected) this.#seen.set(id, now);
    const gone = [...this.#seen].flatMap(([id, at]) =>
      !connected.includes(id) && now - at >= grace ? [id] : [],
    );
    if (gone.length > 0) await this.#options.database.transaction((em) => this.#down(em, gone));
    for (const id of gone) this.#seen.delete(id);
    if (!isBeat) return;
    await this.#options.database.transaction((em) => this.#lost(em));
    this.#beatAt = now;
  }

  async #up(em: Em, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const before = await em.execute<{ id: string }[]>(
      'select device_id id from connected_device where device_id = any(?::uuid[]) and up order by device_id for update',
      [`{${ids.join(',')}}`],
    );
    const wasUp = new Set(before.map(({ id }) => id));
    await em.execute(
      `insert into connected_device (device_id, server, up, seen_at)
       select id, ?, true, clock_timestamp() from device where id = any(?::uuid[]) order by id
       on conflict (device_id) do update set server = excluded.server, up = true, seen_at = excluded.seen_at`,
      [this.#server, `{${ids.join(',')}}`],
    );
    await tell(
      em,
      'device.up',
      ids.filter((id) => !wasUp.has(id)),
    );
  }

  /** Those that went to another server are not gone. */
  async #down(em: Em, ids: readonly string[]): Promise<void> {
    const down = await em.execute<{ id: string }[]>(
      `update connected_device set up = false where device_id = any(?::uuid[]) and server = ? and up
       returning device_id id`,
      [`{${ids.join(',')}}`, this.#server],
    );
    await tell(
      em,
      'device.down',
      down.map(({ id }) => id),
    );
  }

  /** Those of a server that died. */
  async #lost(em: Em): Promise<void> {
    const lost = await em.execute<{ id: string }[]>(
      `update connected_device set up = false where up and seen_at < clock_timestamp() - ? * interval '1 ms'
       returning device_id id`,
      [this.#limits.life],
    );
    await tell(
      em,
      'device.down',
      lost.map(({ id }) => id),
    );
  }
}

async function tell(em: Em, type: 'device.up' | 'device.down', ids: readonly string[]): Promise<void> {
  await addEvents(
    em,
    ids.map((device) => ({ type, subject: { device } })),
  );
}
