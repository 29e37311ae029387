/** Edits one device. Fires `done` when it closes, saved or not. */
import { msg, str } from '@lit/localize';
import { html, css } from 'lit';
import type { DeviceSettings, DeviceView } from '#protocol/devices.ts';
import { newPairing } from '#protocol/devices.ts';
import type { Zone } from '#protocol/zone.ts';
import { longest } from '../../components/longest.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { Loaded } from '../../components/loaded.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import type { HoursChoice } from './hours-fields.ts';
import { readSettings, settingsFields, settingsStyles } from './settings-fields.ts';
import { settingsWords } from './settings-words.ts';

/** The settings are fields of their own: two people may change two of them. */
interface DeviceDraft extends DeviceSettings {
  name: string;
  siteId: string;
}

export class MusterDeviceSettings extends FormDialog {
  static override properties = {
    device: { attribute: false },
    zone: { state: true },
    hours: { state: true },
    station: { state: true },
    siteId: { state: true },
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
  #edit: SharedEdit<DeviceDraft, DeviceView> | null = null;
  /** As it was drawn; undefined: as it is. */
  declare zone: Zone | null | undefined;
  /** As it was chosen; undefined: as it is. */
  declare hours: HoursChoice | undefined;
  /** As it was chosen; undefined: as it is. */
  declare station: string | null | undefined;
  declare siteId: string | undefined;
  readonly #stations = new Loaded(this, async () =>
    (await allOf((page) => api.devices.list({ query: page }), 'devices')).filter(
      ({ kind, revokedAt }) => kind === 'station' && revokedAt === null,
    ),
  );
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  override willUpdate() {
    const params = { id: this.device.id };
    this.#edit ??= new SharedEdit<DeviceDraft, DeviceView>(this, {
      record: this.device,
      draftOf: ({ name, site, settings }) => ({ name, siteId: site.id, ...settings }),
      read: () => this.#read(),
      words: () => ({
        name: { label: msg('Name') },
        siteId: {
          label: msg('Site'),
          text: (id) => this.#sites.value?.find((site) => site.id === id)?.name ?? '',
        },
        ...settingsWords((id) => this.#stations.value?.find((station) => station.id === id)?.name),
      }),
      current: () => api.devices.get({ params }),
      // A door of the default site follows it as long as nobody chose a site for the door.
      send: ({ name, siteId, ...settings }, version) =>
        api.devices.update({
          params,
          body: { ...(name !== undefined && { name }), ...(siteId !== undefined && { siteId }), settings },
          version,
        }),
      onDraft: () => {
        this.zone = undefined;
        this.hours = undefined;
        this.station = undefined;
        this.siteId = undefined;
      },
    });
  }

  override render() {
    const { form } = this;
    const edit = this.#edit!;
    const { name, siteId, ...settings } = edit.draft;
    return this.frame(
      msg(str`Settings of ${this.device.name}`),
      'device-settings',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        intro: html`${edit.notice()}`,
        fields: html`
          ${textField({
            name: 'name',
            label: msg('Name'),
            value: name,
            required: true,
            maxlength: longest(newPairing.shape.name),
            fault: form.fault('name'),
          })}
          ${siteField(this.#sites.value ?? [this.device.site], siteId, form.fault('siteId'), this.#atSite)}
          ${settingsFields(
            { ...this.device, settings },
            {
              fault: (field) => form.fault(field),
              zone: this.#zone,
              onZone: (zone) => (this.zone = zone),
              hours: this.hours ?? (settings.hours ? 'hours' : 'always'),
              onHours: (choice) => (this.hours = choice),
              stations: this.#stationsAt(this.siteId ?? siteId),
              station: this.station === undefined ? settings.station : this.station,
              onStation: (id) => (this.station = id),
            },
          )}
        `,
      }),
    );
  }

  get #zone(): Zone | null {
    return this.zone === undefined ? this.#edit!.draft.zone : this.zone;
  }

  #stationsAt(siteId: string): readonly DeviceView[] {
    return (this.#stations.value ?? []).filter(({ site }) => site.id === siteId);
  }

  /** The screen that was chosen may be at another site. */
  readonly #atSite = (siteId: string) => {
    this.siteId = siteId;
    const station = this.station === undefined ? this.#edit!.draft.station : this.station;
    if (!this.#stationsAt(siteId).some(({ id }) => id === station)) this.station = null;
  };

  #read(): DeviceDraft {
    const form = this.renderRoot.querySelector('form')!;
    const { name = '', siteId = this.#edit!.draft.siteId } = formValues(form);
    return { name, siteId, ...readSettings(form, this.device, this.#zone) };
  }

  protected override async send() {
    const saved = await this.form.submit(() => this.#edit!.save());
    if (!saved) return;
    toast(this.#edit!.saved(msg(str`${saved.name} was changed`)));
    this.open = false;
  }
}

customElements.define('muster-device-settings', MusterDeviceSettings);
