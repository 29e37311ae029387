import { describe, expect, it } from 'vitest';
import { candidates } from '../nms.ts';
import { ultraface } from './ultraface.ts';

const input = { width: 320, height: 240 };
const outputs = {
  scores: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.01, 0.99),
  boxes: Float32Array.of(0, 0, 1, 1, 0.25, 0.5, 0.5, 0.75, 0.1, 0.1, 0.2, 0.2, -0.1, -0.2, 0.4, 1.1),
};

describe('ultraface', () => {
  it('ultraface returns the faces with at least the score in pixels of the input, also where they reach outside it', () => {
    const found = candidates(8);
    ultraface.decode(outputs, input, 0.5, found);
    expect(found.count).toBe(3);
    expect([...found.scores.subarray(0, 3)].map((v) => +v.toFixed(2))).toEqual([0.8, 0.5, 0.99]);
    expect([...found.boxes.subarray(0, 4)]).toEqual([80, 120, 160, 180]);
    expect([...found.boxes.subarray(8, 12)].map((v) => Math.round(v))).toEqual([-32, -48, 128, 264]);
  });

  it('ultraface starts over with each frame and stops at the capacity', () => {
    const found = candidates(2);
    ultraface.decode(outputs, input, 0, found);
    ultraface.decode(outputs, input, 0, found);
    expect(found.count).toBe(2);
    ultraface.decode(outputs, input, 0.999, found);
    expect(found.count).toBe(0);
  });
});
