/**
 * One camera on the wall: its live picture with what is recognized, its state and its figures. It asks for its picture while
 * it can be seen, and for no more rows of pixels than it shows.
 *
 * Attributes for tests, on the host: `data-camera`, `data-state` (of the picture: idle, opening, live, refused), `data-paused`.
 */
import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { UPRIGHT } from '#protocol/devices.ts';
import type { CameraState } from '#protocol/signaling.ts';
import { cameraStatus } from '../../components/camera-status.ts';
import { errorText } from '../../components/error-text.ts';
import type { Board, FaceBoard } from '../../components/live-view/face-board.ts';
import '../../components/live-view/live-view.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number } from '../../locales/intl.ts';
import type { CameraViews, ViewState } from '../../session/camera-views.ts';
import { shared } from '../../styles/shared.ts';
import { tileStyles } from './camera-tile.styles.ts';
import { ratioOf } from '../../components/picture-ratio.ts';

export class MusterCameraTile extends MusterElement {
  static override properties = {
    camera: { attribute: false },
    views: { attribute: false },
    board: { attribute: false },
    large: { type: Boolean, reflect: true },
    picture: { state: true },
    faces: { state: true },
  };
  static override styles = [shared, tileStyles];
  declare camera: CameraState;
  declare views: CameraViews;
  declare board: FaceBoard;
  /** Shown alone, on the whole screen. */
  declare large: boolean;
  declare picture: ViewState;
  declare faces: Board;
  #inSight = false;
  /** Rows of pixels of the picture on the screen, of its shorter side. */
  #rows = 0;
  #sight: IntersectionObserver | null = null;
  #size: ResizeObserver | null = null;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.large = false;
    this.picture = { state: 'idle' };
    this.faces = { faces: [], picture: { width: 16, height: 9 } };
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#sight = new IntersectionObserver((entries) => {
      this.#inSight = entries.at(-1)?.isIntersecting ?? false;
      this.#ask();
    });
    this.#sight.observe(this);
    this.#size = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      this.#rows = Math.round(Math.min(width, height) * devicePixelRatio);
      this.#ask();
    });
    document.addEventListener('visibilitychange', this.#ask);
    if (this.hasUpdated) this.#follow();
  }

  override disconnectedCallback() {
    document.removeEventListener('visibilitychange', this.#ask);
    this.#sight?.disconnect();
    this.#size?.disconnect();
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.views.drop(this.camera.id);
    this.board.clear();
    super.disconnectedCallback();
  }

  protected override firstUpdated() {
    this.#follow();
  }

  override updated(changed: PropertyValues<this>) {
    if (changed.has('camera')) this.#ask();
  }

  #follow() {
    const picture = this.views.of(this.camera.id);
    this.picture = picture.value;
    this.faces = this.board.board.value;
    this.#leave = [
      picture.subscribe((state) => {
        this.picture = state;
        if (state.state !== 'live' || state.paused) this.board.clear();
      }),
      this.board.board.subscribe((board) => (this.faces = board)),
    ];
    const shown = this.renderRoot.querySelector('.picture');
    if (shown) this.#size?.observe(shown);
  }

  /** Says how much of the camera is seen now. */
  readonly #ask = () => {
    const { id, viewable } = this.camera;
    if (viewable !== true) this.views.drop(id);
    else {
      const paused = !this.#inSight || document.visibilityState === 'hidden' || this.#rows === 0;
      this.views.show(id, { rows: this.#rows, paused });
    }
  };

  override willUpdate() {
    this.dataset['camera'] = this.camera.id;
    this.dataset['state'] = this.picture.state;
    this.toggleAttribute('data-paused', this.picture.state === 'live' && this.picture.paused);
  }

  override render() {
    const { camera, picture } = this;
    const { name } = camera;
    return html`<article>
      <button
        type="button"
        class="picture"
        style=${styleMap({ '--ratio': String(ratioOf(camera)) })}
        aria-label=${this.large ? msg(str`${name}: back to the wall`) : msg(str`${name}: show on the whole screen`)}
        aria-pressed=${this.large}
        @click=${() => this.dispatchEvent(new Event('enlarge'))}
        data-test="enlarge"
      >
        <muster-live-view
          .mounting=${camera.mounting ?? UPRIGHT}
          .stream=${picture.state === 'live' ? picture.stream : null}
          .faces=${this.faces.faces}
          .picture=${this.faces.picture}
        ></muster-live-view>
        ${this.#message()}
        <span class="corner"><wa-icon name=${this.large ? 'minimize' : 'maximize'}></wa-icon></span>
      </button>
      <footer>
        <h2 title=${name}>${name}</h2>
        ${cameraStatus(camera)}
        <span class="figures small quiet" data-test="figures">${this.#figures()}</span>
      </footer>
    </article>`;
  }

  /** In place of a picture, or over one that stands still. */
  #message() {
    const { camera, picture } = this;
    if (camera.viewable !== true) {
      const site = camera.site?.name ?? '';
      return html`<span class="message" role="status" data-test="why">
        <wa-icon name="eye-closed"></wa-icon>${msg(str`Live pictures are switched off at ${site}.`)}
      </span>`;
    }
    if (picture.state === 'refused') {
      return html`<span class="message" role="status" data-test="why">
        <wa-icon name="circle-alert"></wa-icon>${errorText(picture.error)}
      </span>`;
    }
    if (picture.state !== 'live') return html`<span class="message">${msg('Connecting …')}</span>`;
    return nothing;
  }

  #figures(): string {
    const { fpsIn, loss, height, width } = this.camera;
    return [
      fpsIn === undefined ? null : msg(str`${number(Math.round(fpsIn))} fps`),
      loss === undefined ? null : msg(str`${number(loss * 100, { maximumFractionDigits: 1 })} % loss`),
      this.large && width && height ? `${width} × ${height}` : null,
    ]
      .filter((text) => text !== null)
      .join(' · ');
  }
}

customElements.define('muster-camera-tile', MusterCameraTile);
