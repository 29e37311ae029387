import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

const slots = () => new Slots<string, string>((item) => item.charAt(0));

describe('Slots', () => {
  it('an item keeps its place when the order of the list changes', () => {
    const list = slots();
    expect(list.place(['a1', 'b1', 'c1'])).toEqual(['a1', 'b1', 'c1']);
    expect(list.place(['c2', 'a2', 'b2'])).toEqual(['a2', 'b2', 'c2']);
  });

  it('the place of a removed item is free, and the next new item takes it', () => {
    const list = slots();
    list.place(['a', 'b', 'c']);
    expect(list.place(['b', 'c'])).toEqual([undefined, 'b', 'c']);
    expect(list.place(['d', 'b', 'c'])).toEqual(['d', 'b', 'c']);
  });

  it('free places at the end of the list are dropped', () => {
    const list = slots();
    list.place(['a', 'b']);
    expect(list.place(['a'])).toEqual(['a']);
    expect(list.place([])).toEqual([]);
  });

  it('the number of places does not grow beyond the most items at one time', () => {
    const list = slots();
    for (let i = 0; i < 1000; i += 1) {
      const [one, two] = [String.fromCharCode(0x4e00 + i), String.fromCharCode(0x4e00 + i + 1)];
      expect(list.place([one, two]).length).toBeLessThanOrEqual(2);
    }
  });
});
