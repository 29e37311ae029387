import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: #07080c;
    contain: strict;
    container-type: size;
  }
  video {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .face {
    --line: rgb(255 255 255 / 92%);
    --corner: clamp(16px, 22%, 44px);
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: none;
    will-change: transform;
    /* Between two observations the box glides, so that ten a second look like sixty. */
    transition:
      transform 110ms linear,
      width 110ms linear,
      height 110ms linear;
    animation: appear 160ms ease-out;
  }
  .face i {
    position: absolute;
    width: var(--corner);
    aspect-ratio: 1;
    border: solid var(--line);
    border-width: 0;
    filter: drop-shadow(0 1px 3px rgb(0 0 0 / 55%));
    transition: border-color 200ms;
  }
  .face i:nth-of-type(1) {
    left: 0;
    top: 0;
    border-width: 4px 0 0 4px;
    border-radius: 18px 0 0 0;
  }
  .face i:nth-of-type(2) {
    right: 0;
    top: 0;
    border-width: 4px 4px 0 0;
    border-radius: 0 18px 0 0;
  }
  .face i:nth-of-type(3) {
    right: 0;
    bottom: 0;
    border-width: 0 4px 4px 0;
    border-radius: 0 0 18px 0;
  }
  .face i:nth-of-type(4) {
    left: 0;
    bottom: 0;
    border-width: 0 0 4px 4px;
    border-radius: 0 0 0 18px;
  }
  /* As wide as the label may be about the middle of the face. A longer one starts at the near edge of the picture. */
  .label {
    position: absolute;
    left: 0;
    top: 0;
    height: 0;
    display: flex;
    align-items: flex-start;
    pointer-events: none;
    will-change: transform;
    transition:
      transform 110ms linear,
      width 110ms linear;
    animation: appear 160ms ease-out;
  }
  .label[data-above] {
    align-items: flex-end;
  }
  .label[data-right] {
    flex-direction: row-reverse;
  }
  .label span {
    flex: none;
    /* Centers a short name, and gives way to a long one. */
    margin-inline: auto;
    max-width: calc(100cqw - 24px);
    overflow: hidden;
    text-overflow: ellipsis;
    padding: 0.28em 0.85em;
    border-radius: 99px;
    background: var(--m-over-glass);
    -webkit-backdrop-filter: blur(10px);
    backdrop-filter: blur(10px);
    color: #fff;
    font-size: var(--m-label-size, clamp(1rem, 2.4vmin, 1.9rem));
    font-weight: 620;
    letter-spacing: -0.01em;
    line-height: 1.25;
    white-space: nowrap;
  }
  .face[data-state='recognized'] {
    --line: var(--m-over-in);
  }
  .label[data-state='recognized'] span {
    background: #0b7a4b;
  }
  .face[data-state='seen'],
  .face[data-state='unknown'],
  .face[data-state='not-live'] {
    --line: rgb(255 255 255 / 55%);
  }
  .face[data-state='move-closer'],
  .face[data-state='look-at-camera'],
  .face[data-state='too-dark'] {
    --line: var(--m-over-already);
  }
  .face[data-state='one-of-two'],
  .face[data-state='challenge'] {
    --line: var(--m-over-out);
  }
  .face[data-state='looking'] i {
    animation: breathe 1.1s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .face,
    .label {
      transition: none;
      animation: none;
    }
    .face i {
      animation: none !important;
    }
  }
`;
