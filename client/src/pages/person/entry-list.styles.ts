/** The style of lists of what was entered for a person: what it is, how much, and buttons. */
import { css } from 'lit';

export const entryListStyles = css`
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    align-items: center;
    gap: 0.25rem 1rem;
    padding: 0.6rem 0;
    border-top: 1px solid var(--m-line);
  }
  li > div:last-child,
  li > div:last-child > div {
    display: flex;
    gap: 0.25rem;
  }
  q {
    overflow-wrap: anywhere;
  }
`;
