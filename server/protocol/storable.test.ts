import { describe, expect, it } from 'vitest';
import { isStorable } from './storable.ts';

describe('isStorable', () => {
  it.each([['text'], ['Zoë 😀 \n\t'], [''], [null], [3], [{ a: ['b', { c: true }] }]])(
    'isStorable takes %j',
    (value) => {
      expect(isStorable(value)).toBe(true);
    },
  );

  it.each([['a\0b'], ['\ud800'], ['\udc00x'], [{ a: [{ b: '\0' }] }]])('isStorable refuses %j', (value) => {
    expect(isStorable(value)).toBe(false);
  });

  it('bears what is nested without end', () => {
    const depth = 30_000;
    expect(isStorable(JSON.parse('['.repeat(depth) + ']'.repeat(depth)))).toBe(true);
  });
});
