import { PAGE_MOST } from '#protocol/fields.ts';

interface PageQuery {
  limit: number;
  after?: string;
}

/** Every item of a list that is short by its nature (accounts, consents, devices, tokens), page after page. */
export async function allOf<K extends string, T>(
  ask: (query: PageQuery) => Promise<Record<K, T[]> & { next: string | null }>,
  name: K,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Record<K, T[]> & { next: string | null } = await ask({
      limit: PAGE_MOST,
      ...(after !== null && { after }),
    });
    items.push(...page[name]);
    after = page.next;
  } while (after !== null);
  return items;
}
