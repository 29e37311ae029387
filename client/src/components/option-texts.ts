import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { language } from '../locales/language.ts';

/**
 * Lets the select elements of a host show the chosen option in another language. They copy the text of an option when its
 * nodes change; when only the words in them change, nothing tells them.
 */
export class OptionTexts implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly renderRoot: ParentNode };
  #written = language();

  constructor(host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {
    this.#host = host;
  }

  hostUpdated() {
    const now = language();
    if (now === this.#written) return;
    this.#written = now;
    for (const option of this.#host.renderRoot.querySelectorAll('wa-option')) {
      option.shadowRoot?.querySelector('slot:not([name])')?.dispatchEvent(new Event('slotchange'));
    }
  }
}
