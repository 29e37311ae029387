/** Adds a camera that the server fetches, or changes where one is. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { DeviceView } from '#protocol/devices.ts';
import { newRtspCamera } from '#protocol/devices.ts';
import type { RtspTransport } from '#protocol/rtsp.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { longest } from '../../components/longest.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';

export class MusterRtspDialog extends FormDialog {
  static override properties = { device: { attribute: false } };
  /** The camera to change; null adds one. */
  declare device: DeviceView | null;
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  constructor() {
    super();
    this.device = null;
  }

  override render() {
    const { device, form } = this;
    const sites = this.#sites.value ?? [];
    return this.frame(
      device ? msg(str`Address of ${device.name}`) : msg('Add an IP camera'),
      'rtsp-dialog',
      this.sheet({
        act: device ? msg('Save') : msg('Add'),
        test: 'save-rtsp',
        intro: html`<p class="quiet">
          ${msg('This server fetches its pictures by RTSP. Set the camera to H.264, profile Baseline, with a keyframe each second.')}
        </p>`,
        fields: html`
          ${
            device
              ? nothing
              : textField({
                  name: 'name',
                  autofocus: true,
                  label: msg('Name'),
                  hint: msg('The place where it stands, for example “Main entrance”'),
                  required: true,
                  maxlength: longest(newRtspCamera.shape.name),
                  fault: form.fault('name'),
                })
          }
          ${textField({
            name: 'address',
            label: msg('Address'),
            hint: device
              ? msg(str`Now ${device.rtsp?.address ?? ''}. Leave it empty to keep it.`)
              : msg('As its manual says, for example rtsp://192.168.1.20/stream1'),
            required: !device,
            maxlength: longest(newRtspCamera.shape.address),
            fault: form.fault('address'),
          })}
          ${textField({
            name: 'user',
            label: msg('User name of the camera'),
            ...(device?.rtsp?.credentials && { hint: msg('Leave both empty to keep them.') }),
            fault: form.fault('user'),
          })}
          ${textField({
            name: 'password',
            type: 'password',
            label: msg('Password of the camera'),
            hint: msg('It is stored encrypted, and never shown again.'),
            autocomplete: 'new-password',
            fault: form.fault('password'),
          })}
          <wa-radio-group
            name="transport"
            label=${msg('Transport', { id: 'rtsp-transport', desc: 'TCP or UDP' })}
            value=${device?.rtsp?.transport ?? 'tcp'}
            orientation="horizontal"
            hint=${msg('TCP is right for almost every camera.')}
          >
            <wa-radio appearance="button" value="tcp">${msg('TCP')}</wa-radio>
            <wa-radio appearance="button" value="udp">${msg('UDP')}</wa-radio>
          </wa-radio-group>
          ${
            !device && sites.length > 1
              ? siteField(sites, sites.find((site) => site.default)?.id ?? '')
              : nothing
          }
        `,
      }),
    );
  }

  protected override async send({
    name = '',
    address = '',
    user = '',
    password = '',
    transport,
    siteId,
  }: Record<string, string>) {
    const { device } = this;
    const way: { transport: RtspTransport } = { transport: transport === 'udp' ? 'udp' : 'tcp' };
    const written = { ...(user !== '' && { user }), ...(password !== '' && { password }), ...way };
    const site = this.#sites.value?.find(({ id }) => id === siteId);
    const saved = await this.form.submit(() =>
      device
        ? api.devices.changeRtsp({
            params: { id: device.id },
            body: { ...written, ...(address.trim() !== '' && { address }) },
          })
        : api.devices.addRtsp({
            body: { name, address, ...written, ...(site && !site.default && { siteId: site.id }) },
          }),
    );
    if (!saved) return;
    toast(device ? msg(str`${saved.name} was changed`) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

customElements.define('muster-rtsp-dialog', MusterRtspDialog);
