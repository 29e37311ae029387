import { describe, expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { addressKey } from './address-key.ts';
import { RateLimit } from './rate-limit.ts';

function limiter(burst = 3, refill = 1000) {
  let time = 0;
  const limit = new RateLimit({ burst, refill, now: () => time });
  return {
    pass: (key = 'a') => {
      try {
        limit.take(key);
        return true;
      } catch (error) {
        if (error instanceof MusterError && error.code === 'rate-limited') return error.details;
        throw error;
      }
    },
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('a rate limit', () => {
  it('a rate limit allows a burst, then says how long to wait', () => {
    const { pass } = limiter();
    expect([pass(), pass(), pass()]).toEqual([true, true, true]);
    expect(pass()).toEqual({ retryAfter: 1 });
  });

  it('a rate limit gives back one try at a time, and never more than the burst', () => {
    const { pass, wait } = limiter();
    for (let i = 0; i < 3; i++) pass();
    wait(999);
    expect(pass()).not.toBe(true);
    wait(1);
    expect(pass()).toBe(true);
    expect(pass()).not.toBe(true);
    wait(1_000_000);
    expect([pass(), pass(), pass()]).toEqual([true, true, true]);
    expect(pass()).not.toBe(true);
  });

  it('a rate limit is not drained further by refused tries', () => {
    const { pass, wait } = limiter(1);
    pass();
    for (let i = 0; i < 100; i++) pass();
    wait(1000);
    expect(pass()).toBe(true);
  });

  it('a rate limit counts every key separately', () => {
    const { pass } = limiter(1);
    expect(pass('a')).toBe(true);
    expect(pass('b')).toBe(true);
    expect(pass('a')).not.toBe(true);
  });
});

describe('the key of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
  ])('the key of the address %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
