import { describe, expect, it } from 'vitest';
import { candidates } from '../nms.ts';
import { yunet } from './yunet.ts';

const input = { width: 96, height: 64 };

function nothing(): Record<string, Float32Array> {
  const outputs: Record<string, Float32Array> = {};
  for (const [stride, cells] of [
    [8, 96],
    [16, 24],
    [32, 6],
  ] as const) {
    outputs[`cls_${stride}`] = new Float32Array(cells);
    outputs[`obj_${stride}`] = new Float32Array(cells);
    outputs[`bbox_${stride}`] = new Float32Array(cells * 4);
    outputs[`kps_${stride}`] = new Float32Array(cells * 10);
  }
  return outputs;
}

describe('yunet', () => {
  it('yunet places middle and points relative to the corner of the cell, and scales the size exponentially', () => {
    const outputs = nothing();
    // Column 2 of row 3 at stride 16, which has six columns.
    const at = 3 * 6 + 2;
    outputs['cls_16']![at] = 0.5;
    outputs['obj_16']![at] = 0.98;
    outputs['bbox_16']!.set([0.5, 0.25, Math.log(2), Math.log(4)], at * 4);
    outputs['kps_16']!.set([0, 0, 1, 0, 0.5, 0.5, -1, 2, 1.5, 2], at * 10);
    const found = candidates(8);
    yunet.decode(outputs, input, 0.6, found);
    expect(found.count).toBe(1);
    expect(found.scores[0]).toBeCloseTo(0.7, 5);
    for (const [i, v] of [24, 20, 56, 84].entries()) expect(found.boxes[i]).toBeCloseTo(v, 3);
    expect([...found.landmarks.subarray(0, 10)]).toEqual([32, 48, 48, 48, 40, 56, 16, 80, 56, 80]);
  });

  it('clips scores slightly outside 0..1', () => {
    const outputs = nothing();
    outputs['cls_8']![0] = 1.02;
    outputs['obj_8']![0] = 1.01;
    outputs['cls_8']![1] = -0.5;
    outputs['obj_8']![1] = -0.9;
    const found = candidates(8);
    yunet.decode(outputs, input, 0.6, found);
    expect([...found.scores.subarray(0, found.count)]).toEqual([1]);
  });

  it('yunet returns the faces of all strides, starting over with each frame, up to the capacity', () => {
    const outputs = nothing();
    for (const [stride, last] of [
      [8, 95],
      [16, 23],
      [32, 5],
    ] as const) {
      outputs[`cls_${stride}`]![last] = 0.9;
      outputs[`obj_${stride}`]![last] = 0.9;
    }
    const found = candidates(8);
    yunet.decode(outputs, input, 0.6, found);
    yunet.decode(outputs, input, 0.6, found);
    expect(found.count).toBe(3);
    // One stride wide and high about the corner of the last cell.
    expect([...found.boxes.subarray(8, 12)]).toEqual([48, 16, 80, 48]);
    const one = candidates(1);
    yunet.decode(outputs, input, 0.1, one);
    expect(one.count).toBe(1);
  });
});
