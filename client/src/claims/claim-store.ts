/** What a station keeps in its browser: its key, what it knows about the server, and the waiting claims. */
import type { ClaimKeyView, ClockAnchor, SignedClaim } from '#protocol/claims.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { BrowserDatabase } from '../offline/browser-database.ts';

export interface WaitingClaim extends SignedClaim {
  /** The order of the claims, and the key in the store. */
  sequence: number;
  deviceId: string;
}

/** Single values, by name. */
interface Values {
  /** The device that this browser is, and its key pair. The browser can use the private key but never shows it. */
  identity: { deviceId: string; key: CryptoKeyPair };
  serverKey: ClaimKeyView;
  anchor: ClockAnchor;
  /** The door, as the server last described it. */
  door: DeviceActor;
  sequence: number;
}

const CLAIMS = 'claims';
const VALUES = 'values';

export class ClaimStore {
  readonly #database: BrowserDatabase;

  /** Rejects if the browser offers no storage. */
  static async open(): Promise<ClaimStore> {
    return new ClaimStore(
      await BrowserDatabase.open('muster-station', { [CLAIMS]: 'sequence', [VALUES]: null }),
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

  /** Never the same number twice. */
  nextSequence(): Promise<number> {
    return this.#database.update<number>(VALUES, 'sequence', (last) => (last ?? 0) + 1);
  }

  /** Resolves when the claim is on the disk. */
  add(claim: WaitingClaim): Promise<void> {
    return this.#database.write(CLAIMS, (store) => store.add(claim));
  }

  remove(sequences: readonly number[]): Promise<void> {
    return this.#database.write(CLAIMS, (store) => {
      for (const sequence of sequences) store.delete(sequence);
    });
  }

  /** All waiting claims, oldest first. */
  claims(): Promise<WaitingClaim[]> {
    return this.#database.all(CLAIMS);
  }

  close(): void {
    this.#database.close();
  }
}
