/** Links between pages, or views of one page, that belong together. */
import { css, html } from 'lit';

export const pageLinksStyles = css`
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  nav a {
    padding: 0.45rem 0.8rem;
    border-radius: 10px;
    color: var(--m-quiet);
    font-weight: 550;
    font-size: 0.9375rem;
    text-decoration: none;
  }
  nav a:hover {
    color: var(--m-text);
    background: var(--m-chip);
  }
  nav a[aria-current='page'] {
    color: var(--m-accent);
    background: var(--m-accent-soft);
  }
`;

interface PageLink {
  href: string;
  text: string;
  current: boolean;
  test: string;
}

export function pageLinks(label: string, links: readonly PageLink[]) {
  return html`<nav aria-label=${label}>
    ${links.map(
      ({ href, text, current, test }) =>
        html`<a href=${href} aria-current=${current ? 'page' : 'false'} data-test=${test}>${text}</a>`,
    )}
  </nav>`;
}
