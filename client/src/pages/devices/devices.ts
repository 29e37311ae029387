/** Stations and cameras: pairing, settings, and how each camera performs at the moment. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DeviceView } from '#protocol/devices.ts';
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

export class MusterDevices extends MusterElement {
  static override properties = { pairing: { state: true }, edited: { state: true } };
  static override styles = [shared, formStyles, listStyles];
  declare pairing: boolean;
  declare edited: DeviceView | null;
  readonly #devices = new PagedList<DeviceView>(this, async () => ({
    items: await allOf((page) => api.devices.list({ query: page }), 'devices'),
    next: null,
  }));

  constructor() {
    super();
    this.pairing = false;
    this.edited = null;
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
          ${this.#addButton('new-device')}
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
      ${this.pairing ? html`<muster-pairing-dialog @done=${this.#paired}></muster-pairing-dialog>` : nothing}
      ${
        this.edited
          ? html`<muster-device-settings
              .device=${this.edited}
              @done=${this.#changed}
            ></muster-device-settings>`
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

  #columns(): (Column<DeviceView> | null)[] {
    return [
      { label: msg('Name'), cell: name },
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

  #actions(device: DeviceView) {
    return html`<div>
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
    this.#devices.refresh();
  };

  readonly #changed = () => {
    this.edited = null;
    this.#devices.refresh();
  };

  async #askAndRevoke({ id, name: title, version }: DeviceView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Unpair ${title}?`),
      text: msg('It stops immediately and shows the pairing form. Its past punches are kept.'),
      act: msg('Unpair'),
    });
    if (!sure) return;
    await api.devices.revoke({ params: { id }, version });
    this.#devices.refresh();
    toast(msg(str`${title} was unpaired`));
  }
}

function name(device: DeviceView) {
  const { name: title, kind } = device;
  const station = kind === 'station';
  return html`<div class="name">
    <span class="mark"><wa-icon name=${station ? 'station' : 'video'}></wa-icon></span>
    <div>
      <strong>${title}</strong>
      <span class="small quiet">${station ? msg('Station') : msg('Camera')}</span>
      <div class="narrow small quiet">${lastSeen(device)}</div>
    </div>
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
