/** A station without a browser, before which people come and go. */
import type { I420Frame } from '../../../server/vision/types.ts';
import type { WrtcPeer } from '../../support/wrtc-peer.ts';
import { DOOR, emptyCorridor, pictureAt, type Visitor } from './visitors.ts';

/** Somebody stands there for this long, and then nobody for this long, ms: longer than a face is remembered out of view. */
const STANDS = 4_000;
const AWAY = 6_000;

export interface DoorOptions {
  /** A socket of a paired station; it closes with the door. */
  station: WrtcPeer;
  visitors: readonly Visitor[];
  /** The place of this door among all doors: each is visited at a time of its own. */
  place: number;
}

export class SoakDoor {
  /** Results and events received. */
  results = 0;
  /** Visits in which the station showed a name. */
  recognized = 0;
  /** Visits so far, of everybody: also of those who are not enrolled at the time. */
  visits = 0;
  events = 0;
  readonly #station: WrtcPeer;
  readonly #visitors: readonly Visitor[];
  readonly #empty = emptyCorridor();
  readonly #began: number;
  readonly #place: number;
  #named = -1;
  #lost: string | null = null;

  static async open(options: DoorOptions): Promise<SoakDoor> {
    const door = new SoakDoor(options);
    const { station } = options;
    await station.join();
    await station.consumeResults();
    await station.publish({ fps: DOOR.fps, picture: (n) => door.#picture(n) });
    return door;
  }

  private constructor({ station, visitors, place }: DoorOptions) {
    this.#station = station;
    this.#visitors = visitors;
    this.#place = place;
    // Doors are spread evenly over the coming and going.
    this.#began = performance.now() - (place * (STANDS + AWAY) * 3) / 8;
    station.on('event', () => (this.events += 1));
    station.on('result', (result) => {
      this.results += 1;
      if (result.type !== 'observation' || !result.faces.some(({ state }) => state === 'recognized')) return;
      if (this.#named === this.visits) return;
      this.#named = this.visits;
      this.recognized += 1;
    });
    station.on('notification', ({ notify }) => {
      if (notify === 'media.lost' || notify === 'server.closing') this.#lost = notify;
    });
    station.on('close', ({ code }) => (this.#lost ??= `socket closed with ${code}`));
  }

  /** Why nothing comes from this door any more; null while all is well. */
  get lost(): string | null {
    return this.#lost;
  }

  close(): Promise<void> {
    this.#lost = 'closed';
    return this.#station.close();
  }

  #picture(n: number): I420Frame {
    const passed = performance.now() - this.#began;
    const round = Math.floor(passed / (STANDS + AWAY));
    if (passed - round * (STANDS + AWAY) >= STANDS) return pictureAt(this.#empty, n);
    this.visits = round + 1;
    return pictureAt(this.#visitors[(round + this.#place) % this.#visitors.length]!.door, n);
  }
}
