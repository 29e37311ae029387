import { describe, expect, it } from 'vitest';
import type { I420Frame } from './types.ts';
import { FaceCropper } from './warp.ts';
import type { Affine } from './warp.ts';

const GRAY = { channels: 'gray', mean: [0], scale: 1 } as const;
const RGB = { channels: 'rgb', mean: [0, 0, 0], scale: 1 } as const;
const full = (luma: number) => Math.min(255, Math.max(0, ((luma - 16) * 255) / 219));

function frame(width: number, height: number, luma: (x: number, y: number) => number): I420Frame {
  const data = new Uint8Array(width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1)).fill(128);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = luma(x, y);
  return { data, width, height };
}
const texture = (x: number, y: number) => 16 + ((x * 7919 + y * 104_729 + x * y * 31) % 220);
const turned = (scale: number, degrees: number, x: number, y: number): Affine => {
  const a = scale * Math.cos((degrees * Math.PI) / 180);
  const b = scale * Math.sin((degrees * Math.PI) / 180);
  return { xx: a, xy: -b, x, yx: b, yy: a, y };
};
function crop(f: I420Frame, map: Affine, size = 16): Float32Array {
  const into = new Float32Array(size * size);
  new FaceCropper(size, size).crop(f, map, GRAY, into);
  return into;
}

/** Bilinear, black outside, computed the slow way. */
function reference(f: I420Frame, x: number, y: number): number {
  const at = (sx: number, sy: number) =>
    sx < 0 || sy < 0 || sx >= f.width || sy >= f.height ? 16 : f.data[sy * f.width + sx]!;
  let sum = 0;
  for (const dy of [0, 1]) {
    for (const dx of [0, 1]) {
      const sx = Math.floor(x) + dx;
      const sy = Math.floor(y) + dy;
      sum += (1 - Math.abs(x - sx)) * (1 - Math.abs(y - sy)) * at(sx, sy);
    }
  }
  return full(sum);
}

describe('FaceCropper', () => {
  it.each([
    ['unturned', turned(1, 0, 10, 12)],
    ['between pixels', turned(1, 0, 10.4, 12.7)],
    ['growing and turned', turned(0.43, 31, 14, 9)],
    ['over the left and top edge', turned(0.9, -20, -4.5, -3.2)],
    ['over the right and bottom edge', turned(1, 15, 30.3, 22.6)],
  ])('the face cropper samples bilinearly, with black outside: %s', (_, map) => {
    const f = frame(41, 33, texture);
    const into = crop(f, map);
    for (let v = 0; v < 16; v++) {
      for (let u = 0; u < 16; u++) {
        const x = map.xx * u + map.xy * v + map.x;
        const y = map.yx * u + map.yy * v + map.y;
        expect(into[v * 16 + u]).toBeCloseTo(reference(f, x, y), 2);
      }
    }
  });

  it('the face cropper averages the area each pixel covers when a large face shrinks: fine stripes become gray', () => {
    const f = frame(300, 300, (x) => (x % 2 === 0 ? 16 : 235));
    const into = crop(f, turned(6, 0, 40, 40));
    for (const v of into) expect(v).toBeCloseTo(127.5, 0);
  });

  it('the face cropper keeps its middle in the same place however much it shrinks', () => {
    const f = frame(400, 400, (x) => (x < 200 ? 16 : 235));
    // 16 pixels of 12 samples, centered on the edge at 199.5.
    const into = crop(f, turned(12, 0, 199.5 - 7.5 * 12, 100));
    expect(into[7]).toBeCloseTo(0, 0);
    expect(into[8]).toBeCloseTo(255, 0);
  });

  it('the face cropper takes color from the same place as luma, also in a picture of odd size', () => {
    const f = frame(41, 33, () => 120);
    const cw = 21;
    const ch = 17;
    // V rises by 4 per chroma sample to the right: by 2 per luma pixel, 128 in the middle of the first block.
    for (let y = 0; y < ch; y++)
      for (let x = 0; x < cw; x++) f.data[41 * 33 + cw * ch + y * cw + x] = 128 + 4 * x;
    const into = new Float32Array(3 * 64);
    new FaceCropper(8, 8).crop(f, turned(1, 0, 10, 10), RGB, into);
    for (let u = 0; u < 8; u++) {
      expect(into[3 * 8 + u]).toBeCloseTo(full(120) + 1.596 * 2 * (10 + u - 0.5), 0);
    }
  });

  it('the face cropper does not write beyond its own crop in a batch', () => {
    const into = new Float32Array(2 * 64).fill(-7);
    new FaceCropper(8, 8).crop(
      frame(20, 20, () => 100),
      turned(1, 0, 0, 0),
      GRAY,
      into,
    );
    expect(into.subarray(64).every((v) => v === -7)).toBe(true);
    expect(into.subarray(0, 64).every((v) => v > 0)).toBe(true);
  });

  it('the face cropper takes one sample per pixel and repeats the edge when sampling points', () => {
    const f = frame(64, 64, texture);
    const map = turned(3, 0, 5.25, -2);
    const into = new Float32Array(256);
    new FaceCropper(16, 16, 'point').crop(f, map, GRAY, into);
    for (let v = 0; v < 16; v++) {
      for (let u = 0; u < 16; u++) {
        const y = Math.max(0, map.yy * v + map.y);
        expect(into[v * 16 + u]).toBeCloseTo(reference(f, map.xx * u + map.x, y), 2);
      }
    }
  });
});
