/** A gallery that never rests: people are enrolled, withdraw their consent, are enrolled again, anew, and erased. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from './desk.ts';
import type { Visitor } from './visitors.ts';

/** Between two changes, ms. */
const PAUSE = 10_000;

export class Gallery {
  readonly counts = { enrolled: 0, again: 0, withdrawn: 0, erased: 0 };
  readonly #desk: Desk;

  readonly #lives: AsyncGenerator<void, never>[];

  /** @param changing those of whom `change` makes and ends records */
  constructor(desk: Desk, changing: readonly Visitor[]) {
    this.#desk = desk;
    this.#lives = changing.map((visitor) => this.#live(visitor));
  }

  async enroll(visitor: Visitor): Promise<string> {
    const personId = await this.#desk.admit(visitor);
    await this.#desk.capture(personId, visitor);
    this.counts.enrolled += 1;
    return personId;
  }

  /** The life of each of these people, over and over and one change at a time, until the signal comes. Goes on where it ended. */
  async change(signal: AbortSignal): Promise<void> {
    const lives = this.#lives;
    const pause = () => sleep(PAUSE, undefined, { signal }).catch(() => {});
    for (let n = 0; !signal.aborted; n++) {
      await lives[n % lives.length]!.next();
      await pause();
    }
  }

  async *#live(visitor: Visitor): AsyncGenerator<void, never> {
    for (;;) {
      const personId = await this.enroll(visitor);
      yield;
      await this.#desk.capture(personId, visitor);
      this.counts.again += 1;
      yield;
      await this.#desk.withdraw(personId);
      this.counts.withdrawn += 1;
      yield;
      await this.#desk.agree(personId);
      await this.#desk.capture(personId, visitor);
      this.counts.again += 1;
      yield;
      await this.#desk.erase(personId);
      this.counts.erased += 1;
      yield;
    }
  }
}
