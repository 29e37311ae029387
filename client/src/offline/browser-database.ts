/** What a page keeps in its browser while the server is away. IndexedDB, without a library: six statements do not need one. */

/** Stores by their names, with the key of their records; null where the key is given with each value. */
export type StoreKeys = Readonly<Record<string, string | null>>;

export class BrowserDatabase {
  readonly #database: IDBDatabase;

  /** Rejects if the browser offers no storage. */
  static async open(name: string, stores: StoreKeys): Promise<BrowserDatabase> {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () => {
      for (const [store, keyPath] of Object.entries(stores)) {
        request.result.createObjectStore(store, keyPath === null ? {} : { keyPath });
      }
    });
    return new BrowserDatabase(await result(request));
  }

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Null where there is none. */
  async get<T>(store: string, key: IDBValidKey): Promise<T | null> {
    const found: unknown = await result(this.#database.transaction(store).objectStore(store).get(key));
    return (found as T | undefined) ?? null;
  }

  /** All records, in the order of their keys. */
  all<T>(store: string): Promise<T[]> {
    const request = this.#database.transaction(store).objectStore(store).getAll();
    return result(request as IDBRequest<T[]>);
  }

  /** Resolves when it is on the disk. */
  write(store: string, work: (store: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(store, 'readwrite', { durability: 'strict' });
      const failed = () => reject(transaction.error ?? new DOMException('Not stored', 'AbortError'));
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', failed);
      transaction.addEventListener('error', failed);
      work(transaction.objectStore(store));
    });
  }

  /** Replaces a value by one that is made of it, and returns the new one. No other page comes in between. */
  async update<T>(store: string, key: string, change: (before: T | null) => T): Promise<T> {
    let after: T | undefined;
    await this.write(store, (values) => {
      const before = values.get(key);
      before.addEventListener('success', () => {
        after = change((before.result as T | undefined) ?? null);
        values.put(after, key);
      });
    });
    return after!;
  }

  close(): void {
    this.#database.close();
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
