import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const takes = (bucket: TokenBucket, count: number, now: number) =>
  Array.from({ length: count }, () => bucket.take(now)).filter(Boolean).length;

describe('TokenBucket', () => {
  it('allows a burst, then no more at the same moment', () => {
    expect(takes(new TokenBucket({ perSecond: 20, burst: 60 }), 100, 0)).toBe(60);
  });

  it('gives back the sustained rate, and never more than the burst', () => {
    const bucket = new TokenBucket({ perSecond: 20, burst: 60 });
    takes(bucket, 60, 0);
    expect(takes(bucket, 100, 1_000)).toBe(20);
    expect(takes(bucket, 100, 3_600_000)).toBe(60);
  });

  it('keeps fractions: ten a second asked for every 50 ms grants every other time', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 });
    const granted = Array.from({ length: 6 }, (_, i) => bucket.take(i * 50));
    expect(granted).toEqual([true, false, true, false, true, false]);
  });

  it('brings nothing when the clock runs backwards', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 1 });
    expect(bucket.take(10_000)).toBe(true);
    expect(bucket.take(0)).toBe(false);
  });
});
