import { describe, expect, it } from 'vitest';
import { RecentIds } from './recent-ids.ts';

describe('recent ids', () => {
  it('an id is new once', () => {
    const ids = new RecentIds();
    expect(ids.isNew('a')).toBe(true);
    expect(ids.isNew('b')).toBe(true);
    expect(ids.isNew('a')).toBe(false);
  });

  it('a bounded number of ids is remembered, and the oldest is forgotten first', () => {
    const ids = new RecentIds(3);
    for (const id of ['a', 'b', 'c', 'd']) ids.isNew(id);
    expect(ids.size).toBe(3);
    expect(ids.isNew('b')).toBe(false);
    expect(ids.isNew('a')).toBe(true);
    expect(ids.size).toBe(3);
  });
});
