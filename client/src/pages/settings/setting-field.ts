/** One setting: its field, what follows from the value, and where the value comes from. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { SettingView } from '#protocol/settings.ts';
import { dateTime } from '../../components/format.ts';
import { number } from '../../locales/intl.ts';
import { consequence, optionName, settingName, valueText } from './setting-texts.ts';

export const settingFieldStyles = css`
  .settings {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: 1.5rem 2rem;
    align-items: start;
  }
  .setting {
    display: grid;
    gap: 0.35rem;
  }
  .setting .from {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.6rem;
    align-items: center;
  }
  .field[data-fault] wa-select::part(hint) {
    color: var(--m-danger);
    font-weight: 550;
  }
`;

interface SettingForm {
  /** What is chosen in the form, and not saved yet; undefined where nothing is. */
  draft: string | null | undefined;
  /** A fault that the server has found. */
  fault: string;
  onDraft: (value: string | null) => void;
}

/** The value of the select for “depends on what is installed”: an empty one would show as nothing chosen. */
const AUTOMATIC = 'automatic';

export function settingField(setting: SettingView, { draft, fault, onDraft }: SettingForm): TemplateResult {
  const { key, form, source } = setting;
  const value = draft === undefined ? setting.value : draft;
  const fixed = source === 'variable';
  const wrong = fault === '' ? '' : faultOf(setting, fault);
  const about = { value, fixed, hint: wrong === '' ? consequence(key, value) : wrong, onDraft };
  return html`<div class="setting field" data-test="setting" data-setting=${key} ?data-fault=${wrong !== ''}>
    ${form.kind === 'choice' ? choice(setting, form.options, about) : amount(setting, form, about)}
    <div class="small quiet from">${origin(setting)}</div>
  </div>`;
}

interface Field {
  value: string | null;
  fixed: boolean;
  /** What follows from the value, or what is wrong with it. */
  hint: string;
  onDraft: (value: string | null) => void;
}

function choice({ key, default: usual }: SettingView, options: readonly string[], field: Field) {
  const { value, fixed, hint, onDraft } = field;
  return html`<wa-select
    name=${key}
    label=${settingName(key)}
    .value=${value ?? AUTOMATIC}
    hint=${hint}
    ?disabled=${fixed}
    @change=${(event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value;
      onDraft(chosen === AUTOMATIC ? null : chosen);
    }}
  >
    ${usual === null ? html`<wa-option value=${AUTOMATIC}>${valueText(key, null)}</wa-option>` : nothing}
    ${options.map((option) => html`<wa-option value=${option}>${optionName(key, option)}</wa-option>`)}
  </wa-select>`;
}

function amount(
  { key }: SettingView,
  form: Exclude<SettingView['form'], { kind: 'choice' }>,
  { value, fixed, hint, onDraft }: Field,
) {
  const days = form.kind === 'days';
  const never = days && form.never;
  return html`<wa-input
    name=${key}
    label=${days ? msg(str`${settingName(key)} (days)`) : settingName(key)}
    type="number"
    min=${form.min}
    max=${form.max}
    step=${days ? 1 : form.step}
    .value=${value === 'never' ? '' : (value ?? '')}
    placeholder=${never ? msg('Forever') : ''}
    hint=${hint}
    ?disabled=${fixed}
    @input=${(event: Event) => {
      const text = (event.target as HTMLInputElement).value.trim();
      onDraft(text === '' && never ? 'never' : text);
    }}
  ></wa-input>`;
}

/** What a number may be stands with the setting: the server's own words are for programs. */
function faultOf({ form }: SettingView, fault: string): string {
  if (form.kind === 'choice') return fault;
  const [least, most] = [number(form.min), number(form.max)];
  return form.kind === 'days' && form.never
    ? msg(str`Enter a number from ${least} to ${most}, or nothing to keep it forever.`)
    : msg(str`Enter a number from ${least} to ${most}.`);
}

function origin({ key, source, default: usual, changedBy, changedAt, atStart, waits }: SettingView) {
  if (source === 'variable') {
    return html`<span
      ><wa-icon name="lock"></wa-icon>
      ${msg(str`Set by ${key} on the server. It can only be changed there.`)}</span
    >`;
  }
  const text = valueText(key, usual);
  return html`<span>${msg(str`Default: ${text}`)}</span>
    ${changedAt === null ? nothing : html`<span>${msg(str`Changed by ${changedBy ?? ''}, ${dateTime(changedAt)}`)}</span>`}
    ${
      waits
        ? html`<span class="chip warn">${msg('Takes effect when the server is restarted')}</span>`
        : atStart
          ? html`<span>${msg('A change takes effect when the server is restarted.')}</span>`
          : nothing
    }`;
}
