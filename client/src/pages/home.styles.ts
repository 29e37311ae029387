import { css } from 'lit';

export const styles = css`
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.5rem), 1fr));
    gap: 1rem;
  }
  .figure {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.2rem 1rem;
    align-items: center;
    align-content: start;
  }
  .figure b {
    font-size: clamp(2.2rem, 5vw, 3.25rem);
    font-weight: 680;
    letter-spacing: -0.04em;
    line-height: 1.05;
    min-height: 1.05em;
    order: -1;
  }
  .figure span {
    grid-column: 1 / -1;
    color: var(--m-quiet);
    font-weight: 550;
    font-size: 0.9375rem;
  }
  .figure wa-icon {
    font-size: 1.4rem;
    color: var(--m-quiet);
    align-self: start;
    margin-top: 0.4rem;
  }
  .figure[data-kind='in'] b,
  .figure[data-kind='in'] wa-icon {
    color: var(--m-in);
  }
  .figure[data-kind='out'] b,
  .figure[data-kind='out'] wa-icon {
    color: var(--m-out);
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr);
    gap: 1rem;
    align-items: start;
  }
  .columns[data-single] {
    grid-template-columns: minmax(0, 1fr);
  }
  .title {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    padding: 1.25rem 1.5rem 0.5rem;
  }
  .latest {
    list-style: none;
    margin: 0;
    padding: 0 0 0.5rem;
  }
  .latest li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 1rem;
    padding: 0.7rem 1.5rem;
  }
  .latest strong {
    overflow-wrap: anywhere;
  }
  .latest strong,
  .link strong {
    display: block;
    font-weight: 620;
  }
  .latest .small,
  .link .small {
    display: block;
  }
  .latest time {
    font-size: 1.125rem;
    font-weight: 620;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 2.5rem;
    height: 2.5rem;
    border-radius: 12px;
    background: var(--m-accent-soft);
    color: var(--m-accent);
    font-size: 1.15rem;
  }
  [data-kind='in'] .mark {
    background: var(--m-in-soft);
    color: var(--m-in);
  }
  [data-kind='warn'] .mark {
    background: var(--m-already-soft);
    color: var(--m-already);
  }
  [data-kind='out'] .mark {
    background: var(--m-out-soft);
    color: var(--m-out);
  }
  .links {
    display: grid;
    gap: 0.75rem;
  }
  .link {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 1rem;
    padding: 1.1rem 1.25rem;
    color: inherit;
    text-decoration: none;
    transition:
      border-color var(--m-quick),
      transform var(--m-quick);
  }
  .link:hover {
    border-color: var(--m-accent);
  }
  .link > wa-icon {
    color: var(--m-quiet);
  }
  @media (max-width: 52rem) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (max-width: 34rem) {
    .figures {
      gap: 0.6rem;
    }
    .figure {
      padding: 0.9rem;
      grid-template-columns: 1fr;
    }
    .figure wa-icon {
      display: none;
    }
    .figure span {
      font-size: 0.8125rem;
    }
  }
`;
