import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    justify-items: center;
    gap: clamp(0.75rem, 2vh, 1.5rem);
  }
  .say {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.9rem;
    min-height: 4rem;
    text-align: center;
  }
  .say h1 {
    font-size: clamp(1.5rem, 1rem + 2.6vw, 2.75rem);
    min-height: 1.15em;
  }
  .say[data-hindrance] h1 {
    color: var(--m-warn);
  }
  .arrow {
    display: grid;
    place-items: center;
    width: 3.25rem;
    height: 3.25rem;
    border-radius: 50%;
    background: var(--m-accent);
    color: var(--m-surface);
    font-size: 1.75rem;
    flex: none;
    transition: opacity var(--m-quick);
  }
  .arrow:not([data-shown]) {
    display: none;
  }
  .arrow wa-icon {
    transition: transform var(--m-calm) var(--m-ease);
  }
  muster-pose-ring {
    width: min(92vw, 46rem, max(17rem, calc(100dvh - 21.5rem)));
  }
  .guide,
  .outline {
    border-radius: 50% / 46%;
    pointer-events: none;
  }
  .guide {
    inset: 18% 28%;
    border: 3px dashed rgb(255 255 255 / 75%);
  }
  .outline {
    inset: auto;
    border: 3px solid rgb(255 255 255 / 85%);
    box-shadow: 0 0 0 1px rgb(0 0 0 / 25%);
    transition:
      left 110ms linear,
      top 110ms linear,
      width 110ms linear,
      height 110ms linear,
      border-color 200ms,
      box-shadow 200ms;
  }
  .outline[data-accepted] {
    border-color: var(--m-over-in);
    box-shadow: 0 0 24px 2px rgb(53 212 138 / 45%);
  }
  .foot {
    display: grid;
    justify-items: center;
    align-content: start;
    gap: 0.6rem;
    width: 100%;
    min-height: 5.75rem;
  }
  .figures {
    display: flex;
    gap: 1.75rem;
    font-size: 1.125rem;
    color: var(--m-quiet);
  }
  .figures b {
    color: var(--m-text);
    font-size: 1.35rem;
  }
  .figures span {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
  }
  .figures .late {
    color: var(--m-warn);
    font-weight: 620;
  }
  .enough {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.5rem 1rem;
    padding: 0.6rem 0.6rem 0.6rem 1.1rem;
    border-radius: var(--m-radius);
    background: var(--m-in-soft);
    color: var(--m-in);
    visibility: hidden;
    opacity: 0;
    transition: opacity var(--m-calm);
  }
  .enough[data-shown] {
    visibility: visible;
    opacity: 1;
  }
  .doubt {
    max-width: 34rem;
    margin-inline: auto;
    padding: 0.6rem 1.1rem;
    border-radius: var(--m-radius);
    background: var(--m-already-soft);
    color: var(--m-already);
    text-align: center;
    text-wrap: balance;
  }
  .trouble {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.5rem;
    padding: 14%;
    text-align: center;
    background: #0d0f16;
    color: #fff;
  }
  .trouble wa-icon {
    font-size: 2.25rem;
    color: var(--m-over-already);
  }
  .trouble p {
    color: var(--m-over-quiet);
    font-size: 0.9375rem;
  }
  @media (max-width: 34rem) {
    .say {
      gap: 0.6rem;
      min-height: 3.25rem;
    }
    .say h1 {
      font-size: 1.35rem;
    }
    .arrow {
      width: 2.5rem;
      height: 2.5rem;
      font-size: 1.35rem;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .outline,
    .arrow wa-icon {
      transition: none;
    }
  }
`;
