/** The ticks of this browser: keeps them, and delivers them. The server counts a tick once, so a delivery without an answer is repeated. */
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import { TICK_BATCH } from '#protocol/roll-calls.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { Observable } from '../session/observable.ts';
import type { RollCallStore, WaitingTick } from './roll-call-store.ts';

/** A delivery that failed is repeated after this, ms; sooner when the server is known to be back. */
const RETRY = 10_000;

export interface TickOutboxOptions {
  store: RollCallStore;
  accountId: string;
  client: string;
  /** Ticks of this roll call are not delivered, because the server does not know it yet. */
  isHeld: (rollCallId: string) => boolean;
  /** Ticks were delivered: fetches what the server makes of them, so that none vanishes in between. */
  onDelivered: () => Promise<void>;
  /** The server does not take ticks of this roll call any more: they are dropped. */
  onRefused: (error: ClientError) => void;
}

export class TickOutbox {
  /** Oldest first. */
  readonly waiting = new Observable<readonly WaitingTick[]>([]);
  readonly #options: TickOutboxOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #delivering = false;
  #closed = false;

  constructor(options: TickOutboxOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    await this.reload();
    this.wake();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async reload(): Promise<void> {
    const { store, accountId } = this.#options;
    this.waiting.set(await store.ticks(accountId));
  }

  /** Resolves when the tick is on the disk. */
  async tick(rollCallId: string, person: string, says: TickSays): Promise<void> {
    const { store, accountId } = this.#options;
    const tick = await store.keep({ accountId, rollCallId, person, says });
    this.waiting.set([...this.waiting.value, tick]);
    this.wake();
  }

  /** Delivers now. */
  wake(): void {
    this.#after(0);
  }

  #after(delay: number) {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#deliver().catch(reportUnexpected);
    }, delay);
  }

  async #deliver() {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
        await this.#send(batch);
        await this.#options.store.remove(batch.map(({ sequence }) => sequence));
        await this.#options.onDelivered();
        await this.reload();
      }
    } catch (error) {
      // An ended session leads to the sign-in page; the ticks wait until the same account is back.
      const { retryable, code } = ClientError.of(error);
      if (!retryable && code !== 'unauthenticated') throw error;
    } finally {
      this.#delivering = false;
      if (this.#next().length > 0 && this.#timer === null) this.#after(RETRY);
    }
  }

  #next(): WaitingTick[] {
    const free = this.waiting.value.filter(({ rollCallId }) => !this.#options.isHeld(rollCallId));
    return free.filter(({ rollCallId }) => rollCallId === free[0]!.rollCallId).slice(0, TICK_BATCH);
  }

  async #send(batch: readonly WaitingTick[]) {
    const { client } = this.#options;
    const id = batch[0]!.rollCallId;
    const ticks = batch.map(({ sequence, person, says, at }) => ({ sequence, person, says, at }));
    try {
      await api.rollCalls.tick({ params: { id }, body: { client, ticks } });
    } catch (error) {
      const known = ClientError.of(error);
      const isOver = known.code === 'not-found' || known.code === 'wrong-state';
      if (!isOver) throw error;
      this.#options.onRefused(known);
    }
  }
}
