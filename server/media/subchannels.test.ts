import { describe, expect, it } from 'vitest';
import { Subchannels } from './subchannels.ts';

describe('Subchannels', () => {
  it('gives each camera its own number, and the same one to all who ask for it', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    expect(subchannels.acquire('b')).not.toBe(a);
    expect(subchannels.acquire('a')).toBe(a);
  });

  it('frees a number with its last holder', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    subchannels.acquire('a');
    subchannels.release('a');
    expect(subchannels.of('a')).toBe(a);
    subchannels.release('a');
    expect(subchannels.of('a')).toBeUndefined();
    subchannels.release('a');
  });

  it('does not hand a freed number to the next camera', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    subchannels.release('a');
    expect(subchannels.acquire('b')).not.toBe(a);
  });

  it('uses each 16-bit number but 0, then says that there are no more, then goes on with a freed one', () => {
    const subchannels = new Subchannels();
    const numbers = new Set(Array.from({ length: 65_535 }, (_, i) => subchannels.acquire(`c${i}`)));
    expect(numbers.size).toBe(65_535);
    expect(Math.min(...numbers)).toBe(1);
    expect(Math.max(...numbers)).toBe(65_535);
    expect(() => subchannels.acquire('one more')).toThrow(RangeError);
    const freed = subchannels.of('c500');
    subchannels.release('c500');
    expect(subchannels.acquire('one more')).toBe(freed);
  });
});
