/** A number in a form, in the unit that its label names. A function and not an element, so that it takes part in its form. */
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/input/input.js';

interface Amount {
  hint?: string;
  required?: boolean;
  least?: number;
  most: number;
  step?: number;
}

export function amountField(
  name: string,
  label: string,
  value: string,
  { hint = '', required = false, least = 0, most, step = 1 }: Amount,
): TemplateResult {
  return html`<wa-input
    name=${name}
    label=${label}
    type="number"
    min=${least}
    max=${most}
    step=${step}
    .value=${value}
    hint=${hint}
    ?required=${required}
    data-test=${name}
  ></wa-input>`;
}
