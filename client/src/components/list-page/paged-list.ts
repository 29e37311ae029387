import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';

/** Items that a page shows before its reader asks for more. */
const PAGE = 50;
/** The server gives no more at once. */
const PAGE_MOST = 200;
/** Typing rests this long before the server is asked, ms. */
const SETTLE = 200;

export interface PageQuery {
  limit: number;
  /** `next` of the page before; not there for the first page. */
  after?: string;
}

export interface Page<Item> {
  items: readonly Item[];
  next: string | null;
}

/**
 * A list that the server gives page by page. It stays while it is fetched again, so that nothing on the page jumps, and
 * fetching it again brings as many items as were there before.
 */
export class PagedList<Item> implements ReactiveController {
  /** Null until the first page is there. */
  items: readonly Item[] | null = null;
  error: ClientError | null = null;
  busy = false;
  readonly #host: ReactiveControllerHost;
  readonly #load: (query: PageQuery) => Promise<Page<Item>>;
  #next: string | null = null;
  #turn = 0;
  #settling: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost, load: (query: PageQuery) => Promise<Page<Item>>) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  hostConnected() {
    this.refresh();
  }

  hostDisconnected() {
    if (this.#settling) clearTimeout(this.#settling);
    this.#turn += 1;
  }

  /** Fetches what is shown again. */
  refresh() {
    this.#fetch(this.items?.length ?? 0).catch(reportUnexpected);
  }

  /** Starts at the first page when the reader has stopped typing: the search or a filter has changed. */
  restart() {
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#fetch(0).catch(reportUnexpected), SETTLE);
  }

  readonly more = () => {
    if (this.#next !== null && !this.busy) this.#fetchMore(this.#next).catch(reportUnexpected);
  };

  #fetch(atLeast: number): Promise<void> {
    return this.#run(async () => {
      let page = await this.#load({ limit: Math.min(Math.max(atLeast, PAGE), PAGE_MOST) });
      const items = [...page.items];
      while (items.length < atLeast && page.next !== null) {
        page = await this.#load({
          limit: Math.min(Math.max(atLeast - items.length, 1), PAGE_MOST),
          after: page.next,
        });
        items.push(...page.items);
      }
      return { items, next: page.next };
    });
  }

  #fetchMore(after: string): Promise<void> {
    const before = this.items ?? [];
    return this.#run(async () => {
      const { items, next } = await this.#load({ limit: PAGE, after });
      return { items: [...before, ...items], next };
    });
  }

  /** Only the newest request counts: an earlier one that answers late is ignored. */
  async #run(load: () => Promise<Page<Item>>): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    this.#host.requestUpdate();
    try {
      const { items, next } = await load();
      if (turn !== this.#turn) return;
      this.items = items;
      this.#next = next;
      this.error = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = ClientError.of(error);
    }
    this.busy = false;
    this.#host.requestUpdate();
  }
}
