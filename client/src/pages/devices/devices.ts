/** Stations and cameras: pairing, settings, and how each camera fares at the moment. */
import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DeviceView } from '#protocol/devices.ts';
import { allowed } from '../../app/session.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './device-settings.ts';
import './live-cameras.ts';
import './pairing-dialog.ts';
import './recognition-status.ts';

const MODES = { auto: 'In, then out', in: 'In only', out: 'Out only' } as const;

export class MusterDevices extends LitElement {
  static override properties = { pairing: { state: true }, edited: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      .who {
        display: flex;
        align-items: center;
        gap: 0.85rem;
      }
      .who strong {
        display: block;
        font-weight: 620;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        border-radius: 12px;
        background: var(--m-accent-soft);
        color: var(--m-accent);
        font-size: 1.15rem;
        flex: none;
      }
      tr[data-revoked] {
        opacity: 0.55;
      }
      .acts {
        display: flex;
        justify-content: flex-end;
        gap: 0.25rem;
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        th,
        td {
          padding: 0.7rem 0.75rem;
        }
      }
    `,
  ];
  declare pairing: boolean;
  declare edited: DeviceView | null;
  readonly #devices = new Loaded(this, async () => (await api.devices()).devices);

  constructor() {
    super();
    this.pairing = false;
    this.edited = null;
  }

  override render() {
    const { value, error } = this.#devices;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>Devices</h1>
            <p class="quiet">
              Both record who passes. A station has a screen that says so; a camera has none.
            </p>
          </div>
          ${
            allowed('devices:write')
              ? html`<wa-button variant="brand" @click=${() => (this.pairing = true)} data-test="new-device">
                  <wa-icon slot="start" name="plus"></wa-icon>Add a device
                </wa-button>`
              : nothing
          }
        </div>
        ${alert(error?.message ?? '')}
        <muster-live-cameras></muster-live-cameras>
        <section class="stack">
          <h2>Paired devices</h2>
          <div class="card flush">${value ? this.#table(value) : nothing}</div>
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

  #table(devices: readonly DeviceView[]) {
    if (devices.length === 0) {
      return html`<div class="empty">
        <wa-icon name="devices"></wa-icon>
        <h2>No device yet</h2>
        <p class="quiet">A tablet by the door, a phone on a tripod: anything with a browser and a camera.</p>
      </div>`;
    }
    return html`<div class="table">
      <table data-test="devices">
        <thead>
          <tr>
            <th>Name</th>
            <th class="wide">Mode</th>
            <th class="wide">Time zone</th>
            <th>Last seen</th>
            <th><span class="sr">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            devices,
            (device) => device.id,
            (device) => this.#row(device),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(device: DeviceView) {
    const revoked = device.revokedAt !== null;
    return html`<tr data-test="device" data-device=${device.id} ?data-revoked=${revoked}>
      <td>
        <div class="who">
          <span class="mark">
            <wa-icon name=${device.kind === 'station' ? 'station' : 'video'}></wa-icon>
          </span>
          <div>
            <strong>${device.name}</strong>
            <span class="small quiet">${device.kind === 'station' ? 'Station' : 'Camera'}</span>
          </div>
        </div>
      </td>
      <td class="wide">${MODES[device.settings.mode]}</td>
      <td class="wide">${device.settings.timeZone}</td>
      <td>
        ${
          revoked
            ? html`<span class="chip bad">Unpaired</span>`
            : device.lastSeen
              ? ago(device.lastSeen)
              : html`<span class="quiet">Never</span>`
        }
      </td>
      <td>
        ${
          revoked || !allowed('devices:write')
            ? nothing
            : html`<div class="acts">
                <wa-button size="s" appearance="outlined" @click=${() => (this.edited = device)}>
                  <wa-icon name="edit" label="Settings of ${device.name}"></wa-icon>
                </wa-button>
                <wa-button
                  size="s"
                  appearance="plain"
                  @click=${() => this.#revoke(device)}
                  data-test="revoke"
                >
                  <wa-icon name="trash" label="Unpair ${device.name}"></wa-icon>
                </wa-button>
              </div>`
        }
      </td>
    </tr>`;
  }

  readonly #paired = () => {
    this.pairing = false;
    this.#devices.refresh();
  };

  readonly #changed = () => {
    this.edited = null;
    this.#devices.refresh();
  };

  #revoke(device: DeviceView) {
    this.#askAndRevoke(device).catch(toastError);
  }

  async #askAndRevoke(device: DeviceView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: `Unpair ${device.name}?`,
      text: 'It stops at once and shows the pairing form. Its past punches stay.',
      act: 'Unpair',
    });
    if (!sure) return;
    await api.revokeDevice(device.id);
    this.#devices.refresh();
    toast(`${device.name} was unpaired`);
  }
}

customElements.define('muster-devices', MusterDevices);
