/**
 * The zone of a camera in its settings: what it is now, and on request the editor on the live picture. The picture is asked for
 * only then, because watching is recorded. Fires `change`.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DeviceView } from '#protocol/devices.ts';
import type { CameraState } from '#protocol/signaling.ts';
import type { Zone } from '#protocol/zone.ts';
import { allowed } from '../../app/session.ts';
import { errorText } from '../../components/error-text.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { ratioOf } from '../../components/picture-ratio.ts';
import { CameraFeed } from '../../session/camera-feed.ts';
import { CameraViews, type ViewState } from '../../session/camera-views.ts';
import { shared } from '../../styles/shared.ts';
import './zone-editor.ts';
import { zoneText } from './zone-text.ts';

/** Rows of the picture to draw on, pixels. */
const ROWS = 720;

export class MusterZoneField extends MusterElement {
  static override properties = {
    device: { attribute: false },
    zone: { attribute: false },
    fault: {},
    opened: { state: true },
    camera: { state: true },
    picture: { state: true },
  };
  static override styles = [
    shared,
    css`
      .label {
        margin: 0 0 0.35rem;
        font-weight: 600;
      }
      .fault {
        color: var(--m-danger);
      }
      .row {
        align-items: center;
      }
    `,
  ];
  declare device: DeviceView;
  declare zone: Zone | null;
  /** What the server said about it. */
  declare fault: string;
  declare opened: boolean;
  declare camera: CameraState | null;
  declare picture: ViewState;
  #feed: CameraFeed | null = null;
  #views: CameraViews | null = null;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.zone = null;
    this.fault = '';
    this.opened = false;
    this.camera = null;
    this.picture = { state: 'idle' };
  }

  override disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#views?.close();
    this.#feed?.close();
    this.#views = null;
    this.#feed = null;
    super.disconnectedCallback();
  }

  override render() {
    const { device, zone } = this;
    return html`<p class="label">${msg('Zone')}</p>
      ${
        this.opened
          ? html`<muster-zone-editor
              .zone=${zone}
              .mounting=${device.settings.mounting}
              .stream=${this.picture.state === 'live' ? this.picture.stream : null}
              .ratio=${this.camera ? ratioOf(this.camera) : 16 / 9}
              .note=${this.#note()}
              @change=${this.#changed}
            ></muster-zone-editor>`
          : html`<div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#open} data-test="zone">
                <wa-icon slot="start" name="edit"></wa-icon>${msg('Draw on the picture')}
              </wa-button>
              <span data-test="zone-now">${zoneText(zone)}</span>
            </div>`
      }
      <p class="small quiet">
        ${msg('Faces whose middle is outside of the zone are ignored: they are neither followed nor recognized. By default the whole picture counts.')}
      </p>
      ${this.fault ? html`<p class="fault small" role="alert">${this.fault}</p>` : nothing}`;
  }

  /** Why there is no live picture. */
  #note(): string {
    const { device, camera, picture } = this;
    if (!allowed('cameras:view')) return msg('You do not have permission to watch cameras.');
    if (!device.site.viewing) return msg(str`Live pictures are switched off at ${device.site.name}.`);
    if (camera?.status === 'offline')
      return msg('The camera is offline: there is no live picture to draw on.');
    if (picture.state === 'refused') return errorText(picture.error);
    return picture.state === 'live' ? '' : msg('Connecting …');
  }

  readonly #open = () => {
    this.opened = true;
    const { device } = this;
    if (!allowed('cameras:view') || !device.site.viewing) return;
    const feed = new CameraFeed();
    const views = new CameraViews({ socket: feed.socket, onObservation: () => {} });
    this.#feed = feed;
    this.#views = views;
    this.#leave = [
      views.of(device.id).subscribe((state) => (this.picture = state)),
      feed.cameras.subscribe((cameras) => {
        this.camera = cameras?.find(({ id }) => id === device.id) ?? null;
        if (this.camera && this.camera.status !== 'offline') {
          views.show(device.id, { rows: ROWS, paused: false });
        } else views.drop(device.id);
      }),
    ];
    feed.open();
  };

  readonly #changed = (event: Event) => {
    this.zone = (event.currentTarget as HTMLElement & { zone: Zone | null }).zone;
    this.dispatchEvent(new Event('change'));
  };
}

customElements.define('muster-zone-field', MusterZoneField);
