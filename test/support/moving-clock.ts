/** The clock of a server process, for a test to move: weeks pass in a moment, or the clock steps back. */
import { renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'shifted-date.ts')).href;

export class MovingClock {
  readonly #folder: string;
  #offset = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** It begins at `at`, an instant (epoch ms or ISO 8601), and runs at the speed of the real clock. */
  static async at(at: number | string): Promise<MovingClock> {
    const clock = new MovingClock(await mkdtemp(path.join(os.tmpdir(), 'muster-clock-')));
    clock.set(at);
    return clock;
  }

  /** Variables of the server process that is to follow this clock. */
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${PRELOAD}`, TEST_CLOCK_FILE: this.#file };
  }

  /** Epoch ms. */
  now(): number {
    return Date.now() + this.#offset;
  }

  set(at: number | string): void {
    this.#offset = new Date(at).getTime() - Date.now();
    // A reader sees the old offset or the new one, never half of it.
    writeFileSync(`${this.#file}.new`, String(this.#offset));
    renameSync(`${this.#file}.new`, this.#file);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return path.join(this.#folder, 'offset');
  }
}
