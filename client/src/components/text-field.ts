/** One labeled text field with its fault below it. A function and not an element, so that it takes part in its form. */
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import '@awesome.me/webawesome/dist/components/input/input.js';

export interface FieldOptions {
  name: string;
  label: string;
  value?: string | undefined;
  fault?: string;
  hint?: string;
  type?: 'text' | 'email' | 'tel' | 'date' | 'password' | 'search' | 'time' | 'datetime-local';
  required?: boolean;
  autocomplete?: string;
  minlength?: number;
  maxlength?: number;
  /** The field that gets the focus first: a dialog that opens at once does not focus any by itself. */
  autofocus?: boolean;
  onInput?: (value: string) => void;
}

export function textField(o: FieldOptions): TemplateResult {
  return html`<div class="field" ?data-fault=${Boolean(o.fault)}>
    <wa-input
      name=${o.name}
      data-test=${o.name}
      type=${o.type ?? 'text'}
      label=${o.label}
      .value=${o.value ?? ''}
      hint=${o.fault ? o.fault : (o.hint ?? '')}
      ${o.autofocus ? ref(focus) : nothing}
      ?required=${o.required ?? false}
      ?password-toggle=${o.type === 'password'}
      autocomplete=${o.autocomplete ?? 'off'}
      minlength=${o.minlength ?? 0}
      maxlength=${o.maxlength ?? 200}
      aria-invalid=${o.fault ? 'true' : 'false'}
      @input=${(event: Event) => o.onInput?.((event.target as HTMLInputElement).value)}
    ></wa-input>
  </div>`;
}

/** Waits until the surrounding page or dialog is shown. */
function focus(field: Element | undefined) {
  if (field instanceof HTMLElement) requestAnimationFrame(() => field.focus());
}
