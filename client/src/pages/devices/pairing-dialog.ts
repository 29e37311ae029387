/** Makes a pairing code and shows it, big, until it expires. Fires `done` when it is closed. */
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/qr-code/qr-code.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { PairingView } from '#protocol/devices.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { countdown } from '../../components/format.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { pairingAddress } from './pairing-address.ts';

const ONCE =
  'Its browser warns of the certificate once, because this server made its own: accept it, and go on.';
const OWN_MACHINE_ONLY =
  'This address works on this machine alone: the server knows no address in your network.';

export class MusterPairingDialog extends FormDialog {
  static override properties = { pairing: { state: true }, now: { state: true } };
  static override styles = [
    FormDialog.styles,
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
        user-select: all;
      }
      .qr {
        padding: 0.9rem;
        border-radius: var(--m-radius);
        background: #fff;
        color: #12141c;
        line-height: 0;
        border: 1px solid var(--m-line);
      }
      .warn {
        color: var(--m-warn);
      }
      .url {
        font-weight: 620;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare pairing: PairingView | null;
  declare now: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.pairing = null;
    this.now = Date.now();
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    return this.frame(
      this.pairing ? 'Pair the device' : 'Add a device',
      'pairing-dialog',
      this.pairing ? this.#made(this.pairing) : this.#fields(),
    );
  }

  #fields() {
    return this.sheet({
      act: 'Create the code',
      test: 'create',
      fields: html`
        <wa-radio-group
          name="kind"
          label="What is it?"
          value="station"
          orientation="horizontal"
          hint="A station shows people what it recorded; a camera has no screen"
        >
          <wa-radio appearance="button" value="station">Station</wa-radio>
          <wa-radio appearance="button" value="camera">Camera</wa-radio>
        </wa-radio-group>
        ${textField({
          name: 'name',
          autofocus: true,
          label: 'Name',
          hint: 'Where it stands, such as “Main entrance”',
          required: true,
          maxlength: 80,
          fault: this.form.fault('name'),
        })}
      `,
    });
  }

  #made({ code, expiresAt, addresses }: PairingView) {
    const left = Date.parse(expiresAt) - this.now;
    const { url, warns, ownMachineOnly } = pairingAddress(location.origin, addresses);
    return html`<div class="made">
        <p class="quiet">On the device, open <span class="url">${url}</span> and type</p>
        <div class="code" data-test="pairing-code">${code}</div>
        <div class="qr">
          <wa-qr-code
            value="${url}?code=${code}"
            label="Address of the pairing page"
            size="148"
            fill="#12141c"
            background="#ffffff"
          ></wa-qr-code>
        </div>
        ${warns ? html`<p class="small quiet">${ONCE}</p>` : nothing}
        ${ownMachineOnly ? html`<p class="small warn">${OWN_MACHINE_ONLY}</p>` : nothing}
        <p class="small ${left > 0 ? 'quiet' : ''} number">
          ${left > 0 ? `Good for one device, for another ${countdown(left)}` : 'The code has expired.'}
        </p>
      </div>
      ${
        left > 0
          ? html`<wa-button slot="footer" variant="brand" @click=${this.close}>Done</wa-button>`
          : html`<wa-button slot="footer" variant="brand" @click=${() => (this.pairing = null)}>
              Make another code
            </wa-button>`
      }`;
  }

  protected override async send({ name = '', kind }: Record<string, string>) {
    const made = await this.form.submit(() =>
      api.createPairing({ kind: kind === 'camera' ? 'camera' : 'station', name }),
    );
    if (!made) return;
    this.pairing = made;
    this.now = Date.now();
    this.#timer = setInterval(() => {
      this.now = Date.now();
    }, 1000);
  }
}

customElements.define('muster-pairing-dialog', MusterPairingDialog);
