/** Runs tasks one after another, in the order in which they were given. A task that fails does not stop the next ones. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the task does: a failure belongs to the caller. */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when every task given so far has ended. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
