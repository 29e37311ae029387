/** Edits one device. Fires `done` when it is closed, saved or not. */
import { LitElement, html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import type { DeviceView } from '../../../../server/protocol/api.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { readSettings, settingsFields } from './settings-fields.ts';

export class MusterDeviceSettings extends LitElement {
  static override properties = { device: { attribute: false }, open: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      wa-dialog {
        --width: 40rem;
      }
    `,
  ];
  declare device: DeviceView;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.open = true;
  }

  override render() {
    const form = this.#form;
    return html`<wa-dialog
      label="Settings of ${this.device.name}"
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="device-settings"
    >
      <form class="stack" id="settings" @submit=${this.#submit}>
        ${alert(form.message)}
        ${textField({
          name: 'name',
          label: 'Name',
          value: this.device.name,
          required: true,
          maxlength: 80,
          fault: form.fault('name'),
        })}
        ${settingsFields(this.device, (field) => form.fault(field))}
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="save">
        Save
      </wa-button>
    </wa-dialog>`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#settings')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#save(event.target as HTMLFormElement).catch(() => {});
  };

  async #save(element: HTMLFormElement) {
    const { name = '' } = formValues(element);
    const settings = readSettings(element);
    const saved = await this.#form.submit(() => api.changeDevice(this.device.id, { name, settings }));
    if (!saved) return;
    toast(`${name} was changed`);
    this.open = false;
  }
}

customElements.define('muster-device-settings', MusterDeviceSettings);
