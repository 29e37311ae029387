import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

function bucketWith(options: { burst: number; refill: number }) {
  let time = 10_000;
  const bucket = new TokenBucket({ ...options, now: () => time });
  return {
    bucket,
    takes: (count: number) =>
      Array.from({ length: count }, () => bucket.take()).filter((wait) => wait === 0).length,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('a token bucket', () => {
  it('a token bucket allows a burst, then no more at the same moment, and says how long to wait', () => {
    const { bucket, takes } = bucketWith({ burst: 60, refill: 50 });
    expect(takes(100)).toBe(60);
    expect(bucket.take()).toBe(50);
  });

  it('a token bucket gives back the sustained rate, and never more than the burst', () => {
    const { takes, wait } = bucketWith({ burst: 60, refill: 50 });
    takes(60);
    wait(1_000);
    expect(takes(100)).toBe(20);
    wait(3_600_000);
    expect(takes(100)).toBe(60);
  });

  it('a token bucket keeps fractions: of tries every 50 ms, a refill of 100 ms allows every other one', () => {
    const { bucket, wait } = bucketWith({ burst: 1, refill: 100 });
    const waits = Array.from({ length: 6 }, () => {
      const left = bucket.take();
      wait(50);
      return left;
    });
    expect(waits).toEqual([0, 50, 0, 50, 0, 50]);
  });

  it('a token bucket takes a token that is given back once more, and never holds more than the burst', () => {
    const { bucket, takes } = bucketWith({ burst: 2, refill: 1_000 });
    bucket.giveBack();
    expect(takes(3)).toBe(2);
    bucket.giveBack();
    expect(takes(3)).toBe(1);
  });

  it('neither gives nor withholds tokens when the clock is set back', () => {
    const { bucket, wait } = bucketWith({ burst: 1, refill: 1_000 });
    expect(bucket.take()).toBe(0);
    wait(-1_000_000);
    expect(bucket.take()).toBe(1_000);
    wait(1_000);
    expect(bucket.take()).toBe(0);
  });
});
