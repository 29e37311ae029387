import { css } from 'lit';

export const styles = css`
  .page {
    max-width: 44rem;
    gap: 1rem;
  }
  .now {
    border-inline-start: 5px solid var(--m-line-strong);
  }
  .now[data-kind='in'] {
    border-inline-start-color: var(--m-in);
  }
  .now[data-kind='out'] {
    border-inline-start-color: var(--m-out);
  }
  .now p {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
  }
  .now .state {
    font-size: clamp(1.5rem, 6vw, 2rem);
    font-weight: 680;
    letter-spacing: -0.02em;
    line-height: 1.2;
  }
  .figures {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1rem;
  }
  .figure {
    display: grid;
    gap: 0.2rem;
    align-content: start;
  }
  .figure h2 {
    font-size: 0.9375rem;
    color: var(--m-quiet);
  }
  .figure b {
    font-size: clamp(1.25rem, 5.5vw, 1.9rem);
    font-weight: 680;
    letter-spacing: -0.03em;
    line-height: 1.15;
  }
  .missing h2 wa-icon {
    color: var(--m-already);
    vertical-align: -0.15em;
  }
  .between {
    justify-content: space-between;
  }
  ul {
    margin: 0;
    padding-inline-start: 1.1rem;
    display: grid;
    gap: 0.35rem;
    overflow-wrap: anywhere;
  }
  .week {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .week li {
    display: grid;
    grid-template-columns: 6.5rem minmax(0, 1fr) auto;
    gap: 0.5rem 0.75rem;
    align-items: baseline;
    padding: 0.5rem 0.6rem;
    border-bottom: 1px solid var(--m-line);
  }
  .week li:last-child {
    border-bottom: 0;
  }
  .week li[data-today] {
    background: var(--m-accent-soft);
    border-radius: 8px;
    font-weight: 600;
  }
`;
