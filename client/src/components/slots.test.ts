import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

const slots = () => new Slots<string, string>((item) => item.charAt(0));

describe('places of a list', () => {
  it('stay with their items, whatever the order they come in', () => {
    const list = slots();
    expect(list.place(['a1', 'b1', 'c1'])).toEqual(['a1', 'b1', 'c1']);
    expect(list.place(['c2', 'a2', 'b2'])).toEqual(['a2', 'b2', 'c2']);
  });

  it('are free when their item has gone, and taken by the next', () => {
    const list = slots();
    list.place(['a', 'b', 'c']);
    expect(list.place(['b', 'c'])).toEqual([undefined, 'b', 'c']);
    expect(list.place(['d', 'b', 'c'])).toEqual(['d', 'b', 'c']);
  });

  it('end with the last item', () => {
    const list = slots();
    list.place(['a', 'b']);
    expect(list.place(['a'])).toEqual(['a']);
    expect(list.place([])).toEqual([]);
  });

  it('are as many as there were items at once, however many come and go', () => {
    const list = slots();
    for (let i = 0; i < 1000; i += 1) {
      const [one, two] = [String.fromCharCode(0x4e00 + i), String.fromCharCode(0x4e00 + i + 1)];
      expect(list.place([one, two]).length).toBeLessThanOrEqual(2);
    }
  });
});
