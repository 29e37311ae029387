/** The faces on the screen: those of the newest observation, until it is too old. */
import type { Observation, ObservedFace } from '#protocol/results.ts';
import { Observable } from '../../session/observable.ts';
import type { Size } from './picture-geometry.ts';

export interface Board {
  faces: readonly ObservedFace[];
  /** Size of the picture that the boxes are fractions of, pixels. */
  picture: Size;
}

/** A box without a new observation for this long disappears, ms. */
export const STALE_AFTER = 700;
/** A frame number this far behind is not late: the numbering has started again. */
const RENUMBERED = 100;

const EMPTY: Board = { faces: [], picture: { width: 16, height: 9 } };

export class FaceBoard {
  readonly board = new Observable<Board>(EMPTY);
  #frame = -1;
  #stale: ReturnType<typeof setTimeout> | null = null;

  /** The channel is unordered: an observation older than the one shown is dropped. */
  show(observation: Observation) {
    const { frame } = observation;
    if (frame <= this.#frame && frame > this.#frame - RENUMBERED) return;
    this.#frame = frame;
    if (this.#stale) clearTimeout(this.#stale);
    this.#stale = observation.faces.length > 0 ? setTimeout(() => this.clear(), STALE_AFTER) : null;
    if (observation.faces.length === 0 && this.board.value.faces.length === 0) return;
    this.board.set({
      faces: observation.faces,
      picture: { width: observation.width, height: observation.height },
    });
  }

  clear() {
    if (this.#stale) clearTimeout(this.#stale);
    this.#stale = null;
    this.#frame = -1;
    this.board.set(EMPTY);
  }
}
