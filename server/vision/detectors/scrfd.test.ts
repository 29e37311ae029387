import { describe, expect, it } from 'vitest';
import { candidates } from '../nms.ts';
import { scrfd } from './scrfd.ts';

const input = { width: 96, height: 64 };

/** Outputs without a face: two anchors in each cell of 96×64. */
function nothing(): Record<string, Float32Array> {
  const outputs: Record<string, Float32Array> = {};
  for (const [stride, anchors] of [
    [8, 192],
    [16, 48],
    [32, 12],
  ] as const) {
    outputs[`score_${stride}`] = new Float32Array(anchors);
    outputs[`box_${stride}`] = new Float32Array(anchors * 4);
    outputs[`points_${stride}`] = new Float32Array(anchors * 10);
  }
  return outputs;
}

describe('scrfd', () => {
  it('scrfd measures box and points from the corner of the cell, in strides', () => {
    const outputs = nothing();
    // Stride 16 has six columns: the second anchor of row 2, column 1.
    const at = (2 * 6 + 1) * 2 + 1;
    outputs['score_16']![at] = 0.75;
    outputs['box_16']!.set([0.5, 1, 1.5, 2], at * 4);
    outputs['points_16']!.set([-0.25, 0.5, 1, 0.5, 0.5, 1, 0, 1.5, 1, 1.5], at * 10);
    const found = candidates(8);
    scrfd.decode(outputs, input, 0.5, found);
    expect(found.count).toBe(1);
    expect(found.scores[0]).toBe(0.75);
    expect([...found.boxes.subarray(0, 4)]).toEqual([8, 16, 40, 64]);
    expect([...found.landmarks.subarray(0, 10)]).toEqual([12, 40, 32, 40, 24, 48, 16, 56, 32, 56]);
  });

  it('scrfd returns the faces of all strides with at least the score, starting over with each frame, up to the capacity', () => {
    const outputs = nothing();
    outputs['score_8']![191] = 0.5;
    outputs['score_16']![0] = 0.49;
    outputs['score_32']![11] = 0.9;
    const found = candidates(8);
    scrfd.decode(outputs, input, 0.5, found);
    scrfd.decode(outputs, input, 0.5, found);
    expect(found.count).toBe(2);
    // The last cells: column 11 of row 7 at stride 8, column 2 of row 1 at stride 32.
    expect([...found.boxes.subarray(0, 2)]).toEqual([88, 56]);
    expect([...found.boxes.subarray(4, 6)]).toEqual([64, 32]);
    const one = candidates(1);
    scrfd.decode(outputs, input, 0.1, one);
    expect(one.count).toBe(1);
  });
});
