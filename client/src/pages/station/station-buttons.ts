/** The round buttons in the corner of the station: its sound, the full screen, and the camera where there are several. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '../../components/camera-choice.ts';
import { CameraList } from '../../components/camera-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import type { CameraCapture } from '../../session/camera-capture.ts';

export class MusterStationButtons extends MusterElement {
  static override properties = {
    capture: { attribute: false },
    muted: { type: Boolean },
    choosing: { state: true },
  };
  static override styles = css`
    :host {
      display: grid;
      justify-items: end;
      gap: 0.75rem;
    }
    div {
      display: flex;
      gap: 0.5rem;
    }
    button {
      display: grid;
      place-items: center;
      width: 3rem;
      height: 3rem;
      border: 1px solid var(--m-over-line);
      border-radius: 50%;
      background: var(--m-over-glass);
      -webkit-backdrop-filter: blur(12px);
      backdrop-filter: blur(12px);
      color: #fff;
      font-size: 1.25rem;
      cursor: pointer;
    }
    button:hover {
      background: rgb(40 44 60 / 80%);
    }
    button:focus-visible {
      outline: 3px solid #fff;
      outline-offset: 2px;
    }
    .cameras {
      width: min(20rem, calc(100vw - 2rem));
      padding: 1rem;
      border-radius: 18px;
      background: var(--m-ground);
      color: var(--m-text);
      text-shadow: none;
    }
  `;
  declare capture: CameraCapture;
  declare muted: boolean;
  /** Whether the list of cameras is open. */
  declare choosing: boolean;
  readonly #list = new CameraList(this, () => this.capture);

  constructor() {
    super();
    this.muted = false;
    this.choosing = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('fullscreenchange', this.#redraw);
  }

  override disconnectedCallback() {
    document.removeEventListener('fullscreenchange', this.#redraw);
    super.disconnectedCallback();
  }

  readonly #redraw = () => this.requestUpdate();

  override render() {
    const full = Boolean(document.fullscreenElement);
    return html`<div>
        ${
          this.#list.cameras.length > 1 && this.capture.state.value.state !== 'none'
            ? html`<button
                type="button"
                aria-expanded=${this.choosing}
                aria-label=${msg('Choose the camera')}
                @click=${() => (this.choosing = !this.choosing)}
                data-test="cameras"
              >
                <wa-icon name="camera"></wa-icon>
              </button>`
            : nothing
        }
        <button
          type="button"
          aria-pressed=${this.muted}
          aria-label=${this.muted ? msg('Turn sound on') : msg('Turn sound off')}
          @click=${() => this.dispatchEvent(new Event('mute'))}
          data-test="mute"
        >
          <wa-icon name=${this.muted ? 'volume-off' : 'volume-on'}></wa-icon>
        </button>
        ${
          // An iPhone shows no page in full screen.
          document.fullscreenEnabled
            ? html`<button
                type="button"
                aria-label=${full ? msg('Leave full screen') : msg('Full screen')}
                @click=${this.#full}
              >
                <wa-icon name=${full ? 'minimize' : 'maximize'}></wa-icon>
              </button>`
            : nothing
        }
      </div>
      ${
        this.choosing
          ? html`<div class="cameras">
              <muster-camera-choice
                memory="station-camera"
                .capture=${this.capture}
                @chosen=${() => (this.choosing = false)}
              ></muster-camera-choice>
            </div>`
          : nothing
      }`;
  }

  readonly #full = () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
    change.catch(() => {});
  };
}

customElements.define('muster-station-buttons', MusterStationButtons);
