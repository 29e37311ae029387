import { css } from 'lit';

export const styles = css`
  :host {
    position: absolute;
    inset: 0;
    z-index: 3;
    display: grid;
    place-items: center;
    padding: 1rem;
    overflow: auto;
    background: rgb(7 8 12 / 82%);
    -webkit-backdrop-filter: blur(18px);
    backdrop-filter: blur(18px);
    color: #fff;
    --key: clamp(3.6rem, 11vmin, 7rem);
    animation: fade 200ms;
  }
  @keyframes fade {
    from {
      opacity: 0;
    }
  }
  .panel {
    outline: none;
    display: grid;
    gap: clamp(0.7rem, 2vmin, 1.4rem);
    justify-items: center;
    width: min(100%, 46rem);
  }
  h1 {
    margin: 0;
    font-size: clamp(1.4rem, 4vmin, 2.6rem);
    font-weight: 680;
    letter-spacing: -0.025em;
    text-align: center;
  }
  .typed {
    min-height: 1.5em;
    min-width: min(90vw, 9em);
    padding: 0.15em 0.6em;
    border-radius: 0.4em;
    background: rgb(255 255 255 / 10%);
    font-size: clamp(1.7rem, 5.6vmin, 3.6rem);
    font-weight: 640;
    line-height: 1.5;
    letter-spacing: 0.06em;
    text-align: center;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .typed.empty {
    color: rgb(255 255 255 / 45%);
    font-weight: 500;
    letter-spacing: 0;
  }
  .say {
    /* Room for two lines: the keys stay where the fingers are. */
    min-height: 2.7em;
    margin: 0;
    font-size: clamp(1rem, 2.5vmin, 1.5rem);
    font-weight: 560;
    text-align: center;
    color: #ffc35c;
  }
  .say.calm {
    color: rgb(255 255 255 / 75%);
    font-weight: 500;
  }
  .say small {
    display: block;
    font-size: 0.8em;
    font-weight: 450;
    color: rgb(255 255 255 / 75%);
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(3, var(--key));
    gap: clamp(0.45rem, 1.3vmin, 0.9rem);
  }
  .keys.letters {
    grid-template-columns: repeat(7, minmax(0, 1fr));
    width: 100%;
    --key: clamp(2.9rem, 8.4vmin, 5rem);
  }
  button {
    min-height: var(--key);
    border: 1px solid rgb(255 255 255 / 16%);
    border-radius: clamp(14px, 2.4vmin, 24px);
    background: rgb(255 255 255 / 10%);
    color: #fff;
    font: inherit;
    font-size: clamp(1.4rem, 4.4vmin, 2.8rem);
    font-weight: 600;
    cursor: pointer;
    touch-action: manipulation;
    -webkit-user-select: none;
    user-select: none;
  }
  button:active {
    background: rgb(255 255 255 / 28%);
  }
  button:focus-visible {
    outline: 3px solid #fff;
    outline-offset: 2px;
  }
  button.go {
    background: #0d8a55;
    border-color: transparent;
  }
  button:disabled {
    opacity: 0.4;
  }
  .other {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.6rem;
  }
  .other button.go {
    background: #0d8a55;
  }
  .other button {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-height: 3rem;
    padding: 0.5em 1.1em;
    border-radius: 99px;
    font-size: clamp(1rem, 2.3vmin, 1.35rem);
  }
  video {
    width: min(100%, 34rem);
    aspect-ratio: 4 / 3;
    object-fit: cover;
    border-radius: 24px;
    background: #000;
  }
  @media (prefers-reduced-motion: reduce) {
    :host {
      animation: none;
    }
  }
`;
