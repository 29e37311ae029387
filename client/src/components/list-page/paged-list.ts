import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { PAGE_MOST } from '#protocol/fields.ts';
import type { ListPlace } from '../../app/navigation.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';

/** Number of items that are fetched at first, and each time the reader loads more. */
const PAGE = 50;
/** A reader who comes back after a reload finds at most this many items again: each 200 are a request. */
const KEPT = 2_000;
/** Lists whose items are still there when a reader comes back to them. */
const REMEMBERED = 3;
/** The next page is fetched when the end of the list is this near. */
const NEAR = '800px';
/** Time after the last key press until the server is queried, ms. */
const SETTLE = 200;

export interface PageQuery {
  limit: number;
  /** `next` of the previous page; omitted for the first page. */
  after?: string;
}

export interface Page<Item> {
  items: readonly Item[];
  next: string | null;
}

/** What was loaded of lists that were left, by their keys; the newest last. */
const remembered = new Map<string, { items: readonly unknown[]; next: string | null }>();

/**
 * A list that the server returns page by page. The old items stay visible while the list is fetched again, so that
 * nothing on the page jumps, and a refresh fetches as many items as were there before. Whoever comes back to it finds it as it
 * was, until it is fetched again.
 */
export class PagedList<Item> implements ReactiveController {
  /** Null until the first page has arrived. */
  items: readonly Item[] | null = null;
  error: ClientError | null = null;
  busy = false;
  /** Names this list and its place in the history. */
  readonly key: string;
  readonly #host: ReactiveControllerHost;
  readonly #place: ListPlace | null;
  readonly #load: (query: PageQuery) => Promise<Page<Item>>;
  #next: string | null = null;
  #turn = 0;
  #end: Element | undefined;
  #observer: IntersectionObserver | null = null;
  #settling: ReturnType<typeof setTimeout> | null = null;

  /** @param place where a reader who comes back finds again what was shown */
  constructor(
    host: ReactiveControllerHost,
    load: (query: PageQuery) => Promise<Page<Item>>,
    place: ListPlace | null = null,
  ) {
    this.#host = host;
    this.#place = place;
    this.key = place?.kept().list ?? newKey();
    this.#load = load;
    host.addController(this);
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  hostConnected() {
    const { rows = 0, scroll } = this.#place?.kept() ?? {};
    const known = remembered.get(this.key);
    const back = async () => {
      if (scroll === undefined) return;
      await this.#host.updateComplete;
      scrollTo(0, scroll);
    };
    if (known) {
      this.items = known.items as readonly Item[];
      this.#next = known.next;
      this.#host.requestUpdate();
      back()
        .then(() => this.#fetch(rows))
        .catch(reportUnexpected);
    } else {
      this.#fetch(Math.min(rows, KEPT)).then(back).catch(reportUnexpected);
    }
  }

  hostDisconnected() {
    if (this.#settling) clearTimeout(this.#settling);
    this.#turn += 1;
    this.end();
    if (this.#place && this.items) remember(this.key, { items: this.items, next: this.#next });
  }

  /** Fetches the shown items again. */
  refresh() {
    this.#fetch(this.items?.length ?? 0).catch(reportUnexpected);
  }

  /** Call this when the search or a filter has changed: fetches the first page once the reader has stopped typing. */
  restart() {
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#fetch(0).catch(reportUnexpected), SETTLE);
  }

  readonly more = () => {
    if (this.#next !== null && !this.busy) this.#fetchMore(this.#next).catch(reportUnexpected);
  };

  /** The element after the last item: the next page comes when the reader is near it. */
  readonly end = (element?: Element) => {
    this.#end = element;
    this.#watch();
  };

  /** Observes anew, because an element that stays in view is reported only once. */
  #watch() {
    this.#observer?.disconnect();
    this.#observer = null;
    if (!this.#end || this.#next === null) return;
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.more();
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this.#end);
  }

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
      // More at once, the further somebody scrolls.
      const limit = Math.min(Math.max(PAGE, before.length), PAGE_MOST);
      const { items, next } = await this.#load({ limit, after });
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
      this.#place?.keep({ rows: items.length, list: this.key });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = ClientError.of(error);
    }
    this.busy = false;
    this.#watch();
    this.#host.requestUpdate();
  }
}

function remember(key: string, list: { items: readonly unknown[]; next: string | null }): void {
  remembered.delete(key);
  remembered.set(key, list);
  for (const old of [...remembered.keys()].slice(0, -REMEMBERED)) remembered.delete(old);
}

/** Not secret; `randomUUID` is only there where the page is secure. */
function newKey(): string {
  return Math.random().toString(36).slice(2);
}
