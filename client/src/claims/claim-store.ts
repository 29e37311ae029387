/**
 * What a station keeps in its browser: its key, what it knows about the server, and the waiting claims. IndexedDB, without
 * a library: two stores and six statements do not need one.
 */
import type { ClaimKeyView, ClockAnchor, SignedClaim } from '#protocol/claims.ts';
import type { DeviceActor } from '#protocol/session.ts';

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

const [CLAIMS, VALUES] = ['claims', 'values'];

export class ClaimStore {
  readonly #database: IDBDatabase;

  /** Rejects if the browser offers no storage. */
  static async open(): Promise<ClaimStore> {
    const request = indexedDB.open('muster-station', 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(CLAIMS, { keyPath: 'sequence' });
      request.result.createObjectStore(VALUES);
    });
    return new ClaimStore(await result(request));
  }

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async value<K extends keyof Values>(name: K): Promise<Values[K] | null> {
    const store = this.#database.transaction(VALUES).objectStore(VALUES);
    return ((await result(store.get(name))) as Values[K] | undefined) ?? null;
  }

  async setValue<K extends keyof Values>(name: K, value: Values[K]): Promise<void> {
    await this.#write(VALUES, (store) => store.put(value, name));
  }

  /** Never the same number twice. */
  async nextSequence(): Promise<number> {
    let next = 1;
    await this.#write(VALUES, (store) => {
      const last = store.get('sequence');
      last.addEventListener('success', () => {
        next = ((last.result as number | undefined) ?? 0) + 1;
        store.put(next, 'sequence');
      });
    });
    return next;
  }

  /** Resolves when the claim is on the disk. */
  add(claim: WaitingClaim): Promise<void> {
    return this.#write(CLAIMS, (store) => store.add(claim));
  }

  remove(sequences: readonly number[]): Promise<void> {
    return this.#write(CLAIMS, (store) => {
      for (const sequence of sequences) store.delete(sequence);
    });
  }

  /** All waiting claims, oldest first. */
  claims(): Promise<WaitingClaim[]> {
    const store = this.#database.transaction(CLAIMS).objectStore(CLAIMS);
    return result(store.getAll() as IDBRequest<WaitingClaim[]>);
  }

  close(): void {
    this.#database.close();
  }

  #write(name: string, work: (store: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(name, 'readwrite', { durability: 'strict' });
      const failed = () => reject(transaction.error ?? new DOMException('Not stored', 'AbortError'));
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', failed);
      transaction.addEventListener('error', failed);
      work(transaction.objectStore(name));
    });
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () =>
      reject(request.error ?? new DOMException('Not read', 'UnknownError')),
    );
  });
}
