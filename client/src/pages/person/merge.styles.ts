import { css } from 'lit';

export const mergeStyles = css`
  .found {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 0.5rem;
  }
  .found wa-button {
    width: 100%;
  }
  .found wa-button::part(base) {
    height: auto;
    padding-block: 0.5rem;
    justify-content: flex-start;
    white-space: normal;
  }
  .who {
    display: grid;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .side wa-radio {
    flex: 1 1 12rem;
    /* Also where one is below the other. */
    margin: 0 0 0.35rem;
    overflow-wrap: anywhere;
  }
  .side small {
    display: block;
    color: var(--m-quiet);
  }
  .facts {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  .facts caption,
  .collisions h3 {
    text-align: start;
    margin: 0 0 0.35rem;
    font-size: 1rem;
    font-weight: 620;
  }
  .facts th,
  .facts td {
    padding: 0.45rem 0.6rem 0.45rem 0;
    border-bottom: 1px solid var(--m-line);
    text-align: start;
    vertical-align: top;
    font-weight: inherit;
    overflow-wrap: anywhere;
  }
  .facts th[scope='col'] {
    width: 38%;
  }
  .facts th {
    color: var(--m-quiet);
  }
  .collisions ul {
    margin: 0;
    padding-inline-start: 1.2rem;
    display: grid;
    gap: 0.35rem;
  }
`;
