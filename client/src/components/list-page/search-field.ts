import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';

interface SearchField {
  label: string;
  placeholder: string;
  /** What it holds at first. */
  value?: string;
  onSearch: (text: string) => void;
}

/** The search field above a list. */
export function searchField({ label, placeholder, value = '', onSearch }: SearchField): TemplateResult {
  return html`<wa-input
    class="search unlabeled"
    type="search"
    value=${value}
    placeholder=${placeholder}
    label=${label}
    with-clear
    @input=${(event: InputEvent) => onSearch(((event.target as HTMLInputElement).value ?? '').trim())}
    data-test="search"
  >
    <wa-icon slot="start" name="search"></wa-icon>
  </wa-input>`;
}
