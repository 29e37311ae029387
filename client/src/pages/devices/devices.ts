/** Stations and cameras: pairing, settings, and how each camera performs at the moment. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DeviceView, EncoderView } from '#protocol/devices.ts';
import type { RtspView } from '#protocol/rtsp.ts';
import { allowed } from '../../app/session.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { allOf } from '../../session/all-of.ts';
import { shared } from '../../styles/shared.ts';
import './device-settings.ts';
import { modeText } from './device-texts.ts';
import './live-cameras.ts';
import './pairing-dialog.ts';
import './recognition-status.ts';
import './rtsp-dialog.ts';
import { problemText } from './rtsp-text.ts';

/** How often the states of cameras that the server fetches are looked at, ms. */
const LOOK = 5_000;

export class MusterDevices extends MusterElement {
  static override properties = {
    pairing: { state: true },
    encoder: { state: true },
    edited: { state: true },
    fetched: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      .add {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
      }
      .problem {
        max-width: 28rem;
        margin-top: 0.25rem;
      }
    `,
  ];
  declare pairing: boolean;
  /** Whose new token is shown. */
  declare encoder: EncoderView | null;
  declare edited: DeviceView | null;
  /** The camera whose address is changed; `new` for one that is added. */
  declare fetched: DeviceView | 'new' | null;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #devices = new PagedList<DeviceView>(this, async () => ({
    items: await allOf((page) => api.devices.list({ query: page }), 'devices'),
    next: null,
  }));

  constructor() {
    super();
    this.pairing = false;
    this.encoder = null;
    this.edited = null;
    this.fetched = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (this.#devices.items?.some(({ rtsp }) => rtsp !== null)) this.#devices.refresh();
    }, LOOK);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Devices')}</h1>
            <p class="quiet">
              ${msg('Stations and cameras both record who comes and goes. A station shows the result on its screen; a camera does not.')}
            </p>
          </div>
          <div class="add">${this.#addCameraButton()} ${this.#addButton('new-device')}</div>
        </div>
        <muster-live-cameras></muster-live-cameras>
        <section class="stack">
          <h2>${msg('Paired devices')}</h2>
          ${listCard(this.#devices, {
            empty: emptyState({
              icon: 'devices',
              title: msg('No devices yet'),
              text: msg('A tablet by the door, a phone on a tripod: anything with a browser and a camera.'),
              action: this.#addButton('first-device'),
            }),
            table: (devices) =>
              dataTable({
                test: 'devices',
                columns: this.#columns(),
                items: devices,
                key: ({ id }) => id,
                row: ({ id, revokedAt }, cells) =>
                  html`<tr data-test="device" data-device=${id} ?data-inactive=${revokedAt !== null}>
                    ${cells}
                  </tr>`,
              }),
          })}
        </section>
        <muster-recognition-status></muster-recognition-status>
      </div>
      ${
        this.pairing || this.encoder
          ? html`<muster-pairing-dialog
              .encoder=${this.encoder}
              @done=${this.#paired}
            ></muster-pairing-dialog>`
          : nothing
      }
      ${
        this.edited
          ? html`<muster-device-settings
              .device=${this.edited}
              @done=${this.#changed}
            ></muster-device-settings>`
          : nothing
      }
      ${
        this.fetched
          ? html`<muster-rtsp-dialog
              .device=${this.fetched === 'new' ? null : this.fetched}
              @done=${this.#changed}
            ></muster-rtsp-dialog>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #addButton(test: string) {
    if (!allowed('devices:write')) return nothing;
    return html`<wa-button variant="brand" @click=${() => (this.pairing = true)} data-test=${test}>
      <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a device')}
    </wa-button>`;
  }

  #addCameraButton() {
    if (!allowed('devices:write')) return nothing;
    return html`<wa-button appearance="outlined" @click=${() => (this.fetched = 'new')} data-test="new-rtsp">
      <wa-icon slot="start" name="video"></wa-icon>${msg('Add an IP camera')}
    </wa-button>`;
  }

  #columns(): (Column<DeviceView> | null)[] {
    return [
      { label: msg('Name'), cell: (device) => this.#name(device) },
      { label: msg('Check-in mode'), kind: 'wide', cell: ({ settings }) => modeText(settings.mode) },
      { label: msg('Site'), kind: 'wide', cell: siteOf },
      { label: msg('Last seen'), kind: 'wide', cell: lastSeen },
      allowed('devices:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (device) => (device.revokedAt === null ? this.#actions(device) : nothing),
          }
        : null,
    ];
  }

  #name(device: DeviceView) {
    const { name, kind, settings } = device;
    const screen = this.#devices.items?.find(({ id }) => id === settings.station)?.name;
    return html`<div class="name">
      <span class="mark"><wa-icon name=${kind === 'station' ? 'station' : 'video'}></wa-icon></span>
      <div>
        <strong>${name}</strong>
        <span class="small quiet">${kindText(device)}</span>
        ${
          screen === undefined
            ? nothing
            : html`<div class="small quiet" data-test="screen">${msg(str`Shows results at ${screen}`)}</div>`
        }
        ${device.rtsp ? fetchedState(device.rtsp) : nothing}
        <div class="narrow small quiet">${lastSeen(device)}</div>
      </div>
    </div>`;
  }

  #actions(device: DeviceView) {
    return html`<div>
      ${
        device.kind === 'encoder'
          ? html`<wa-button
              size="s"
              appearance="plain"
              @click=${() => this.#askAndReplace(device).catch(toastError)}
              data-test="replace-token"
            >
              <wa-icon name="key" label=${msg(str`New token for ${device.name}`)}></wa-icon>
            </wa-button>`
          : nothing
      }
      ${
        device.rtsp
          ? html`<wa-button
              size="s"
              appearance="outlined"
              @click=${() => (this.fetched = device)}
              data-test="edit-rtsp"
            >
              <wa-icon name="video" label=${msg(str`Address of ${device.name}`)}></wa-icon>
            </wa-button>`
          : nothing
      }
      <wa-button size="s" appearance="outlined" @click=${() => (this.edited = device)} data-test="edit">
        <wa-icon name="edit" label=${msg(str`Settings of ${device.name}`)}></wa-icon>
      </wa-button>
      <wa-button
        size="s"
        appearance="plain"
        @click=${() => this.#askAndRevoke(device).catch(toastError)}
        data-test="revoke"
      >
        <wa-icon name="trash" label=${msg(str`Unpair ${device.name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  readonly #paired = () => {
    this.pairing = false;
    this.encoder = null;
    this.#devices.refresh();
  };

  readonly #changed = () => {
    this.edited = null;
    this.fetched = null;
    this.#devices.refresh();
  };

  async #askAndReplace({ id, name: title }: DeviceView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Create a new token for ${title}?`),
      text: msg('The token in use stops working immediately, and the encoder with it.'),
      act: msg('Create token'),
    });
    if (sure) this.encoder = await api.devices.replaceToken({ params: { id } });
  }

  async #askAndRevoke({ id, name: title, version, rtsp }: DeviceView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Unpair ${title}?`),
      text: rtsp
        ? msg('It is fetched no more, and its password is deleted. Its past punches are kept.')
        : msg('It stops immediately and shows the pairing form. Its past punches are kept.'),
      act: msg('Unpair'),
    });
    if (!sure) return;
    await api.devices.revoke({ params: { id }, version });
    this.#devices.refresh();
    toast(msg(str`${title} was unpaired`));
  }
}

function kindText({ kind, rtsp }: DeviceView): string {
  if (rtsp) return msg('IP camera');
  if (kind === 'encoder') return msg('Encoder');
  return kind === 'station' ? msg('Station') : msg('Camera');
}

function fetchedState({ state, problem, address }: RtspView) {
  const texts: Record<RtspView['state'], TemplateResult> = {
    running: html`<span class="chip good">${msg('Pictures arrive')}</span>`,
    connecting: html`<span class="chip warn">${msg('Connecting')}</span>`,
    waiting: html`<span class="chip ${problem ? 'bad' : 'warn'}">${msg('No pictures')}</span>`,
  };
  return html`<div class="small" data-test="rtsp-state" data-state=${state}>
    ${texts[state]} <span class="quiet">${address}</span>
    ${problem ? html`<div class="problem" data-test="rtsp-problem">${problemText(problem)}</div>` : nothing}
  </div>`;
}

function siteOf({ site }: DeviceView) {
  return html`${site.name}
    <div class="small quiet">${site.timeZone}</div>`;
}

function lastSeen({ revokedAt, lastSeen: at }: DeviceView) {
  if (revokedAt !== null) return html`<span class="chip bad">${msg('Unpaired')}</span>`;
  return at ? ago(at) : html`<span class="quiet">${msg('Never')}</span>`;
}

customElements.define('muster-devices', MusterDevices);
