/** Every table of the pages: cells, columns that a narrow screen leaves out, and the usual contents of a row. */
import { css } from 'lit';

export const tableStyles = css`
  .table {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  th {
    text-align: start;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--m-quiet);
  }
  th,
  td {
    padding: 0.8rem 1.1rem;
    border-bottom: 1px solid var(--m-line);
    vertical-align: middle;
  }
  tbody:last-child tr:last-child td {
    border-bottom: 0;
  }
  /* In place of rows that are far from the screen. */
  tr.blank td {
    box-sizing: border-box;
    padding: 0;
    border: 0;
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
  td.actions > div {
    display: flex;
    justify-content: flex-end;
    gap: 0.25rem;
  }
  tr[data-inactive] {
    opacity: 0.6;
  }
  /* The name that a row is about, with a mark before it and a second line below. */
  .name {
    display: flex;
    align-items: center;
    gap: 0.85rem;
  }
  /* A long name breaks rather than pushes the other columns out, but never into a column of single letters. */
  .name > div,
  td > strong {
    min-width: 7rem;
    overflow-wrap: anywhere;
  }
  td > strong {
    display: inline-block;
  }
  .name strong {
    display: block;
    font-weight: 620;
  }
  .name a {
    color: inherit;
    text-decoration: none;
  }
  .name a:hover {
    text-decoration: underline;
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
    flex: none;
  }
  .nowrap {
    white-space: nowrap;
  }
  /* Shown in place of the columns that a narrow screen leaves out. */
  .narrow {
    display: none;
  }
  @media (max-width: 60rem) {
    .wider {
      display: none;
    }
    th,
    td {
      padding-inline: 0.65rem;
    }
  }
  @media (max-width: 45rem) {
    .wide {
      display: none;
    }
    .narrow {
      display: block;
    }
    th,
    td {
      padding: 0.7rem 0.5rem;
    }
    table {
      font-size: 0.875rem;
    }
    td .chip {
      white-space: normal;
    }
    .name {
      gap: 0.6rem;
    }
    .mark {
      width: 2.1rem;
      height: 2.1rem;
    }
  }
`;
