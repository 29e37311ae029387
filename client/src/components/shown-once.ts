/** A secret that is shown once, with a button that copies it. */
import { html, css, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/copy-button/copy-button.js';

export const shownOnceStyles = css`
  .secret {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.6rem 0.75rem;
    border-radius: var(--m-radius);
    background: var(--m-accent-soft);
    color: var(--m-accent);
    font:
      600 0.9375rem/1.45 ui-monospace,
      'SF Mono',
      'Cascadia Mono',
      monospace;
    overflow-wrap: anywhere;
  }
  .secret code {
    flex: 1;
    font: inherit;
    -webkit-user-select: all;
    user-select: all;
    white-space: pre-wrap;
  }
`;

export function shownOnce(secret: string, label: string): TemplateResult {
  return html`<div class="secret">
    <code data-test="secret">${secret}</code>
    <wa-copy-button value=${secret} copy-label=${label}></wa-copy-button>
  </div>`;
}
