/**
 * Finds look-alikes that no enrollment could find: of people who come back into the gallery after others were enrolled, and
 * of those whose likely duplicate was accepted by an earlier version of Muster.
 */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { GalleryEntry, Match } from '../protocol/analyzer.ts';
import { findDuplicates, type Search } from './duplicate-check.ts';
import { MOST_LOOK_ALIKES } from './policy.ts';

export interface LateLookAlikesOptions {
  templates: {
    entryOf(personId: string): Promise<GalleryEntry | null>;
    /** Leaves out those that are recorded already. */
    addLookAlikes(personId: string, found: readonly Match[]): Promise<void>;
  };
  search: Search;
  /** The similarity from which an enrollment asks for a reason, at the moment. */
  threshold: () => number;
  log: Logger;
}

export class LateLookAlikes {
  readonly #options: LateLookAlikesOptions;
  readonly #log: Logger;
  /** One after another: each searches the gallery once for every template. */
  readonly #checks = new SerialQueue();
  #closed = false;

  constructor(options: LateLookAlikesOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'look-alikes' });
  }

  /** Never rejects: without the check, neither of two look-alikes is named, as if they were strangers. */
  check(personId: string): Promise<void> {
    return this.#checks.run(async () => {
      if (this.#closed) return;
      try {
        await this.#check(personId);
      } catch (error) {
        this.#log.warn(
          { event: 'look-alikes.unchecked', personId, err: error },
          'it is not known whom this person looks like',
        );
      }
    });
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#checks.idle();
  }

  async #check(personId: string): Promise<void> {
    const { templates, search, threshold } = this.#options;
    const entry = await templates.entryOf(personId);
    if (!entry) return;
    const { contract, embeddings } = entry;
    const found = await findDuplicates(
      personId,
      [{ contract, templates: embeddings.map((embedding) => ({ embedding })) }],
      search,
      threshold(),
    );
    if (found.length === 0) return;
    await templates.addLookAlikes(personId, found.slice(0, MOST_LOOK_ALIKES));
    this.#log.info(
      { event: 'look-alikes.found', personId, people: found.length },
      'this person looks like somebody else',
    );
  }
}
