import type { ReactiveController } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { type Page, PagedList, type PageQuery } from './paged-list.ts';

/** A server with these many items, numbered from 0. The cursor is the number of the next item. */
class Numbers {
  readonly asked: PageQuery[] = [];
  fails = false;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  readonly load = (query: PageQuery): Promise<Page<number>> => {
    this.asked.push(query);
    if (this.fails) return Promise.reject(new TypeError('broken'));
    const from = Number(query.after ?? 0);
    const to = Math.min(from + query.limit, this.#count);
    const items = Array.from({ length: to - from }, (_, i) => from + i);
    return Promise.resolve({ items, next: to < this.#count ? String(to) : null });
  };
}

function listOf(numbers: Numbers) {
  const controllers: ReactiveController[] = [];
  const host = {
    addController: (controller: ReactiveController) => void controllers.push(controller),
    removeController() {},
    requestUpdate() {},
    updateComplete: Promise.resolve(true),
  };
  const list = new PagedList(host, numbers.load);
  list.hostConnected();
  return list;
}

const idle = (list: PagedList<number>) => vi.waitFor(() => expect(list.busy).toBe(false));

describe('a list that comes page by page', () => {
  it('a list that comes page by page shows the first page, and says that there is more', async () => {
    const list = listOf(new Numbers(120));
    await idle(list);
    expect(list.items).toHaveLength(50);
    expect(list.hasMore).toBe(true);
  });

  it('appends the next page where the page before ended, until the last one', async () => {
    const list = listOf(new Numbers(120));
    await idle(list);
    list.more();
    await idle(list);
    list.more();
    await idle(list);
    expect(list.items).toEqual(Array.from({ length: 120 }, (_, i) => i));
    expect(list.hasMore).toBe(false);
  });

  it('brings as many items as before when it is fetched again, also more than one page can hold', async () => {
    const numbers = new Numbers(1000);
    const list = listOf(numbers);
    await idle(list);
    for (let i = 0; i < 3; i += 1) {
      list.more();
      await idle(list);
    }
    // 50, and then as many as there are, up to 200.
    expect(list.items).toHaveLength(400);
    numbers.asked.length = 0;
    list.refresh();
    await idle(list);
    expect(list.items).toHaveLength(400);
    expect(numbers.asked).toEqual([{ limit: 200 }, { limit: 200, after: '200' }]);
  });

  it('a list that comes page by page starts at the first page after a search', async () => {
    const list = listOf(new Numbers(120));
    await idle(list);
    list.more();
    await idle(list);
    list.restart();
    await vi.waitFor(() => expect(list.items).toHaveLength(50));
  });

  it('a list that comes page by page keeps its items when fetching fails, and drops the error when it works again', async () => {
    const numbers = new Numbers(10);
    const list = listOf(numbers);
    await idle(list);
    numbers.fails = true;
    vi.spyOn(console, 'error').mockImplementationOnce(() => {});
    list.refresh();
    await idle(list);
    expect(list.items).toHaveLength(10);
    expect(list.error).not.toBeNull();
    numbers.fails = false;
    list.refresh();
    await idle(list);
    expect(list.error).toBeNull();
  });
});
