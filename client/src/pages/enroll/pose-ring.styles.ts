import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    aspect-ratio: 1;
    --lit: var(--m-in);
    --want: var(--m-accent);
  }
  .picture {
    position: absolute;
    inset: 11.5%;
    border-radius: 50%;
    overflow: hidden;
    background: var(--ring-ground, #07080c);
    isolation: isolate;
    transition: filter 500ms;
  }
  ::slotted(*) {
    position: absolute;
    inset: 0;
  }
  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    overflow: visible;
    pointer-events: none;
  }
  circle,
  path {
    fill: none;
    stroke-linecap: round;
  }
  .rail {
    stroke: var(--m-line);
    stroke-width: 4;
  }
  .front {
    stroke: var(--want);
    stroke-width: 4;
    stroke-dasharray: 1;
    transform: rotate(-90deg);
    transition:
      stroke-dashoffset 350ms var(--m-ease),
      stroke 400ms;
  }
  .front[data-fill='0'] {
    opacity: 0;
  }
  .front[data-full] {
    stroke: var(--lit);
  }
  .groove {
    stroke: var(--m-line-strong);
    stroke-width: 11;
    opacity: 0.62;
    transition:
      stroke 250ms,
      opacity 250ms;
  }
  .fill {
    stroke: var(--want);
    stroke-width: 12;
    transition:
      stroke-dasharray 380ms var(--m-ease),
      stroke-dashoffset 380ms var(--m-ease),
      stroke-width 380ms var(--m-ease),
      stroke 400ms,
      opacity 150ms;
  }
  .segment[data-full] .fill {
    stroke: var(--lit);
    stroke-width: 15;
    filter: drop-shadow(0 0 5px color-mix(in srgb, var(--lit) 70%, transparent));
    animation: land 560ms var(--m-ease);
  }
  .segment[data-wanted]:not([data-full]) .groove {
    stroke: var(--want);
    animation: call 1.1s ease-in-out infinite alternate;
  }
  @keyframes call {
    from {
      opacity: 0.28;
    }
    to {
      opacity: 0.85;
    }
  }
  @keyframes land {
    35% {
      stroke-width: 22;
    }
  }
  .pointer {
    fill: #fff;
    stroke: var(--want);
    stroke-width: 4;
    opacity: 0;
    transition:
      transform 130ms linear,
      opacity 220ms;
    filter: drop-shadow(0 1px 4px rgb(0 0 0 / 40%));
  }
  .pointer[data-shown] {
    opacity: 1;
  }
  :host([data-done]) .picture {
    filter: var(--ring-done, saturate(0.6) brightness(0.72));
  }
  .check {
    animation: bloom 520ms cubic-bezier(0.2, 1.4, 0.4, 1);
    transform-origin: center;
  }
  .check circle {
    fill: #0b7a4b;
    filter: drop-shadow(0 6px 18px rgb(0 0 0 / 28%));
  }
  .check path {
    stroke: #fff;
    stroke-width: 15;
    stroke-linejoin: round;
    stroke-dasharray: 1;
    animation: draw 520ms 180ms var(--m-ease) backwards;
  }
  @keyframes bloom {
    from {
      opacity: 0;
      transform: scale(0.6);
    }
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
    to {
      stroke-dashoffset: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
