/** Styles that every page shares: headings, cards, tables, forms. Adopted into each page's shadow root. */
import { css } from 'lit';
import { spoken } from './spoken.ts';

export const shared = css`
  ${spoken}
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    color: var(--m-text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
  }
  h1 {
    font-size: clamp(1.6rem, 1.2rem + 1.2vw, 2.1rem);
    font-weight: 680;
    letter-spacing: -0.022em;
    line-height: 1.15;
    text-wrap: balance;
  }
  h1,
  h2 {
    overflow-wrap: anywhere;
  }
  /* Names: what stands beside one that is written from right to left stays where it is. */
  strong,
  b {
    unicode-bidi: isolate;
  }
  h2 {
    font-size: 1.125rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    line-height: 1.3;
  }
  .card h1 + p {
    margin-top: 0.45rem;
  }
  a {
    color: var(--m-accent);
    text-underline-offset: 3px;
  }
  :focus-visible {
    outline: 3px solid var(--wa-color-focus);
    outline-offset: 2px;
    border-radius: 6px;
  }
  .quiet {
    color: var(--m-quiet);
  }
  .small {
    font-size: 0.875rem;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .page {
    max-width: 72rem;
    margin: 0 auto;
    padding: clamp(1.25rem, 3vw, 2.5rem) clamp(1rem, 3vw, 2rem) 4rem;
    display: grid;
    gap: 1.5rem;
  }
  .page > * {
    min-width: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 1rem;
  }
  .head > div:first-child {
    flex: 1 1 20rem;
  }
  .head p {
    margin-top: 0.35rem;
  }
  .card > .head {
    align-items: center;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
  }
  .end {
    justify-content: flex-end;
  }
  .stack {
    display: grid;
    gap: 1rem;
  }
  .card {
    background: var(--m-surface);
    border: 1px solid var(--m-line);
    border-radius: var(--m-radius-l);
    box-shadow: var(--m-shadow);
    padding: clamp(1.1rem, 2.5vw, 1.75rem);
  }
  .card.flush {
    padding: 0;
    overflow: hidden;
  }
  .center {
    min-height: 100dvh;
    display: grid;
    place-items: center;
    padding: 1.25rem;
  }
  .center > .card {
    width: min(100%, 27rem);
  }
  .empty {
    padding: 3rem 1.5rem;
    text-align: center;
    display: grid;
    justify-items: center;
    gap: 0.5rem;
  }
  .empty > wa-icon {
    font-size: 2rem;
    color: var(--m-quiet);
  }
  .empty > wa-button {
    margin-top: 0.75rem;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
    gap: 1rem 1.25rem;
    align-items: start;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.2em 0.7em;
    border-radius: 99px;
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
    background: var(--m-chip);
    color: var(--m-quiet);
  }
  .chip.good {
    background: var(--m-in-soft);
    color: var(--m-in);
  }
  .chip.info {
    background: var(--m-out-soft);
    color: var(--m-out);
  }
  .chip.warn {
    background: var(--m-already-soft);
    color: var(--m-already);
  }
  .chip.bad {
    background: var(--m-danger-soft);
    color: var(--m-danger);
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  wa-input::part(form-control-label),
  wa-radio-group::part(form-control-label),
  wa-select::part(form-control-label) {
    font-weight: 550;
    font-size: 0.9375rem;
  }
  /* The box of an icon is wider than the icon, so the space of the components looks too wide beside it. */
  wa-button > wa-icon[slot='start'] {
    margin-inline-end: 0.45em;
  }
  wa-button > wa-icon[slot='end'] {
    margin-inline-start: 0.45em;
  }
  wa-input > wa-icon[slot='start'] {
    margin-inline-end: 0.55em;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 1ms !important;
    }
  }
`;
