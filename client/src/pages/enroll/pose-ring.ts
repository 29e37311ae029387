/**
 * The ring of pose segments around the live picture, which is in the slot.
 * Attributes for tests: each segment is `[data-bin]` with `data-fill` 0..100; the host has `data-done`.
 */
import { html, svg, nothing } from 'lit';
import { MusterElement } from '../../components/muster-element.ts';
import { styleMap } from 'lit/directives/style-map.js';
import { POSE_BINS, type PoseBin } from '#protocol/face.ts';
import { styles } from './pose-ring.styles.ts';
import { RING_BINS, headDirection, segmentPath, type RingBin } from './ring-geometry.ts';

export const EMPTY_BINS = Object.fromEntries(POSE_BINS.map((bin) => [bin, 0])) as Record<PoseBin, number>;

/** In units of the drawing, which is 400 wide. */
const RADIUS = { segments: 184, front: 164, head: 164 };
/** Below this the head counts as straight, and no pointer is drawn. */
const POINTER_FROM = 0.3;

export class MusterPoseRing extends MusterElement {
  static override properties = {
    bins: { attribute: false },
    toward: { attribute: false },
    head: { attribute: false },
    done: { type: Boolean },
  };
  static override styles = styles;
  /** How full each bin is, 0..1. */
  declare bins: Record<PoseBin, number>;
  /** The segment that the instruction asks for. */
  declare toward: RingBin | null;
  /** The direction of the head, degrees. */
  declare head: { yaw: number; pitch: number } | null;
  declare done: boolean;

  constructor() {
    super();
    this.bins = EMPTY_BINS;
    this.toward = null;
    this.head = null;
    this.done = false;
  }

  override willUpdate() {
    this.toggleAttribute('data-done', this.done);
  }

  override render() {
    return html`
      <div class="picture"><slot></slot></div>
      <svg viewBox="-200 -200 400 400" aria-hidden="true">
        <circle class="rail" r=${RADIUS.front} />
        <circle
          class="front"
          r=${RADIUS.front}
          pathLength="1"
          data-bin="front"
          data-fill=${percent(this.bins.front)}
          ?data-full=${this.bins.front >= 1}
          style=${styleMap({ 'stroke-dashoffset': String(1 - clamp(this.bins.front)) })}
        />
        ${RING_BINS.map((bin) => this.#segment(bin))} ${this.#pointer()}
      </svg>
      ${
        this.done
          ? html`<svg class="check" viewBox="-200 -200 400 400" aria-hidden="true">
              <circle r="86" />
              <path d="M -38 4 L -10 33 L 42 -27" pathLength="1" />
            </svg>`
          : nothing
      }
    `;
  }

  #segment(bin: RingBin) {
    const fill = clamp(this.bins[bin]);
    const path = segmentPath(bin, RADIUS.segments);
    // Fills from the middle to both ends: the dash grows, and the gap before it shrinks by half as much.
    const dash = { 'stroke-dasharray': `${fill} 2`, 'stroke-dashoffset': String(-(1 - fill) / 2) };
    return svg`<g
      class="segment"
      data-bin=${bin}
      data-fill=${percent(fill)}
      ?data-full=${fill >= 1}
      ?data-wanted=${this.toward === bin && !this.done}
    >
      <path class="groove" d=${path} />
      <path class="fill" d=${path} pathLength="1" style=${styleMap({ ...dash, opacity: fill > 0.01 ? '1' : '0' })} />
    </g>`;
  }

  #pointer() {
    const { x, y } = this.head ? headDirection(this.head) : { x: 0, y: 0 };
    const length = Math.hypot(x, y);
    const shown = length >= POINTER_FROM && !this.done;
    const at = shown ? { x: (x / length) * RADIUS.head, y: (y / length) * RADIUS.head } : { x: 0, y: 0 };
    return svg`<circle
      class="pointer"
      r="7"
      ?data-shown=${shown}
      style=${styleMap({ transform: `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px)` })}
    />`;
  }
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const percent = (value: number) => Math.round(clamp(value) * 100);

customElements.define('muster-pose-ring', MusterPoseRing);
