import { describe, expect, it } from 'vitest';
import { candidates, iou, suppress } from './nms.ts';

function found(...faces: [box: [number, number, number, number], score: number][]) {
  const all = candidates(16);
  for (const [box, score] of faces) {
    all.boxes.set(box, all.count * 4);
    all.scores[all.count++] = score;
  }
  return all;
}

describe('iou', () => {
  it.each([
    ['the same box', [0, 0, 10, 10], [0, 0, 10, 10], 1],
    ['half covered', [0, 0, 10, 10], [0, 0, 5, 10], 0.5],
    ['shifted by half', [0, 0, 10, 10], [5, 0, 15, 10], 1 / 3],
    ['touching', [0, 0, 10, 10], [10, 0, 20, 10], 0],
    ['apart in both axes', [0, 0, 10, 10], [20, 20, 30, 30], 0],
    ['outside the picture', [-10, -10, 10, 10], [-10, -10, 0, 10], 0.5],
  ])('iou is correct for two boxes: %s', (_, a, b, expected) => {
    expect(iou(Float32Array.of(...a, ...b), 0, 1)).toBeCloseTo(expected, 6);
  });
});

describe('suppress', () => {
  it('suppress keeps the best of overlapping boxes and every separate box, best first', () => {
    const all = found(
      [[0, 0, 10, 10], 0.6],
      [[1, 0, 11, 10], 0.9],
      [[0, 1, 10, 11], 0.8],
      [[50, 0, 60, 10], 0.7],
    );
    expect(suppress(all, 0.4)).toEqual([1, 3]);
  });

  it('suppress keeps a box that overlaps at the limit and drops one above it', () => {
    const all = found([[0, 0, 10, 10], 0.9], [[0, 0, 5, 10], 0.8]);
    expect(suppress(all, 0.5)).toEqual([0, 1]);
    expect(suppress(all, 0.49)).toEqual([0]);
  });

  it('suppress does not let a dropped box drop others', () => {
    const all = found([[0, 0, 10, 10], 0.9], [[4, 0, 14, 10], 0.8], [[8, 0, 18, 10], 0.7]);
    expect(suppress(all, 0.4)).toEqual([0, 2]);
  });

  it('suppress uses only the candidates of this frame, not those left from an earlier one', () => {
    const all = found([[0, 0, 10, 10], 0.9], [[50, 0, 60, 10], 0.95]);
    all.count = 1;
    expect(suppress(all, 0.4)).toEqual([0]);
  });
});
