import { css } from 'lit';

/** What the station shows about one person, to be read from two meters: a disc with an icon, and text beside it. */
export const cardStyles = css`
  :host {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: clamp(1rem, 2.6vmin, 2.4rem);
    padding: clamp(1rem, 2.6vmin, 2.2rem) clamp(1.2rem, 3.4vmin, 3rem);
    border-radius: clamp(20px, 3.4vmin, 40px);
    background: var(--fill, #2b3040);
    color: #fff;
    box-shadow:
      0 24px 70px -12px rgb(0 0 0 / 60%),
      inset 0 0 0 1px rgb(255 255 255 / 14%);
  }
  .disc {
    display: grid;
    place-items: center;
    width: clamp(3.6rem, 10.5vmin, 9.5rem);
    aspect-ratio: 1;
    border-radius: 50%;
    background: rgb(255 255 255 / 18%);
  }
  b {
    display: block;
    font-weight: 700;
    text-wrap: balance;
  }
  span {
    display: block;
  }
`;
