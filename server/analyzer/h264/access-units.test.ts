import { expect, it } from 'vitest';
import { AccessUnits, NAL } from './access-units.ts';
import { ENCODED_LIMIT } from './decoder.ts';

const packet = (bytes: number, marker = false) => ({
  timestamp: 1,
  marker,
  payload: Buffer.alloc(bytes, NAL.slice),
});

it('an encoded picture has at most 1 MiB: a larger one is refused before it is copied', () => {
  expect(ENCODED_LIMIT).toBe(1024 * 1024);
  const units = new AccessUnits({ limit: ENCODED_LIMIT });
  const half = ENCODED_LIMIT / 2;
  expect(units.take(packet(half))).toEqual([]);
  expect(units.take(packet(half, true))).toMatchObject([{ nals: [{ length: half }, { length: half }] }]);
  units.take(packet(half));
  expect(() => units.take(packet(half + 1, true))).toThrow(RangeError);
});
