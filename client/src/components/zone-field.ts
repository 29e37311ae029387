/** A time zone to choose by typing a part of its name; the browser searches the list. Its name in the form is `timeZone`. */
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { timeZones } from '../locales/time-zones.ts';

export const zoneFieldStyles = css`
  .zone {
    display: grid;
    gap: 0.35rem;
    font-size: 0.9375rem;
  }
  .zone span {
    font-weight: 550;
  }
  .zone input {
    width: 100%;
    min-height: 2.75rem;
    padding: 0 1em;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-form-control-border-radius);
    background: var(--wa-form-control-background-color);
    color: inherit;
    font: inherit;
    font-size: 1rem;
  }
  .zone small {
    color: var(--m-quiet);
  }
  .zone[data-fault] small {
    color: var(--m-danger);
    font-weight: 550;
  }
`;

export function zoneField(value: string, fault: string): TemplateResult {
  return html`<label class="zone" ?data-fault=${fault !== ''}>
    <span>${msg('Time zone')}</span>
    <input
      name="timeZone"
      list="zones"
      required
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      aria-invalid=${fault ? 'true' : 'false'}
      data-test="timeZone"
    />
    <small>${fault || msg('Type a part of its name, for example “Paris”')}</small>
    <datalist id="zones">${timeZones().map((zone) => html`<option value=${zone}></option>`)}</datalist>
  </label>`;
}
