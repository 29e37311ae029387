import { css } from 'lit';

/** A list of facts (`dl`) in as many columns as there is room for. */
export const factStyles = css`
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
    gap: 1rem 1.5rem;
    margin: 0;
  }
  dt {
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--m-quiet);
  }
  dd {
    margin: 0.15rem 0 0;
    overflow-wrap: anywhere;
  }
`;
