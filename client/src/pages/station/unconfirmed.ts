/** The people whom the station has named before the server confirmed a punch: if the connection breaks, there may be none. */
import type { AttendanceEvent, Observation } from '#protocol/results.ts';

/** A name that was last seen longer ago than this is no longer on the screen, ms. */
const ON_SCREEN = 3_000;

export class Unconfirmed {
  readonly #named = new Map<string, { name: string; at: number }>();
  /** The tracks whose result the server has sent. */
  readonly #answered = new Map<string, number>();

  /** @param now ms of a clock that is never set */
  see({ faces }: Pick<Observation, 'faces'>, now: number): void {
    for (const { track, personId, name } of faces) {
      if (personId === undefined || name === undefined) continue;
      if (this.#answered.get(personId) === track) continue;
      this.#named.set(personId, { name, at: now });
    }
  }

  answer({ person, track }: Pick<AttendanceEvent, 'person' | 'track'>): void {
    this.#named.delete(person.id);
    this.#answered.set(person.id, track);
  }

  /** The names on the screen without an answer; they are forgotten. */
  take(now: number): string[] {
    const names = [...this.#named.values()].filter(({ at }) => now - at <= ON_SCREEN).map(({ name }) => name);
    this.#named.clear();
    this.#answered.clear();
    return names;
  }
}
