/**
 * What a warden's browser keeps: the last list, and ticks that the server has not taken yet. The lists hold names, so they
 * go when the account signs out or the roll call is over; a tick holds ids only, and stays until it is delivered.
 */
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { PresenceView, RollCallView } from '#protocol/roll-calls.ts';
import type { SessionView } from '#protocol/session.ts';
import { BrowserDatabase } from '../offline/browser-database.ts';

/** A list, and when the server was heard last. */
interface Kept<View> {
  accountId: string;
  view: View;
  /** By the clock of this browser, epoch ms. */
  heardAt: number;
}

interface KeptRollCall extends Kept<RollCallView> {
  /** It was started without the server, which does not know it yet. */
  isLocal: boolean;
}

export interface WaitingTick {
  /** The order of the ticks, and the key in the store. */
  sequence: number;
  accountId: string;
  rollCallId: string;
  person: string;
  says: TickSays;
  /** By the clock of the server, ISO 8601. */
  at: string;
}

/** Single values, by name. */
interface Values {
  /** Names this browser. */
  client: string;
  /** Of the last tick: its number, and its time, epoch ms. */
  last: { sequence: number; at: number };
  /** The clock of the server minus that of this browser, ms. */
  clockOffset: number;
  /** The account that used this page last. */
  session: SessionView;
  rollCall: KeptRollCall;
  presence: Kept<PresenceView>;
}

const TICKS = 'ticks';
const VALUES = 'values';

export class RollCallStore {
  readonly #database: BrowserDatabase;

  /** Rejects if the browser offers no storage. */
  static async open(): Promise<RollCallStore> {
    return new RollCallStore(
      await BrowserDatabase.open('muster-roll-call', { [TICKS]: 'sequence', [VALUES]: null }),
    );
  }

  private constructor(database: BrowserDatabase) {
    this.#database = database;
  }

  value<K extends keyof Values>(name: K): Promise<Values[K] | null> {
    return this.#database.get(VALUES, name);
  }

  setValue<K extends keyof Values>(name: K, value: Values[K]): Promise<void> {
    return this.#database.write(VALUES, (store) => store.put(value, name));
  }

  client(): Promise<string> {
    return this.#database.update<string>(VALUES, 'client', (known) => known ?? crypto.randomUUID());
  }

  /** Keeps a tick of this moment; resolves when it is on the disk. A later tick of this browser always has a later time. */
  async keep(tick: Omit<WaitingTick, 'sequence' | 'at'>): Promise<WaitingTick> {
    const now = Date.now() + ((await this.value('clockOffset')) ?? 0);
    const { sequence, at } = await this.#database.update<Values['last']>(VALUES, 'last', (last) => ({
      sequence: (last?.sequence ?? 0) + 1,
      at: Math.max(Math.round(now), (last?.at ?? 0) + 1),
    }));
    const kept = { ...tick, sequence, at: new Date(at).toISOString() };
    await this.#database.write(TICKS, (store) => store.add(kept));
    return kept;
  }

  /** The waiting ticks of an account, oldest first. */
  async ticks(accountId: string): Promise<WaitingTick[]> {
    const all = await this.#database.all<WaitingTick>(TICKS);
    return all.filter((tick) => tick.accountId === accountId);
  }

  remove(sequences: readonly number[]): Promise<void> {
    return this.#database.write(TICKS, (store) => {
      for (const sequence of sequences) store.delete(sequence);
    });
  }

  /** The server knows the roll call under another id than this browser gave it. */
  async rename(from: string, to: string): Promise<void> {
    const ticks = (await this.#database.all<WaitingTick>(TICKS)).filter((tick) => tick.rollCallId === from);
    await this.#database.write(TICKS, (store) => {
      for (const tick of ticks) store.put({ ...tick, rollCallId: to });
    });
  }

  /** Everything with names, and who used the page. */
  forgetLists(): Promise<void> {
    return this.forget('rollCall', 'presence', 'session');
  }

  forget(...names: (keyof Values)[]): Promise<void> {
    return this.#database.write(VALUES, (store) => {
      for (const name of names) store.delete(name);
    });
  }

  close(): void {
    this.#database.close();
  }
}
