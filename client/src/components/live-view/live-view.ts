/**
 * The live picture with a box around each face.
 *
 * Attributes for tests: each box is `[data-test=face]` with `data-track`, `data-state` and, when recognized,
 * `data-name`; its rectangle is that of the face on the screen.
 */
import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues } from 'lit';
import { MusterElement } from '../muster-element.ts';
import { keyed } from 'lit/directives/keyed.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { FaceState, ObservedFace } from '#protocol/results.ts';
import { Slots } from '../slots.ts';
import { CHALLENGE_WORDS } from './challenge-words.ts';
import { type Mounting, UPRIGHT } from '#protocol/devices.ts';
import { styles } from './live-view.styles.ts';
import { placeBox, placeLabel, type Size, uprightVideo } from './picture-geometry.ts';

const FACE_WORDS: Record<FaceState, () => string> = {
  looking: () => msg('One moment …'),
  recognized: () => '',
  'one-of-two': () => msg('Your number, please'),
  seen: () => msg('Step up to check in'),
  unknown: () => msg('Not recognized'),
  'move-closer': () => msg('Come closer'),
  'look-at-camera': () => msg('Look at the camera'),
  'too-dark': () => msg('Too dark here'),
  'not-live': () => msg('Photos are not accepted'),
  challenge: () => '',
};

export class MusterLiveView extends MusterElement {
  static override properties = {
    stream: { attribute: false },
    mirrored: { type: Boolean },
    mounting: { attribute: false },
    faces: { attribute: false },
    picture: { attribute: false },
    names: { type: Boolean },
    asks: { type: Boolean },
    view: { state: true },
  };
  static override styles = styles;
  declare stream: MediaStream | null;
  /** Shown as in a mirror. */
  declare mirrored: boolean;
  /** What makes the picture of this camera upright. */
  declare mounting: Mounting;
  declare faces: readonly ObservedFace[];
  declare picture: Size;
  /** Whether names are written on the boxes. */
  declare names: boolean;
  /** Whether the instruction of a challenge is written on the boxes: for pages that show it nowhere else. */
  declare asks: boolean;
  declare view: Size;
  readonly #places = new Slots<ObservedFace, number>((face) => face.track);
  #observer: ResizeObserver | null = null;

  constructor() {
    super();
    this.stream = null;
    this.mirrored = false;
    this.mounting = UPRIGHT;
    this.faces = [];
    this.picture = { width: 16, height: 9 };
    this.names = true;
    this.asks = false;
    this.view = { width: 0, height: 0 };
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry) this.view = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback() {
    this.#observer?.disconnect();
    this.#observer = null;
    const video = this.renderRoot.querySelector('video');
    if (video) video.srcObject = null;
    super.disconnectedCallback();
  }

  override updated(changed: PropertyValues<this>) {
    // Not by a binding: Lit sets an object again at every render, and a video starts over when its stream is set again.
    const video = this.renderRoot.querySelector('video');
    if (video && changed.has('stream')) video.srcObject = this.stream;
  }

  override render() {
    return html`
      <video
        autoplay
        muted
        playsinline
        disablepictureinpicture
        .muted=${true}
        style=${styleMap(uprightVideo(this.mounting, this.view, this.mirrored))}
        aria-label=${msg('Live picture of this camera')}
      ></video>
      <slot></slot>
      ${
        this.view.width > 0
          ? this.#places
              .place(this.faces)
              .map((face) => (face ? keyed(face.track, this.#box(face)) : nothing))
          : nothing
      }
    `;
  }

  #box(face: ObservedFace) {
    const { left, top, width, height } = placeBox(face.box, this.picture, this.view, this.mirrored);
    const named = face.state === 'recognized' && this.names;
    const asked = this.asks && face.challenge ? CHALLENGE_WORDS[face.challenge.act].text() : undefined;
    const words = named ? (face.name ?? msg('Recognized')) : (asked ?? FACE_WORDS[face.state]());
    const label = placeLabel({ left, top, width, height }, this.view);
    return html`<div
        class="face"
        data-test="face"
        data-track=${face.track}
        data-state=${face.state}
        data-name=${face.name ?? nothing}
        style=${styleMap({
          transform: `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`,
          width: `${width.toFixed(1)}px`,
          height: `${height.toFixed(1)}px`,
        })}
      >
        <i></i><i></i><i></i><i></i>
      </div>
      ${
        words
          ? html`<div
              class="label"
              data-state=${face.state}
              ?data-above=${label.above}
              ?data-right=${label.right}
              style=${styleMap({
                transform: `translate(${label.left.toFixed(1)}px, ${label.y.toFixed(1)}px)`,
                width: `${label.width.toFixed(1)}px`,
              })}
            >
              <span>${words}</span>
            </div>`
          : nothing
      }`;
  }
}

customElements.define('muster-live-view', MusterLiveView);
