import { css } from 'lit';

export const styles = css`
  .frame {
    min-height: 100dvh;
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) 22rem;
    gap: 1rem;
    padding: 1rem clamp(1rem, 2.5vw, 2rem) clamp(1rem, 2.5vw, 2rem);
  }
  header {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: 1rem;
    min-height: 2.5rem;
  }
  .name {
    flex: 1;
    margin: 0;
    text-align: right;
    font-size: 1rem;
    font-weight: 600;
    letter-spacing: normal;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .picture {
    position: relative;
    border-radius: var(--m-radius-l);
    overflow: hidden;
    background: #07080c;
    min-height: 15rem;
  }
  muster-live-view {
    position: absolute;
    inset: 0;
  }
  .panel {
    display: grid;
    align-content: start;
    gap: 1.5rem;
  }
  .analysis {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    font-size: 1.125rem;
    color: var(--m-quiet);
  }
  .beat {
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 50%;
    background: var(--m-line-strong);
  }
  .analysis[data-on] {
    color: var(--m-in);
  }
  .analysis[data-on] .beat {
    background: currentColor;
    box-shadow: 0 0 0 0 color-mix(in srgb, currentColor 45%, transparent);
    animation: beat 1.4s ease-out infinite;
  }
  @keyframes beat {
    to {
      box-shadow: 0 0 0 0.75rem transparent;
    }
  }
  dl {
    margin: 0;
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 1.1rem 1rem;
  }
  dt {
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--m-quiet);
  }
  dd {
    margin: 0.1rem 0 0;
    font-size: 1.5rem;
    font-weight: 640;
    letter-spacing: -0.02em;
    white-space: nowrap;
  }
  dd small {
    font-size: 0.55em;
    font-weight: 550;
    color: var(--m-quiet);
    letter-spacing: 0;
  }
  .controls {
    display: grid;
    gap: 1rem;
  }
  .trouble {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.6rem;
    padding: 1.5rem;
    text-align: center;
    color: #fff;
    background: #0d0f16;
  }
  .trouble wa-icon {
    font-size: 2.5rem;
    color: var(--m-over-already);
  }
  .trouble p {
    max-width: 32rem;
    color: var(--m-over-quiet);
  }
  @media (max-width: 56rem) {
    .frame {
      grid-template: auto minmax(15rem, 1fr) auto / minmax(0, 1fr);
    }
    dl {
      grid-template-columns: repeat(4, auto);
    }
    .panel {
      gap: 1.1rem;
    }
    .controls {
      grid-template-columns: 1fr 1fr;
    }
  }
  @media (max-width: 34rem) {
    .controls {
      grid-template-columns: 1fr;
    }
    dl {
      grid-template-columns: 1fr 1fr;
    }
  }
`;
