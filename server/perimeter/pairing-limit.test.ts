import { expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { RateLimit } from './rate-limit.ts';
import { PairingLimit } from './pairing-limit.ts';

async function allows(limit: PairingLimit, address: string): Promise<boolean> {
  try {
    await limit.take(address);
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'rate-limited') return false;
    throw error;
  }
}

const address = (i: number) => `203.0.${113 + Math.floor(i / 250)}.${1 + (i % 250)}`;

it('1,500 guesses from 200 addresses keep no legitimate pairing out, from a private network or from elsewhere', async () => {
  const limit = new PairingLimit((_lane, options) => new RateLimit(options));
  for (let i = 0; i < 1_500; i++) await allows(limit, address(i % 200));
  expect(await allows(limit, '198.51.100.7')).toBe(true);
  // Also after a typing mistake.
  expect(await allows(limit, '198.51.100.7')).toBe(true);
  expect(await allows(limit, '192.168.1.20')).toBe(true);
  expect(await allows(limit, '::ffff:10.0.0.3')).toBe(true);
  expect(await allows(limit, 'fd00::7')).toBe(true);
});

it('many addresses together get only so many guesses', async () => {
  const limit = new PairingLimit((_lane, options) => new RateLimit(options));
  let guesses = 0;
  for (let i = 0; i < 20_000; i++) if (await allows(limit, address(i % 4_000))) guesses += 1;
  // 1,000 first ones and 30 further ones at once; the rest of the time of this loop.
  expect(guesses).toBeGreaterThanOrEqual(1_030);
  expect(guesses).toBeLessThan(1_200);
});

it('a flood in the private networks fills only their own lane', async () => {
  const limit = new PairingLimit((_lane, options) => new RateLimit(options));
  let guesses = 0;
  for (let i = 0; i < 2_000; i++) if (await allows(limit, `10.0.${i % 200}.9`)) guesses += 1;
  expect(guesses).toBeLessThan(60);
  expect(await allows(limit, '198.51.100.7')).toBe(true);
});
