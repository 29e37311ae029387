/** The settings of this installation. Only owners may see and change them. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import {
  SETTING_PARTS,
  type SettingKey,
  type SettingPart,
  type SettingsView,
  type SettingView,
} from '#protocol/settings.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import '../../components/mail-button.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { changesOf } from '../../components/shared-edit/merge.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { settingField, settingFieldStyles } from './setting-field.ts';
import { partText, settingName, valueText } from './setting-texts.ts';

type Values = Record<SettingKey, string | null>;

export class MusterSettings extends MusterElement {
  static override properties = { drafts: { state: true }, sent: { state: true } };
  static override styles = [
    shared,
    formStyles,
    settingFieldStyles,
    css`
      .rules {
        margin: 0;
        padding-inline-start: 1.2rem;
        display: grid;
        gap: 0.35rem;
      }
      form {
        gap: 1.5rem;
      }
      section {
        scroll-margin-top: 5rem;
      }
    `,
  ];
  /** What was chosen and is not saved yet. */
  declare drafts: Partial<Values>;
  /** The part that was sent last: what the server says belongs there. */
  declare sent: SettingPart | null;
  readonly #settings = new Loaded(this, async () => {
    const view = await api.settings.get();
    this.#edit = this.#begin(view);
    return view;
  });
  #edit: SharedEdit<Values, SettingsView> | null = null;
  readonly #mail = new Loaded(this, () => api.mail.get());
  readonly #form = new FormState(this);
  #shown = false;

  constructor() {
    super();
    this.drafts = {};
    this.sent = null;
  }

  /** An address such as /settings?part=retention leads to that part. */
  override updated() {
    const wanted = new URLSearchParams(location.search).get('part');
    if (this.#shown || !this.#settings.value || wanted === null) return;
    this.#shown = true;
    this.renderRoot.querySelector(`[data-part="${CSS.escape(wanted)}"]`)?.scrollIntoView();
  }

  override render() {
    const { value, error } = this.#settings;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('Settings')}</h1>
          <p class="quiet">
            ${msg('For the whole installation. Changes take effect at once where nothing else is said, and are recorded in the audit trail.')}
          </p>
        </div>
      </div>
      ${alert(error)} ${value ? this.#parts(value) : nothing}
    </div>`;
  }

  #parts(view: SettingsView) {
    const parts = Object.keys(SETTING_PARTS) as SettingPart[];
    return html`${parts.map((part) => this.#part(part, view))}
      <section class="card stack" data-test="settings-mail">
        <div>
          <h2>${msg('Mail')}</h2>
          <p class="quiet">${this.#mailText()}</p>
        </div>
        <muster-mail-button
          asks
          .label=${msg('Send a test message')}
          .send=${(to: string) => api.mail.test({ body: { to, language: language() } })}
        ></muster-mail-button>
      </section>
      <section class="card stack">
        <h2>${msg('Consent texts')}</h2>
        <p class="quiet">
          ${msg('What people read and agree to before their face is enrolled.')}
          <a href="/consent-texts" data-test="consent-texts">${msg('Read and change the texts')}</a>
        </p>
      </section>
      <section class="card stack">
        <h2>${msg('Webhooks')}</h2>
        <p class="quiet">
          ${msg('Other programs that are told what happens here.')}
          <a href="/webhooks" data-test="webhooks">${msg('Read and change the webhooks')}</a>
        </p>
      </section>
      <section class="card stack">
        <h2>${msg('Rules of sites and devices')}</h2>
        <p class="quiet">${msg('Each site and each device has rules of its own.')}</p>
        <ul class="rules">
          <li>
            <a href="/sites">${msg('Sites')}</a>:
            ${msg('time zone, what a passing means, breaks, and who approves corrections')}
          </li>
          <li>
            <a href="/devices">${msg('Devices')}</a>:
            ${msg('who is checked in, minimum time between punches, and recognition distance')}
          </li>
        </ul>
      </section>`;
  }

  #part(part: SettingPart, view: SettingsView) {
    const { title, intro } = partText(part);
    const keys: readonly string[] = SETTING_PARTS[part];
    const settings = view.settings.filter(({ key }) => keys.includes(key));
    const changed = settings.filter((setting) => this.#isChanged(setting));
    const mine = this.sent === part;
    return html`<section class="card stack" id=${part} data-part=${part}>
      <div>
        <h2>${title}</h2>
        <p class="quiet">${intro}</p>
      </div>
      <form
        class="stack"
        novalidate
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          this.#save(part).catch(reportUnexpected);
        }}
      >
        ${this.#edit?.notice(SETTING_PARTS[part])} ${alert(mine ? this.#form.message : '')}
        <div class="settings">
          ${settings.map((setting) =>
            settingField(setting, {
              draft: this.drafts[setting.key],
              fault: mine ? this.#form.fault(setting.key) : '',
              onDraft: (value) => (this.drafts = { ...this.drafts, [setting.key]: value }),
            }),
          )}
        </div>
        <div class="row">
          <wa-button
            type="submit"
            variant="brand"
            ?disabled=${changed.length === 0}
            ?loading=${mine && this.#form.busy}
            data-test="save-${part}"
            >${msg('Save changes')}</wa-button
          >
          ${
            changed.length > 0
              ? html`<wa-button appearance="outlined" @click=${() => this.#drop(part)}
                  >${msg('Discard changes')}</wa-button
                >`
              : nothing
          }
          ${
            settings.some(({ source }) => source === 'page') && changed.length === 0
              ? html`<wa-button
                  appearance="plain"
                  @click=${() => this.#reset(settings)}
                  data-test="reset-${part}"
                  >${msg('Show the defaults')}</wa-button
                >`
              : nothing
          }
        </div>
      </form>
    </section>`;
  }

  #mailText(): string {
    const { value } = this.#mail;
    if (value?.from) {
      const { from } = value;
      return msg(str`Invitations and month sheets can be sent by mail, from ${from}.`);
    }
    return msg(
      'This server sends no mail: links are copied and passed on by hand. To change that, set MUSTER_SMTP_URL and MUSTER_MAIL_FROM on the server.',
    );
  }

  #isChanged({ key, value }: SettingView): boolean {
    const draft = this.drafts[key];
    return draft !== undefined && draft !== value;
  }

  /** Puts the defaults into the form; they are saved like any other value. */
  #reset(settings: readonly SettingView[]) {
    const usual = settings.filter(({ source }) => source === 'page').map((one) => [one.key, one.default]);
    this.drafts = { ...this.drafts, ...(Object.fromEntries(usual) as Partial<Values>) };
  }

  #drop(part: SettingPart) {
    this.#edit?.drop(SETTING_PARTS[part]);
    this.#form.clear();
  }

  async #save(part: SettingPart) {
    this.sent = part;
    const saved = await this.#form.submit(async () => (await this.#edit?.save(SETTING_PARTS[part])) ?? null);
    if (saved) toast(this.#edit!.saved(msg('Settings saved')));
  }

  #begin(record: SettingsView): SharedEdit<Values, SettingsView> {
    const edit: SharedEdit<Values, SettingsView> = new SharedEdit(this, {
      record,
      draftOf: valuesOf,
      read: () => ({ ...edit.draft, ...this.drafts }),
      words: settingWords,
      current: () => api.settings.get(),
      send: (change, version) => api.settings.update({ body: withoutDefaults(change, edit.record), version }),
      onDraft: () => {
        this.#settings.value = edit.record;
        this.drafts = changesOf(valuesOf(edit.record), edit.draft);
      },
    });
    return edit;
  }
}

function valuesOf({ settings }: SettingsView): Values {
  return Object.fromEntries(settings.map(({ key, value }) => [key, value])) as Values;
}

/** The default is not kept as a choice: a later version of Muster may have a better one. */
function withoutDefaults(change: Partial<Values>, { settings }: SettingsView): Partial<Values> {
  const usual = new Map<string, string | null>(settings.map(({ key, default: one }) => [key, one]));
  const entries = Object.entries(change).map(([key, value]) => [
    key,
    value === usual.get(key) ? null : value,
  ]);
  return Object.fromEntries(entries) as Partial<Values>;
}

function settingWords(): DraftWords<Values> {
  const keys = Object.values(SETTING_PARTS).flat();
  const words = keys.map((key) => [
    key,
    { label: settingName(key), text: (value: string | null) => valueText(key, value) },
  ]);
  return Object.fromEntries(words) as DraftWords<Values>;
}

customElements.define('muster-settings', MusterSettings);
