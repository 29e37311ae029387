import { describe, expect, it } from 'vitest';
import { I420Resizer, resampleAxis } from './resize.ts';
import type { I420Frame } from './types.ts';

const GRAY = { channels: 'gray', mean: [0], scale: 1 } as const;
const RGB = { channels: 'rgb', mean: [0, 0, 0], scale: 1 } as const;

function frame(width: number, height: number, luma: (x: number, y: number) => number): I420Frame {
  const cw = (width + 1) >> 1;
  const ch = (height + 1) >> 1;
  const data = new Uint8Array(width * height + 2 * cw * ch).fill(128);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = luma(x, y);
  return { data, width, height };
}

/** Deterministic texture, 16..235. */
const texture = (x: number, y: number) => 16 + ((x * 7919 + y * 104_729 + x * y * 31) % 220);
const full = (luma: number) => Math.min(255, Math.max(0, ((luma - 16) * 255) / 219));

/** The mean over the source area of an output pixel, counted in 1/24ths of source pixels. */
function areaReference(f: I420Frame, w: number, h: number, x: number, y: number): number {
  const n = 24;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const sx = Math.floor(((x + (i + 0.5) / n) * f.width) / w);
      const sy = Math.floor(((y + (j + 0.5) / n) * f.height) / h);
      sum += f.data[sy * f.width + sx]!;
    }
  }
  return full(sum / n / n);
}

/** Bilinear, with pixel centers at halves and the edge repeated. */
function bilinearReference(f: I420Frame, w: number, h: number, x: number, y: number): number {
  const at = (sx: number, sy: number) =>
    f.data[Math.min(f.height - 1, Math.max(0, sy)) * f.width + Math.min(f.width - 1, Math.max(0, sx))]!;
  const px = ((x + 0.5) * f.width) / w - 0.5;
  const py = ((y + 0.5) * f.height) / h - 0.5;
  const [x0, y0] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - x0, py - y0];
  const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
  const bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
  return full(top * (1 - fy) + bottom * fy);
}

const whole = (width: number, height: number) => ({ x: 0, y: 0, width, height });

describe('I420Resizer', () => {
  it.each([
    ['by two', 64, 48, 32, 24],
    ['by four and three', 128, 72, 32, 24],
    ['by a fraction', 72, 60, 32, 24],
    ['an odd size', 71, 49, 32, 24],
  ])('shrinks to the mean of the area each pixel covers: %s', (_, sw, sh, w, h) => {
    const source = frame(sw, sh, texture);
    const into = new Float32Array(w * h);
    new I420Resizer().resize(source, into, w, whole(w, h), GRAY);
    for (let y = 0; y < h; y += 3) {
      for (let x = 0; x < w; x += 3) {
        // The reference counts in 24ths, so it is exact only to that.
        expect(Math.abs(into[y * w + x]! - areaReference(source, w, h, x, y))).toBeLessThan(6);
      }
    }
  });

  it('enlarges bilinearly', () => {
    const source = frame(20, 14, texture);
    const into = new Float32Array(32 * 24);
    new I420Resizer().resize(source, into, 32, whole(32, 24), GRAY);
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 32; x++) {
        expect(into[y * 32 + x]).toBeCloseTo(bilinearReference(source, 32, 24, x, y), 2);
      }
    }
  });

  it('the resizer does not alias: fine stripes become gray, not coarse stripes', () => {
    const source = frame(1280, 720, (x) => (x % 2 === 0 ? 16 : 235));
    const into = new Float32Array(320 * 240);
    new I420Resizer().resize(source, into, 320, whole(320, 240), GRAY);
    expect(Math.max(...into) - Math.min(...into)).toBeLessThan(1);
    expect(into[0]).toBeCloseTo(127.5, 0);
  });

  it.each([
    [64, 32],
    [65, 33],
    [7, 5],
  ])(
    'the resizer keeps color in place at %i×%i, where the last chroma sample may cover half a block',
    (w, h) => {
      const source = frame(w, h, () => 120);
      const cw = (w + 1) >> 1;
      const ch = (h + 1) >> 1;
      // V rises by one per luma pixel to the right; the first sample lies between pixels 0 and 1.
      for (let i = 0; i < cw * ch; i++) source.data[w * h + cw * ch + i] = 128 + 2 * (i % cw);
      const out = Math.floor(w / 2);
      const into = new Float32Array(3 * out * 4);
      new I420Resizer().resize(source, into, out, whole(out, 4), RGB);
      for (let x = 1; x < out - 1; x++) {
        const center = ((x + 0.5) * w) / out - 0.5;
        const red = full(120) + 1.596 * (center - 0.5);
        expect(Math.abs(into[out + x]! - red)).toBeLessThan(0.35);
      }
    },
  );

  it('the resizer writes only its place in the input', () => {
    const into = new Float32Array(3 * 20 * 20).fill(-1);
    new I420Resizer().resize(
      frame(64, 36, () => 235),
      into,
      20,
      { x: 0, y: 4, width: 20, height: 11 },
      RGB,
    );
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 20; y++) {
        expect(into[c * 400 + y * 20 + 7]).toBeCloseTo(y >= 4 && y < 15 ? 255 : -1, 1);
      }
    }
  });

  it('the resizer adapts when a camera changes its size', () => {
    const resizer = new I420Resizer();
    const into = new Float32Array(32 * 24);
    for (const [w, h] of [
      [64, 48],
      [128, 72],
      [64, 48],
    ] as const) {
      resizer.resize(
        frame(w, h, (x) => (x < w / 2 ? 16 : 235)),
        into,
        32,
        whole(32, 24),
        GRAY,
      );
      expect([into[0], into[15], into[16], into[31]].map((v) => Math.round(v!))).toEqual([0, 0, 255, 255]);
    }
  });
});

describe('resampleAxis', () => {
  it.each([
    [640, 640, 320],
    [1280, 1280, 320],
    [361, 360.5, 320],
    [100, 100, 320],
    [1, 1, 8],
    [3, 2.5, 1],
  ])(
    'resampleAxis returns weights for %i samples covering %d that sum to one for each of %i outputs',
    (samples, extent, out) => {
      const { taps, start, weights } = resampleAxis(samples, extent, out);
      for (let i = 0; i < out; i++) {
        expect(weights.subarray(i * taps, (i + 1) * taps).reduce((s, w) => s + w, 0)).toBeCloseTo(1, 5);
        expect(start[i]).toBeGreaterThanOrEqual(0);
        expect(start[i]! + taps).toBeLessThanOrEqual(samples);
      }
    },
  );
});
