import { MusterError } from '../protocol/error.ts';
import { VIEW_LIMITS } from '../protocol/limits.ts';
import { Viewer, type ViewerOptions } from './viewer.ts';

/** The places that all viewers of this server share, so that watching never takes the media workers from recognition. */
export class Viewers {
  readonly #most: number;
  #taken = 0;

  /** @param most views at once; less in tests */
  constructor(most: number = VIEW_LIMITS.inAll) {
    this.#most = most;
  }

  /** Views that are open, paused ones included. */
  get size(): number {
    return this.#taken;
  }

  viewer(onEnded: ViewerOptions['onEnded']): Viewer {
    return new Viewer({
      onEnded,
      take: () => {
        if (this.#taken >= this.#most) {
          throw new MusterError(
            'view-limit',
            'Too many camera pictures are being watched on this server: try again when others have stopped.',
          );
        }
        this.#taken += 1;
      },
      giveBack: () => {
        this.#taken -= 1;
      },
    });
  }
}
