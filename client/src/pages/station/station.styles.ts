import { css } from 'lit';
import { spoken } from '../../styles/spoken.ts';

export const styles = css`
  ${spoken}
  :host {
    display: block;
    position: fixed;
    inset: 0;
    background: #07080c;
    color: var(--m-over-text);
    --pad: clamp(1rem, 3.2vmin, 3rem);
  }
  :host([data-idle]) {
    cursor: none;
  }
  muster-pairing {
    position: absolute;
    inset: 0;
    overflow: auto;
    background: var(--m-ground);
  }
  muster-live-view {
    position: absolute;
    inset: 0;
    transition: filter 600ms;
  }
  :host([data-connection='reconnecting']) muster-live-view {
    filter: saturate(0.25) brightness(0.6);
  }
  .shade {
    position: absolute;
    inset: 0;
    pointer-events: none;
    background:
      linear-gradient(rgb(5 6 10 / 66%), transparent 30%), linear-gradient(transparent 62%, rgb(5 6 10 / 72%));
  }
  .top {
    position: absolute;
    inset: 0 0 auto 0;
    display: flex;
    justify-content: space-between;
    align-items: flex-start;
    gap: 1rem;
    padding: var(--pad);
    text-shadow: 0 1px 12px rgb(0 0 0 / 45%);
  }
  .side {
    display: grid;
    justify-items: end;
    gap: 0.75rem;
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 0.6em;
    font-size: clamp(0.95rem, 2vmin, 1.5rem);
    font-weight: 580;
    letter-spacing: -0.01em;
    text-align: right;
  }
  .state .dot {
    width: 0.62em;
    height: 0.62em;
    border-radius: 50%;
    background: var(--m-over-in);
    flex: none;
  }
  .state.away {
    padding: 0.45em 1em;
    border-radius: 99px;
    background: #8a5300;
    text-shadow: none;
  }
  .state.away .dot {
    background: #fff;
    animation: pulse 900ms ease-in-out infinite alternate;
  }
  @keyframes pulse {
    to {
      opacity: 0.2;
    }
  }
  muster-station-buttons {
    transition: opacity 300ms;
  }
  :host([data-idle]) muster-station-buttons:not(:focus-within) {
    opacity: 0;
  }
  .offline {
    position: absolute;
    inset: calc(var(--pad) + clamp(6.5rem, 17vmin, 15rem)) var(--pad) auto var(--pad);
    z-index: 2;
    width: fit-content;
    max-width: calc(100% - 2 * var(--pad));
    margin-inline: auto;
    display: flex;
    align-items: center;
    gap: 0.6em;
    padding: 0.5em 1.2em;
    border-radius: 99px;
    background: var(--m-over-glass);
    -webkit-backdrop-filter: blur(12px);
    backdrop-filter: blur(12px);
    color: var(--m-over-already);
    font-size: clamp(1rem, 2.2vmin, 1.7rem);
    font-weight: 600;
  }
  .bottom {
    position: absolute;
    inset: auto 0 0 0;
    /* Clear of the button in the corner: beside it there is no room for a card on any usual screen. */
    padding: var(--pad) var(--pad) calc(var(--pad) + 4.4rem);
    display: grid;
    grid-template-columns: 1fr minmax(0, auto) 1fr;
    align-items: end;
    gap: var(--pad);
    pointer-events: none;
  }
  .pass {
    position: absolute;
    inset: auto auto var(--pad) var(--pad);
    z-index: 2;
    display: inline-flex;
    align-items: center;
    gap: 0.6em;
    min-height: 3.2rem;
    padding: 0.6em 1.2em;
    border: 1px solid var(--m-over-line);
    border-radius: 99px;
    background: var(--m-over-glass);
    -webkit-backdrop-filter: blur(12px);
    backdrop-filter: blur(12px);
    color: var(--m-over-quiet);
    font: inherit;
    font-size: clamp(0.95rem, 1.9vmin, 1.4rem);
    font-weight: 560;
    cursor: pointer;
  }
  .pass:hover {
    color: #fff;
  }
  .pass:focus-visible {
    outline: 3px solid #fff;
    outline-offset: 2px;
  }
  .results {
    grid-column: 2;
    display: grid;
    gap: clamp(0.6rem, 1.4vmin, 1.1rem);
    justify-items: stretch;
    width: min(52vw, 62rem);
  }
  .hint {
    justify-self: center;
    padding: 0.5em 1.4em;
    border-radius: 99px;
    background: var(--m-over-glass);
    -webkit-backdrop-filter: blur(14px);
    backdrop-filter: blur(14px);
    font-size: clamp(1.15rem, 3vmin, 2.4rem);
    font-weight: 600;
    letter-spacing: -0.015em;
    text-align: center;
    animation: rise 500ms var(--m-ease);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(14px);
    }
  }
  .recent {
    grid-column: 3;
    justify-self: end;
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 0.55em;
    font-size: clamp(0.95rem, 2vmin, 1.6rem);
    text-shadow: 0 1px 8px rgb(0 0 0 / 60%);
    max-width: 100%;
  }
  .recent li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0.6em;
  }
  .recent wa-icon {
    color: var(--m-over-quiet);
  }
  .recent li[data-kind='in'] wa-icon {
    color: var(--m-over-in);
  }
  .recent li[data-kind='out'] wa-icon {
    color: var(--m-over-out);
  }
  .recent li[data-kind='seen'] wa-icon {
    color: var(--m-over-seen);
  }
  .recent li[data-kind='already'] wa-icon,
  .recent li[data-doubtful] wa-icon {
    color: var(--m-over-already);
  }
  .recent b {
    font-weight: 560;
    line-height: 1.25;
    overflow: hidden;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
  }
  .recent time {
    font-variant-numeric: tabular-nums;
    color: var(--m-over-quiet);
  }
  .trouble {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.6em;
    padding: 8rem 1.5rem;
    text-align: center;
    background: radial-gradient(circle at 50% 42%, #1c202c, #0a0c12 70%);
    font-size: clamp(1.05rem, 2.4vmin, 1.7rem);
  }
  .trouble wa-icon {
    font-size: 3.4em;
    color: var(--m-over-already);
  }
  .trouble h1 {
    margin: 0;
    font-size: 1.9em;
    font-weight: 680;
    letter-spacing: -0.025em;
    line-height: 1.15;
    text-wrap: balance;
  }
  .trouble p {
    margin: 0;
    max-width: 34em;
    color: var(--m-over-quiet);
    text-wrap: balance;
  }
  .trouble wa-button {
    margin-top: 0.6rem;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  /* Results stand above the button for who has no face. */
  @media (max-width: 60rem) {
    .pass {
      inset-inline: var(--pad);
      width: max-content;
      max-width: calc(100% - 2 * var(--pad));
      margin-inline: auto;
    }
    .bottom {
      grid-template-columns: minmax(0, 1fr);
      /* Clear of the button below. */
      padding-bottom: calc(2 * var(--pad) + 3.2rem);
    }
    .results,
    .recent {
      grid-column: 1;
      width: 100%;
    }
    .results {
      order: 2;
    }
    .recent {
      order: 1;
      justify-self: start;
    }
    .recent li {
      grid-template-columns: auto minmax(0, auto) auto;
      justify-content: start;
    }
    /* One thing at a time: the list makes room for a result. */
    :host([data-result]) .recent {
      display: none;
    }
  }
  /* Below the buttons, which a narrow head puts in a second line. */
  @media (max-width: 30rem) {
    .offline {
      inset-block-start: calc(var(--pad) + 8.6rem);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
