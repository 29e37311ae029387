/** Adds a check-in or check-out that no station recorded, or asks for it. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import { CORRECTION_SHAPE } from '#protocol/corrections.ts';
import type { SiteView } from '#protocol/sites.ts';
import { longest } from '../../components/longest.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { kindChoice, sentPunch } from './changed-punch.ts';
import { reasonField } from './reason-field.ts';
import { timeDoubt } from './time-doubt.ts';
import { toastCorrection } from './toast-correction.ts';

export class MusterCorrection extends FormDialog {
  static override properties = {
    date: {},
    number: {},
    name: {},
    typed: { state: true },
  };
  /** YYYY-MM-DD. */
  declare date: string;
  /** Employee number and name of the person; both empty where the number is to be typed. */
  declare number: string;
  declare name: string;
  /** What is in the fields that decide whether a time is clear. */
  declare typed: { siteId: string; date: string; time: string };
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  constructor() {
    super();
    this.date = '';
    this.number = '';
    this.name = '';
    this.typed = { siteId: '', date: '', time: '' };
  }

  override render() {
    return this.frame(
      this.name ? msg(str`Add a missed punch for ${this.name}`) : msg('Add a missed punch'),
      'correction',
      this.sheet({
        act: msg('Add punch'),
        test: 'add-punch',
        intro: html`<p class="quiet small">
          ${msg('Use this when someone forgot to check in or out, or a station was off. Existing punches never change: this one is added with your name and the reason.')}
        </p>`,
        fields: this.#fields(),
      }),
    );
  }

  /** The site that was chosen; the default one where none was. */
  get #site(): SiteView | undefined {
    const sites = this.#sites.value ?? [];
    return sites.find(({ id }) => id === this.typed.siteId) ?? sites.find((site) => site.default);
  }

  #fields() {
    const { form, typed } = this;
    const site = this.#site;
    const zone = site?.timeZone ?? '';
    return html`${
        this.number
          ? nothing
          : textField({
              name: 'number',
              label: msg('Employee number'),
              required: true,
              maxlength: longest(CORRECTION_SHAPE.number),
              autofocus: true,
              fault: form.fault('number'),
            })
      }
      ${kindChoice('in')}
      ${
        this.#sites.value && site
          ? siteField(this.#sites.value, site.id, form.fault('siteId'), (siteId) => this.#type({ siteId }))
          : nothing
      }
      <div class="fields">
        ${textField({
          name: 'date',
          label: msg('Work day'),
          type: 'date',
          value: this.date,
          required: true,
          fault: form.fault('date'),
          onInput: (date) => this.#type({ date }),
        })}
        ${textField({
          name: 'time',
          label: site ? msg(str`Time at ${site.name} (${zone})`) : msg('Time'),
          type: 'time',
          required: true,
          fault: form.fault('time'),
          onInput: (time) => this.#type({ time }),
        })}
      </div>
      ${site ? timeDoubt(site, { ...typed, date: typed.date || this.date }, form.fault('pass')) : nothing}
      ${reasonField(form.fault('reason'))}`;
  }

  #type(change: Partial<MusterCorrection['typed']>) {
    this.typed = { ...this.typed, ...change };
  }

  protected override async send(values: Record<string, string>) {
    const { number = this.number, siteId = '' } = values;
    const body = { kind: 'add', number, siteId, ...sentPunch(values) } as const;
    const correction = await this.form.submit(() => api.corrections.create({ body }));
    if (!correction) return;
    toastCorrection(correction);
    this.open = false;
  }
}

customElements.define('muster-correction', MusterCorrection);
