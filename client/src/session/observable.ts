/** A value whose changes can be observed. Listeners are called with the new value, in order of subscription. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves with the first value that matches; rejects when the signal is aborted. */
  until<U extends T>(satisfies: (value: T) => value is U, signal?: AbortSignal): Promise<U>;
  until(satisfies: (value: T) => boolean, signal?: AbortSignal): Promise<T>;
  until(satisfies: (value: T) => boolean, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(new DOMException('Stopped', 'AbortError'));
    if (satisfies(this.#value)) return Promise.resolve(this.#value);
    return new Promise((resolve, reject) => {
      const leave = () => {
        unsubscribe();
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        reject(new DOMException('Stopped', 'AbortError'));
      };
      const unsubscribe = this.subscribe((value) => {
        if (!satisfies(value)) return;
        leave();
        resolve(value);
      });
      signal?.addEventListener('abort', abort);
    });
  }
}
