/** The card around a list: loading, failed, empty, or its table with a button for the next page. */
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import type { ClientError } from '../../session/client-error.ts';
import { alert } from '../alert.ts';
import { tableStyles } from './table.styles.ts';

export const listStyles = [
  tableStyles,
  css`
    .search {
      width: 20rem;
    }
    @media (max-width: 45rem) {
      .search {
        width: 100%;
      }
    }
    .more {
      padding: 0.75rem 1rem;
      text-align: center;
      border-top: 1px solid var(--m-line);
    }
    .loading {
      display: grid;
      place-items: center;
      padding: 3rem 1.5rem;
      font-size: 1.75rem;
      /* The spinner appears late, so that it does not flash before a quick answer. */
      animation: appear 0.2s 0.4s backwards;
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  `,
];

/** A PagedList, or anything else that fetches a list as a whole. */
interface ListSource<Item> {
  /** Null until they have arrived. */
  items: readonly Item[] | null;
  error: ClientError | null;
  hasMore?: boolean;
  busy?: boolean;
  more?: () => void;
  /** Is given the element after the last item. */
  end?: (element?: Element) => void;
}

interface ListCard<Item> {
  table: (items: readonly Item[]) => TemplateResult;
  empty: TemplateResult | typeof nothing;
}

export function listCard<Item>(source: ListSource<Item>, { table, empty }: ListCard<Item>): TemplateResult {
  const { items, error } = source;
  return html`${alert(error)}${
    items === null
      ? error
        ? nothing
        : html`<div class="card flush">${loading()}</div>`
      : items.length === 0 && empty === nothing
        ? nothing
        : html`<div class="card flush">
            ${items.length === 0 ? empty : table(items)}${moreButton(source)}
          </div>`
  }`;
}

function loading() {
  return html`<div class="loading" role="status" data-test="loading">
    <wa-spinner></wa-spinner><span class="sr">${msg('Loading …')}</span>
  </div>`;
}

function moreButton<Item>({ hasMore, busy, more, end }: ListSource<Item>) {
  if (!hasMore) return nothing;
  return html`<div class="more" ${end ? ref(end) : nothing}>
    <wa-button appearance="plain" ?loading=${busy ?? false} @click=${more} data-test="more">
      ${msg('Load more')}
    </wa-button>
  </div>`;
}

interface EmptyState {
  icon: string;
  title?: string;
  text: string;
  /** What to do about it. */
  action?: TemplateResult | typeof nothing;
  test?: string;
}

export function emptyState({ icon, title, text, action = nothing, test }: EmptyState): TemplateResult {
  return html`<div class="empty" data-test=${test ?? nothing}>
    <wa-icon name=${icon}></wa-icon>
    ${title ? html`<h2>${title}</h2>` : nothing}
    <p class="quiet">${text}</p>
    ${action}
  </div>`;
}
