/** The steps of a task that spans several pages, with the one that the reader is at. */
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';

export const stepListStyles = css`
  .steps {
    list-style: none;
    display: flex;
    gap: 0.5rem;
    margin: 0;
    padding: 0;
    font-size: 0.9375rem;
    font-weight: 580;
    color: var(--m-quiet);
  }
  .steps li {
    display: flex;
    align-items: center;
    gap: 0.55rem;
  }
  .steps li:not(:last-child)::after {
    content: '';
    width: clamp(0.75rem, 4vw, 2.5rem);
    height: 2px;
    background: var(--m-line-strong);
  }
  .dot {
    display: grid;
    place-items: center;
    width: 1.75rem;
    height: 1.75rem;
    border-radius: 50%;
    border: 2px solid var(--m-line-strong);
    font-size: 0.8125rem;
  }
  .steps li[aria-current='step'] {
    color: var(--m-text);
  }
  .steps li[aria-current='step'] .dot {
    border-color: var(--m-accent);
    color: var(--m-accent);
  }
  .steps li[data-past] .dot {
    background: var(--m-in);
    border-color: var(--m-in);
    color: var(--m-surface);
  }
  @media (max-width: 34rem) {
    .steps {
      gap: 0.35rem;
      font-size: 0.875rem;
    }
    .steps li {
      gap: 0.35rem;
    }
    .steps li:not(:last-child)::after {
      width: 0.5rem;
    }
  }
`;

/** @param current how many steps are past */
export function stepList(labels: readonly string[], current: number): TemplateResult {
  return html`<ol class="steps" aria-label=${msg('Steps')}>
    ${labels.map(
      (label, i) =>
        html`<li ?data-past=${i < current} aria-current=${i === current ? 'step' : 'false'}>
          <span class="dot"
            >${i < current ? html`<wa-icon name="check" label=${msg('Done')}></wa-icon>` : i + 1}</span
          >${label}
        </li>`,
    )}
  </ol>`;
}
