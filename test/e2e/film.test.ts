/** The video path of the accuracy benchmark: pictures through Chromium's encoder, the media worker and the decoder. */
import { expect, it } from 'vitest';
import type { I420Frame } from '../../server/vision/types.ts';
import { film, FILM } from '../bench/accuracy/film.ts';

const width = FILM.width + 2 * FILM.sway;
const height = FILM.height + 2 * FILM.sway;

/** A picture of bars that are `size` pixels wide. They begin below the place of the number that is drawn in. */
function bars(size: number): I420Frame {
  const data = new Uint8Array(width * height * 1.5).fill(128);
  for (let y = 60; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data[y * width + x] = Math.floor(x / size) % 2 === 0 ? 60 : 180;
  }
  return { data, width, height };
}

/** How often the brightness changes along a row. */
function edges({ data, width: across, height: down }: I420Frame): number {
  const row = data.subarray((down / 2) * across, (down / 2 + 1) * across);
  return row.reduce((sum, v, x) => sum + (x > 0 && v > 120 !== row[x - 1]! > 120 ? 1 : 0), 0);
}

it('every film frame arrives under its own number at the size of a camera', async () => {
  const sizes = [64, 32, 16, 80];
  const seen = new Set<number>();
  const filmed = await film(sizes.map(bars), (count) => seen.add(count));
  expect(filmed).toHaveLength(sizes.length);
  for (const [n, each] of filmed.entries()) {
    const expected = FILM.width / sizes[n]!;
    for (const frame of [each!.first, each!.last]) {
      expect([frame.width, frame.height]).toStrictEqual([FILM.width, FILM.height]);
      expect(Math.abs(edges(frame) - expected)).toBeLessThanOrEqual(1);
    }
  }
  expect([...seen]).toStrictEqual([1, 2, 3, 4]);
});
