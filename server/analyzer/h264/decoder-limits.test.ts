import { expect, it } from 'vitest';
import { backoff } from '../../async/backoff.ts';
import { ATTACH_LIMITS } from '../watched-camera.ts';
import { memoryFault } from './process-host.ts';

it('a process that decodes H.264 may have 512 MiB', () => {
  expect(memoryFault(512 * 2 ** 20)).toBeNull();
  expect(memoryFault(513 * 2 ** 20)).toBe('the decoder used 513 MiB');
});

it('a decoder that failed is started again after 0.5 s, doubling each time up to 30 s', () => {
  const waits = Array.from({ length: 8 }, (_, failures) => backoff(ATTACH_LIMITS.retryDecoder, failures));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});
