import { describe, expect, it } from 'vitest';
import { checkFrame, writePixels } from './i420.ts';
import type { PixelFormat } from './i420.ts';

const plain = (channels: PixelFormat['channels']): PixelFormat => ({
  channels,
  mean: channels === 'gray' ? [0] : [0, 0, 0],
  scale: 1,
});

function convert(format: PixelFormat, y: number, u: number, v: number): number[] {
  const into = new Float32Array(format.mean.length);
  writePixels(format, into, 0, 1, 1, Float32Array.of(y), Float32Array.of(u), Float32Array.of(v));
  return [...into];
}

/** ITU-R BT.601, 8 bits, limited range, inverted: full-range R'G'B' to Y'CbCr. */
function encode(r: number, g: number, b: number): [number, number, number] {
  const luma = 0.299 * r + 0.587 * g + 0.114 * b;
  return [
    16 + (219 / 255) * luma,
    128 + ((224 / 255) * (b - luma)) / 1.772,
    128 + ((224 / 255) * (r - luma)) / 1.402,
  ];
}

describe('writePixels', () => {
  it.each([
    ['black', 0, 0, 0],
    ['white', 255, 255, 255],
    ['red', 255, 0, 0],
    ['green', 0, 255, 0],
    ['blue', 0, 0, 255],
    ['skin', 224, 172, 105],
  ])('converts %s correctly', (_, r, g, b) => {
    const found = convert(plain('rgb'), ...encode(r, g, b));
    [r, g, b].forEach((v, i) => expect(found[i]).toBeCloseTo(v, 3));
  });

  it('writePixels writes channels in the network’s order, each with its own mean', () => {
    const yuv = encode(200, 120, 40);
    const means = [10, 20, 30];
    const [r, g, b] = convert({ channels: 'rgb', mean: means, scale: 2 }, ...yuv);
    expect([r, g, b].map((v) => Math.round(v!))).toEqual([95, 50, 5]);
    const [b2, g2, r2] = convert({ channels: 'bgr', mean: means, scale: 2 }, ...yuv);
    expect([b2, g2, r2].map((v) => Math.round(v!))).toEqual([15, 50, 85]);
  });

  it('clips values outside limited range', () => {
    expect(convert(plain('rgb'), 255, 128, 128)).toEqual([255, 255, 255]);
    expect(convert(plain('rgb'), 0, 128, 128)).toEqual([0, 0, 0]);
    expect(convert(plain('gray'), 250, 0, 0)).toEqual([255]);
  });

  it('writePixels writes gray as full-range luma', () => {
    const fullRange = ((126 - 16) * 255) / 219;
    expect(convert({ channels: 'gray', mean: [0], scale: 256 }, 126, 90, 200)[0]).toBeCloseTo(
      fullRange / 256,
      6,
    );
  });
});

describe('checkFrame', () => {
  it.each([
    [4, 4, 24],
    [5, 3, 15 + 2 * 6],
    [641, 481, 641 * 481 + 2 * 321 * 241],
  ])('requires that %i×%i has %i bytes', (width, height, bytes) => {
    expect(() => checkFrame({ data: new Uint8Array(bytes), width, height })).not.toThrow();
    expect(() => checkFrame({ data: new Uint8Array(bytes - 1), width, height })).toThrow(RangeError);
  });
});
