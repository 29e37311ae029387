import { describe, expect, it } from 'vitest';
import { Subchannels } from './subchannels.ts';

describe('Subchannels', () => {
  it('the table of subchannels gives each camera its own number, which all its holders share', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    expect(subchannels.acquire('b')).not.toBe(a);
    expect(subchannels.acquire('a')).toBe(a);
  });

  it('the table of subchannels frees a number when its last holder releases it', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    subchannels.acquire('a');
    subchannels.release('a');
    expect(subchannels.of('a')).toBe(a);
    subchannels.release('a');
    expect(subchannels.of('a')).toBeUndefined();
    subchannels.release('a');
  });

  it('the table of subchannels does not give a freed number to the next camera', () => {
    const subchannels = new Subchannels();
    const a = subchannels.acquire('a');
    subchannels.release('a');
    expect(subchannels.acquire('b')).not.toBe(a);
  });

  it('the table of subchannels uses every 16-bit number except 0, then throws until a number is freed', () => {
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
