import { css } from 'lit';

export const styles = css`
  .filters {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
    gap: 0.75rem;
  }
  td {
    vertical-align: top;
  }
  .at {
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .actor {
    display: flex;
    gap: 0.5rem;
    align-items: baseline;
  }
  .actor wa-icon {
    flex: none;
    color: var(--m-quiet);
    transform: translateY(0.12em);
  }
  .act {
    font-weight: 620;
  }
  .id {
    font-family: var(--wa-font-family-code, monospace);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(5rem, 1fr);
    gap: 0.1rem 0.75rem;
    margin: 0;
    font-size: 0.875rem;
  }
  dt {
    color: var(--m-quiet);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .verdict {
    display: flex;
    gap: 0.85rem;
    align-items: flex-start;
  }
  .verdict wa-icon {
    font-size: 1.5rem;
    flex: none;
  }
  .verdict.intact wa-icon {
    color: var(--m-in);
  }
  .verdict.broken wa-icon {
    color: var(--m-danger);
  }
  .narrow {
    margin-top: 0.25rem;
    font-size: 0.875rem;
  }
  @media (max-width: 60rem) {
    .at {
      width: 6.5rem;
      white-space: normal;
    }
    /* Beside the names, the ids would have one character a line. */
    dl {
      display: block;
      margin-top: 0.25rem;
    }
  }
  @media (max-width: 45rem) {
    .actor {
      margin-bottom: 0.25rem;
    }
  }
`;
