/**
 * Creates a pairing code and shows it in large type until it expires, or the token of an encoder, once. Fires `done` when it
 * closes.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { EncoderView, PairingView } from '#protocol/devices.ts';
import { newPairing } from '#protocol/devices.ts';
import { PAIRING_LIMITS } from '#protocol/limits.ts';
import { longest } from '../../components/longest.ts';
import { deviceAddress } from '#protocol/device-address.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { countdown } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { qrCode, qrStyles } from '../../components/qr-code.ts';

export class MusterPairingDialog extends FormDialog {
  static override properties = {
    pairing: { state: true },
    encoder: { attribute: false },
    left: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    qrStyles,
    css`
      .made {
        display: grid;
        justify-items: center;
        gap: 1.1rem;
        text-align: center;
      }
      .code {
        font:
          680 clamp(2rem, 8vw, 2.9rem) / 1.1 ui-monospace,
          'SF Mono',
          'Cascadia Mono',
          monospace;
        letter-spacing: 0.1em;
        padding: 0.35em 0.5em;
        border-radius: var(--m-radius);
        background: var(--m-accent-soft);
        color: var(--m-accent);
        -webkit-user-select: all;
        user-select: all;
      }
      .warn {
        color: var(--m-warn);
      }
      .secret {
        font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', monospace;
        -webkit-user-select: all;
        user-select: all;
      }
      .url {
        font-weight: 620;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare pairing: PairingView | null;
  /** An encoder whose token is shown. */
  declare encoder: EncoderView | null;
  /** Until the code expires, ms. */
  declare left: number;
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.pairing = null;
    this.encoder = null;
    this.left = 0;
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    if (this.encoder)
      return this.frame(msg('Set up the encoder'), 'pairing-dialog', this.#token(this.encoder));
    return this.frame(
      this.pairing ? msg('Pair the device') : msg('Add a device'),
      'pairing-dialog',
      this.pairing ? this.#created(this.pairing) : this.#fields(),
    );
  }

  #fields() {
    const sites = this.#sites.value ?? [];
    return this.sheet({
      act: msg('Create code'),
      test: 'create',
      fields: html`
        <wa-radio-group
          name="kind"
          label=${msg('Kind of device')}
          value="station"
          orientation="horizontal"
          hint=${msg('A station shows people the result on its screen; a camera does not. An encoder is a program or device that publishes by WHIP, such as OBS.')}
        >
          <wa-radio appearance="button" value="station">${msg('Station')}</wa-radio>
          <wa-radio appearance="button" value="camera">${msg('Camera')}</wa-radio>
          <wa-radio appearance="button" value="encoder">${msg('Encoder')}</wa-radio>
        </wa-radio-group>
        ${textField({
          name: 'name',
          autofocus: true,
          label: msg('Name'),
          hint: msg('The place where it stands, for example “Main entrance”'),
          required: true,
          maxlength: longest(newPairing.shape.name),
          fault: this.form.fault('name'),
        })}
        ${sites.length > 1 ? siteField(sites, sites.find((site) => site.default)?.id ?? '') : nothing}
      `,
    });
  }

  #token({ token }: EncoderView) {
    return html`<div class="made">
        <p class="quiet">
          ${msg('Enter both in the encoder. The token is shown this one time only; another one can be created later.')}
        </p>
        <p class="url" data-test="whip-address">${new URL('/api/whip', location.origin).href}</p>
        <p class="url secret" data-test="encoder-token">${token}</p>
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close}>${msg('Done')}</wa-button>`;
  }

  #created({ code, addresses }: PairingView) {
    const { left } = this;
    const { url, warns, ownMachineOnly } = deviceAddress(location.origin, addresses, '/pair');
    return html`<div class="made">
        <p class="quiet">${msg(html`On the device, open <span class="url">${url}</span> and type:`)}</p>
        <div class="code" data-test="pairing-code">${code}</div>
        ${qrCode(`${url}?code=${code}`, msg('Address of the pairing page'), 148)}
        ${warns ? html`<p class="small quiet">${msg('The browser of the device shows a certificate warning once, because this server created its own certificate. Accept it to continue.')}</p>` : nothing}
        ${ownMachineOnly ? html`<p class="small warn">${msg('This address works only on this machine: the server found no address in your network.')}</p>` : nothing}
        <p class="small ${left > 0 ? 'quiet' : ''} number">
          ${left > 0 ? msg(str`For one device. Expires in ${countdown(left)}`) : msg('The code has expired.')}
        </p>
      </div>
      ${
        left > 0
          ? html`<wa-button slot="footer" variant="brand" @click=${this.close}>${msg('Done')}</wa-button>`
          : html`<wa-button slot="footer" variant="brand" @click=${() => (this.pairing = null)}>
              ${msg('Create another code')}
            </wa-button>`
      }`;
  }

  protected override async send({ name = '', kind, siteId }: Record<string, string>) {
    const site = this.#sites.value?.find(({ id }) => id === siteId);
    const where = site && !site.default ? { siteId: site.id } : {};
    if (kind === 'encoder') {
      const added = await this.form.submit(() => api.devices.addEncoder({ body: { name, ...where } }));
      if (added) this.encoder = added;
      return;
    }
    const created = await this.form.submit(() =>
      api.devices.createPairingCode({
        body: {
          kind: kind === 'camera' ? 'camera' : 'station',
          name,
          ...where,
        },
      }),
    );
    if (!created) return;
    this.pairing = created;
    // The clocks of this machine and of the server may differ, so the time of the expiry is not asked for.
    const expires = performance.now() + PAIRING_LIMITS.codeLife;
    this.left = PAIRING_LIMITS.codeLife;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.left = expires - performance.now();
    }, 1000);
  }
}

customElements.define('muster-pairing-dialog', MusterPairingDialog);
