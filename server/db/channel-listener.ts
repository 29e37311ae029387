/** Hears what is said on a channel of PostgreSQL (LISTEN), on a connection of its own that is opened again when it breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backoff } from '../async/backoff.ts';

/** The part of a connection of `pg` that is used here. */
interface ListeningClient {
  query(statement: string): Promise<unknown>;
  on(event: 'notification', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  removeAllListeners(event: 'notification'): unknown;
  /** True closes the connection instead of using it again. */
  release(destroy: boolean): void;
}

export interface ChannelListenerOptions {
  connect: () => Promise<ListeningClient>;
  /** A name in lower case, without quotes. */
  channel: string;
  /** Something was said, or may have been said while there was no connection. */
  onNotified: () => void;
  log: Logger;
}

/** ms */
const RETRY = { first: 200, cap: 5_000 };

export class ChannelListener {
  readonly #options: ChannelListenerOptions;
  readonly #closing = new AbortController();
  readonly #work: Promise<void>;

  constructor(options: ChannelListenerOptions) {
    this.#options = options;
    this.#work = this.#listen();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#hear(() => {
          failures = -1;
        });
      } catch (error) {
        // The database is away, which others report.
        this.#options.log.debug({ event: 'channel.lost', err: error }, 'nothing is heard of other servers');
      }
      if (signal.aborted) return;
      await sleep(backoff(RETRY, Math.max(0, failures)), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Resolves when the connection has ended. */
  async #hear(onHeard: () => void): Promise<void> {
    const { connect, channel, onNotified } = this.#options;
    const { signal } = this.#closing;
    const client = await connect();
    try {
      const over = Promise.withResolvers<void>();
      client.on('error', () => over.resolve());
      client.on('end', () => over.resolve());
      signal.addEventListener('abort', () => over.resolve(), { once: true });
      if (signal.aborted) return;
      client.on('notification', onNotified);
      await client.query(`listen ${channel}`);
      onHeard();
      onNotified();
      await over.promise;
    } finally {
      client.removeAllListeners('notification');
      client.release(true);
    }
  }
}
