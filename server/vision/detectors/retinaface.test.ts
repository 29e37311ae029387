import { describe, expect, it } from 'vitest';
import { candidates } from '../nms.ts';
import { retinaface } from './retinaface.ts';

const input = { width: 96, height: 64 };
/** 12 × 8, 6 × 4 and 3 × 2 cells, two priors each. */
const PRIORS = 192 + 48 + 12;

function nothing() {
  return {
    loc: new Float32Array(PRIORS * 4),
    conf: Float32Array.from({ length: PRIORS * 2 }, (_, i) => 1 - (i % 2)),
    landm: new Float32Array(PRIORS * 10),
  };
}

describe('retinaface', () => {
  it.each([
    ['the first prior of stride 8', 0, 4, 4, 16],
    ['the second of column 1, row 1 at stride 8', (12 + 1) * 2 + 1, 12, 12, 32],
    ['the first of column 5, row 0 at stride 16', 192 + 5 * 2, 88, 8, 64],
    ['the last of stride 16', 192 + 47, 88, 56, 128],
    ['the first of stride 32', 240, 16, 16, 256],
    ['the last of all', 251, 80, 48, 512],
  ])('retinaface decodes place and size of %s', (_, at, x, y, size) => {
    const outputs = nothing();
    outputs.conf[at * 2 + 1] = 0.5;
    const found = candidates(8);
    retinaface.decode(outputs, input, 0.5, found);
    expect(found.count).toBe(1);
    const half = size / 2;
    expect([...found.boxes.subarray(0, 4)]).toEqual([x - half, y - half, x + half, y + half]);
    expect([...found.landmarks.subarray(0, 10)]).toEqual([x, y, x, y, x, y, x, y, x, y]);
  });

  it('retinaface moves a box by tenths of the prior and scales it by the exponential of fifths', () => {
    const outputs = nothing();
    const at = 192;
    outputs.conf[at * 2 + 1] = 0.99;
    outputs.loc.set([1, -2, 5 * Math.log(2), 5 * Math.log(0.5)], at * 4);
    outputs.landm.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], at * 10);
    const found = candidates(8);
    retinaface.decode(outputs, input, 0.5, found);
    // The prior: 64 pixels about (8, 8). The box: 128 × 32 about (8 + 6.4, 8 − 12.8).
    const box = [14.4 - 64, -4.8 - 16, 14.4 + 64, -4.8 + 16];
    for (const [i, v] of box.entries()) expect(found.boxes[i]).toBeCloseTo(v, 3);
    for (let k = 0; k < 10; k++) expect(found.landmarks[k]).toBeCloseTo(8 + 6.4 * (k + 1), 3);
  });

  it('retinaface returns the faces with at least the score, starting over with each frame, up to the capacity', () => {
    const outputs = nothing();
    outputs.conf[1] = 0.5;
    outputs.conf[3] = 0.49;
    outputs.conf[PRIORS * 2 - 1] = 0.9;
    const found = candidates(8);
    retinaface.decode(outputs, input, 0.5, found);
    retinaface.decode(outputs, input, 0.5, found);
    expect([...found.scores.subarray(0, found.count)].map((v) => +v.toFixed(2))).toEqual([0.5, 0.9]);
    const one = candidates(1);
    retinaface.decode(outputs, input, 0.1, one);
    expect(one.count).toBe(1);
  });
});
