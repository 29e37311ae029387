/** Edits one device. Fires `done` when it closes, saved or not. */
import { msg, str } from '@lit/localize';
import { html, css } from 'lit';
import type { DeviceView } from '#protocol/devices.ts';
import { newPairing } from '#protocol/devices.ts';
import type { Zone } from '#protocol/zone.ts';
import { longest } from '../../components/longest.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import type { HoursChoice } from './hours-fields.ts';
import { readSettings, settingsFields, settingsStyles } from './settings-fields.ts';

export class MusterDeviceSettings extends FormDialog {
  static override properties = {
    device: { attribute: false },
    zone: { state: true },
    hours: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    settingsStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  declare device: DeviceView;
  /** As it was drawn; undefined: as it is. */
  declare zone: Zone | null | undefined;
  /** As it was chosen; undefined: as it is. */
  declare hours: HoursChoice | undefined;
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  override render() {
    const { form } = this;
    return this.frame(
      msg(str`Settings of ${this.device.name}`),
      'device-settings',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        fields: html`
          ${textField({
            name: 'name',
            label: msg('Name'),
            value: this.device.name,
            required: true,
            maxlength: longest(newPairing.shape.name),
            fault: form.fault('name'),
          })}
          ${siteField(this.#sites.value ?? [this.device.site], this.device.site.id, form.fault('siteId'))}
          ${settingsFields(this.device, {
            fault: (field) => form.fault(field),
            zone: this.#zone,
            onZone: (zone) => (this.zone = zone),
            hours: this.hours ?? (this.device.settings.hours ? 'hours' : 'always'),
            onHours: (choice) => (this.hours = choice),
          })}
        `,
      }),
    );
  }

  get #zone(): Zone | null {
    return this.zone === undefined ? this.device.settings.zone : this.zone;
  }

  protected override async send(
    { name = '', siteId = this.device.site.id }: Record<string, string>,
    element: HTMLFormElement,
  ) {
    const settings = readSettings(element, this.device, this.#zone);
    const saved = await this.form.submit(() =>
      api.devices.update({
        params: { id: this.device.id },
        // A door of the default site follows it as long as nobody chose a site for the door.
        body: { name, settings, ...(siteId !== this.device.site.id && { siteId }) },
        version: this.device.version,
      }),
    );
    if (!saved) return;
    toast(msg(str`${name} was changed`));
    this.open = false;
  }
}

customElements.define('muster-device-settings', MusterDeviceSettings);
