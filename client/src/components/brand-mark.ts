import { html, css } from 'lit';
import { MusterElement } from './muster-element.ts';

/** The name and its mark. */
export class MusterBrand extends MusterElement {
  static override styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.6rem;
      font-weight: 700;
      font-size: 1.0625rem;
      letter-spacing: -0.02em;
      color: var(--m-text);
    }
    svg {
      width: 1.9em;
      height: 1.9em;
      flex: none;
    }
  `;

  override render() {
    return html`<svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="#4945cb" />
        <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
          <path
            d="M7.500 12v-2A2.500 2.500 0 0 1 10 7.500h2M20 7.500h2A2.500 2.500 0 0 1 24.500 10v2M24.500 20v2a2.500 2.500 0 0 1-2.500 2.500h-2M12 24.500h-2A2.500 2.500 0 0 1 7.500 22v-2"
          />
          <path d="m11.800 16.400 2.900 2.900 5.600-6" />
        </g>
      </svg>
      <span>Muster</span>`;
  }
}

customElements.define('muster-brand', MusterBrand);
