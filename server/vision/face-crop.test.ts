import { describe, expect, it } from 'vitest';
import { CROP_SIDE, faceCrop } from './face-crop.ts';

/** A black frame with a white square. */
function frame(width: number, height: number, square: { x: number; y: number; side: number }) {
  const data = new Uint8Array(width * height + 2 * (width / 2) * (height / 2)).fill(128);
  data.fill(16, 0, width * height);
  for (let y = square.y; y < square.y + square.side; y++) {
    data.fill(235, y * width + square.x, y * width + square.x + square.side);
  }
  return { data, width, height };
}
const face = { x: 100, y: 60, width: 80, height: 80, score: 1, landmarks: new Float32Array(10) };

describe('faceCrop', () => {
  const file = faceCrop(frame(320, 240, { x: 100, y: 60, side: 80 }), face);
  const view = new DataView(file.buffer);
  const pixel = (u: number, v: number) => {
    const at = 54 + ((CROP_SIDE - 1 - v) * CROP_SIDE + u) * 3;
    return [...file.subarray(at, at + 3)];
  };

  it('a face crop is a bitmap file of 112×112', () => {
    expect(String.fromCharCode(file[0]!, file[1]!)).toBe('BM');
    expect(view.getUint32(2, true)).toBe(file.length);
    expect([view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true)]).toEqual([
      112, 112, 24,
    ]);
  });

  it('a face crop shows the face in the middle with its surroundings', () => {
    expect(pixel(56, 56)).toEqual([255, 255, 255]);
    expect(pixel(18, 18)).toEqual([255, 255, 255]);
    expect(pixel(93, 93)).toEqual([255, 255, 255]);
    for (const [u, v] of [
      [2, 2],
      [109, 56],
      [56, 109],
      [13, 56],
      [56, 98],
    ] as const) {
      expect(pixel(u, v)).toEqual([0, 0, 0]);
    }
  });

  it('a face crop is upright, and black beyond the edge of the picture', () => {
    const corner = faceCrop(frame(320, 240, { x: 0, y: 0, side: 20 }), { ...face, x: 0, y: 0 });
    const at = (u: number, v: number) => corner[54 + ((CROP_SIDE - 1 - v) * CROP_SIDE + u) * 3];
    expect(at(20, 20)).toBe(255);
    expect(at(5, 5)).toBe(0);
    expect(at(90, 90)).toBe(0);
  });
});
