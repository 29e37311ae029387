import { css } from 'lit';

export const styles = css`
  :host {
    min-height: 100dvh;
  }
  .sheet {
    max-width: 60rem;
    margin: 0 auto;
    padding: 0 clamp(0.75rem, 3vw, 2rem) 3rem;
  }
  /* What a warden looks at again and again stays in sight. */
  .top {
    position: sticky;
    top: 0;
    z-index: 3;
    display: grid;
    gap: 0.6rem;
    padding: 0.6rem 0 0.75rem;
    background: var(--m-ground);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.25rem;
  }
  .bar h1 {
    flex: 1;
    min-width: 0;
    font-size: clamp(1.25rem, 1rem + 1.4vw, 1.75rem);
  }
  .bar small {
    display: block;
    font-size: 0.875rem;
    font-weight: 500;
    letter-spacing: 0;
    color: var(--m-quiet);
  }
  .status {
    display: flex;
    align-items: flex-start;
    gap: 0.5rem;
    padding: 0.45rem 0.8rem;
    border-radius: 10px;
    background: var(--m-in-soft);
    color: var(--m-in);
    font-weight: 600;
    font-size: 0.9375rem;
    font-variant-numeric: tabular-nums;
  }
  .status wa-icon {
    flex: none;
    margin-top: 0.2em;
  }
  .status[data-away] {
    background: var(--m-already-soft);
    color: var(--m-already);
  }
  .status[data-over] {
    background: var(--m-chip);
    color: var(--m-quiet);
  }
  .counts {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 0.4rem;
  }
  .counts button {
    display: grid;
    justify-items: center;
    padding: 0.4rem 0.15rem;
    min-height: 3.75rem;
    border: 2px solid var(--m-line);
    border-radius: 12px;
    background: var(--m-surface);
    color: var(--m-text);
    font: inherit;
    cursor: pointer;
  }
  .counts button[aria-pressed='true'] {
    border-color: var(--m-accent);
  }
  .counts b {
    font-size: 1.6rem;
    font-weight: 700;
    line-height: 1.1;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  .counts span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--m-quiet);
  }
  .counts [data-show='safe'] b {
    color: var(--m-in);
  }
  .counts [data-show='missing'] b {
    color: var(--m-danger);
  }
  .counts [data-show='open'] b {
    color: var(--m-already);
  }
  .top .search {
    width: 100%;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 0.5rem;
  }
  li {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    padding: 0.6rem 0.6rem 0.6rem 0.9rem;
    border: 1px solid var(--m-line);
    border-inline-start: 6px solid var(--m-already);
    border-radius: 14px;
    background: var(--m-surface);
    /* Thousands of people: only those in sight are laid out. */
    content-visibility: auto;
    contain-intrinsic-size: auto 5rem;
  }
  li[data-tick='safe'] {
    border-inline-start-color: var(--m-in);
  }
  li[data-tick='missing'] {
    border-inline-start-color: var(--m-danger);
  }
  .whom {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .whom strong {
    display: block;
    font-size: 1.25rem;
    font-weight: 650;
    line-height: 1.2;
  }
  .whom .small {
    display: block;
    margin-top: 0.15rem;
  }
  .whom .said {
    font-weight: 600;
  }
  li[data-tick='safe'] .said {
    color: var(--m-in);
  }
  li[data-tick='missing'] .said {
    color: var(--m-danger);
  }
  .whom .doubt {
    color: var(--m-already);
    font-weight: 600;
  }
  .ticks {
    display: flex;
    gap: 0.4rem;
    flex: none;
  }
  .ticks button {
    display: grid;
    place-items: center;
    align-content: center;
    gap: 0.15rem;
    width: 4.6rem;
    min-height: 3.75rem;
    border: 2px solid var(--m-line-strong);
    border-radius: 12px;
    background: var(--m-surface);
    color: var(--m-text);
    font: inherit;
    font-size: 0.8125rem;
    font-weight: 650;
    line-height: 1.1;
    cursor: pointer;
    touch-action: manipulation;
  }
  .ticks wa-icon {
    font-size: 1.35rem;
  }
  .ticks .safe wa-icon {
    color: var(--m-in);
  }
  .ticks .missing wa-icon {
    color: var(--m-danger);
  }
  .ticks .safe[aria-pressed='true'] {
    border-color: var(--m-in);
    background: var(--m-in-soft);
    color: var(--m-in);
  }
  .ticks .missing[aria-pressed='true'] {
    border-color: var(--m-danger);
    background: var(--m-danger-soft);
    color: var(--m-danger);
  }
  @media (min-width: 45rem) {
    .ticks button {
      width: 8rem;
      grid-auto-flow: column;
      justify-content: center;
      gap: 0.5rem;
      font-size: 1rem;
    }
    .whom strong {
      font-size: 1.375rem;
    }
  }
  .begin {
    display: grid;
    gap: 1.1rem;
    max-width: 32rem;
    margin: 2rem auto 0;
  }
  .begin b {
    font-size: 3.25rem;
    font-weight: 700;
    line-height: 1;
    letter-spacing: -0.03em;
  }
`;
