import { css } from 'lit';

export const formStyles = css`
  .field[data-fault] wa-input::part(hint) {
    color: var(--m-danger);
    font-weight: 550;
  }
  .field[data-fault] wa-input::part(input-wrapper) {
    border-color: var(--m-danger);
  }
  /* On a phone the navigation covers the foot of the page: the fault below a focused field stays clear of it. */
  .field wa-input {
    scroll-margin-block: 5rem 9rem;
  }
  .alert {
    display: flex;
    gap: 0.65rem;
    align-items: flex-start;
    padding: 0.8rem 1rem;
    border-radius: var(--m-radius);
    background: var(--m-danger-soft);
    color: var(--m-danger);
    font-weight: 550;
    font-size: 0.9375rem;
  }
  .alert wa-icon {
    margin-top: 0.25em;
    flex: none;
  }
`;
