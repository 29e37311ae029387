/** Prints the progress of a long benchmark to standard error. */

/** Overwrites its own line on a terminal. Otherwise it prints a line every ten seconds. */
export class Progress {
  #last = 0;
  #done = 0;
  readonly #rewrites = process.stderr.isTTY;

  /** The last count (`done` equals `of`) is always printed, and only once. */
  count(what: string, done: number, of: number): void {
    if (done === this.#done) return;
    this.#done = done;
    const now = performance.now();
    if (done < of && now - this.#last < (this.#rewrites ? 200 : 10_000)) return;
    this.#last = now;
    const line = `${what}: ${done} of ${of}`;
    process.stderr.write(this.#rewrites ? `\r\u001B[K${line}${done === of ? '\n' : ''}` : `${line}\n`);
  }

  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}
