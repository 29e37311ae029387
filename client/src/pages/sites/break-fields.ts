/** The fields of a break rule, of a site or of a shift. `readBreaks` reads them. */
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { BREAK_STEPS, type BreakRules } from '#protocol/sites.ts';
import { amountField } from '../../components/amount-field.ts';
import { inHours, inMinutes } from './break-rules.ts';

export const breakFieldsStyles = css`
  .steps {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.75rem 1.25rem;
  }
`;

interface BreakFields {
  /** The rule that is chosen in the form. */
  chosen: string;
  fault: string;
  onChange: (chosen: string) => void;
  /** What stands for having no rule of its own; blank where that cannot be. */
  none?: string;
}

/** @param breaks what the fields hold at first; null for no rule of its own */
export function breakFields(
  breaks: BreakRules | null,
  { chosen, fault, onChange, none = '' }: BreakFields,
): TemplateResult {
  return html`<wa-select
      name="breaks"
      label=${msg('Breaks')}
      .value=${chosen}
      hint=${fault}
      @change=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}
      data-test="breaks"
    >
      ${none === '' ? nothing : html`<wa-option value="site">${none}</wa-option>`}
      <wa-option value="none">${msg('No break is deducted')}</wa-option>
      <wa-option value="german">${msg('German law: 30 minutes after 6 hours, 45 after 9')}</wa-option>
      <wa-option value="own">${msg('Own rule')}</wa-option>
    </wa-select>
    ${chosen === 'own' ? ownSteps(breaks ?? { steps: [], punchedCount: true }) : nothing}`;
}

function ownSteps({ steps, punchedCount }: BreakRules) {
  return html`<div class="steps">
      ${Array.from({ length: BREAK_STEPS }, (_, i) => {
        const step = steps[i];
        return html`${amountField(
          `after${i + 1}`,
          msg('Work of more than (hours)'),
          step ? inHours(step.after) : '',
          { most: 24, step: 0.25 },
        )}
        ${amountField(
          `required${i + 1}`,
          msg('needs a break of (minutes)'),
          step ? inMinutes(step.required) : '',
          { most: 480 },
        )}`;
      })}
    </div>
    <wa-switch name="punchedCount" .checked=${punchedCount}
      >${msg('Breaks that were punched count towards it')}</wa-switch
    >`;
}
