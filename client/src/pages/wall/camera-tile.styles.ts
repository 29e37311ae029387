import { css } from 'lit';

export const tileStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  article {
    display: grid;
    gap: 0.35rem;
  }
  .picture {
    position: relative;
    display: block;
    width: 100%;
    aspect-ratio: var(--tile-ratio, 16 / 9);
    padding: 0;
    border: 0;
    border-radius: var(--m-radius);
    overflow: hidden;
    background: #07080c;
    color: #fff;
    font: inherit;
    cursor: zoom-in;
    container-type: size;
  }
  .picture:focus-visible {
    outline: 3px solid var(--m-accent);
    outline-offset: 3px;
  }
  muster-live-view {
    --m-label-size: clamp(0.75rem, 5cqw, 1.05rem);
    position: absolute;
    inset: 0;
    margin: auto;
    /* The whole picture, also of an upright phone: nobody may stand in a part that is cut off. */
    width: min(100cqw, 100cqh * var(--ratio));
    height: min(100cqh, 100cqw / var(--ratio));
  }
  .message {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.5rem;
    padding: 1rem;
    text-align: center;
    line-height: 1.35;
    background: rgb(7 8 12 / 78%);
  }
  .message wa-icon {
    font-size: 1.6rem;
    color: var(--m-over-already);
  }
  .corner {
    position: absolute;
    right: 0.5rem;
    top: 0.5rem;
    display: grid;
    place-items: center;
    width: 2rem;
    height: 2rem;
    border-radius: 50%;
    background: rgb(0 0 0 / 45%);
    opacity: 0;
    transition: opacity var(--m-quick);
  }
  .picture:hover .corner,
  .picture:focus-visible .corner,
  :host([large]) .corner {
    opacity: 1;
  }
  @media (hover: none) {
    .corner {
      opacity: 0.85;
    }
  }
  footer {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-width: 0;
    min-height: 1.75rem;
  }
  h2 {
    flex: 0 1 auto;
    min-width: 0;
    margin: 0;
    font-size: 0.9375rem;
    font-weight: 620;
    letter-spacing: normal;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .figures {
    margin-left: auto;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  :host([large]) {
    height: 100%;
  }
  :host([large]) article {
    height: 100%;
    grid-template-rows: minmax(0, 1fr) auto;
  }
  :host([large]) footer {
    flex-wrap: wrap;
  }
  :host([large]) .picture {
    height: 100%;
    aspect-ratio: auto;
    cursor: zoom-out;
  }
  :host([large]) muster-live-view {
    --m-label-size: clamp(1rem, 2.4vmin, 1.9rem);
  }
`;
