import { describe, expect, it } from 'vitest';
import { lookSizes, placement } from './face-detector.ts';

describe('lookSizes', () => {
  const dynamic = { stride: 32, face: 16, longest: 1280 };

  it('lookSizes returns the network’s own size if it is fixed', () => {
    const fixed = { width: 320, height: 240 };
    expect(lookSizes(fixed, { width: 1280, height: 720 }, 0.1)).toEqual([fixed]);
  });

  it.each([
    ['returns a small size when only large faces are wanted', 640, 480, 0.2, 128, 96],
    ['returns a large size when small faces are wanted', 1280, 720, 0.04, 736, 416],
    ['never exceeds the longest side', 1920, 1080, 0.01, 1280, 736],
  ])('lookSizes %s', (_, width, height, minFace, w, h) => {
    expect(lookSizes(dynamic, { width, height }, minFace)).toEqual([{ width: w, height: h }]);
  });

  it('lookSizes never makes the smallest wanted face smaller than the network needs, and never distorts it', () => {
    for (const [width, height] of [
      [640, 480],
      [1280, 720],
      [720, 1280],
      [1278, 719],
    ] as const) {
      for (const minFace of [0.05, 0.08, 0.13, 0.3]) {
        const [size] = lookSizes({ ...dynamic, longest: 4096 }, { width, height }, minFace);
        expect((size.width % 32) + (size.height % 32)).toBe(0);
        const place = placement('letterbox', { width, height }, size);
        expect((minFace * height * place.height) / height).toBeGreaterThan(15.5);
        expect(Math.abs(place.width / place.height - width / height)).toBeLessThan(0.02);
      }
    }
  });

  it('lookSizes adds a second, small size only if a face can be too large at the first', () => {
    const twice = { ...dynamic, closeUp: 256 };
    const vga = { width: 640, height: 480 };
    expect(lookSizes(twice, vga, 0.03)).toEqual([
      { width: 736, height: 544 },
      { width: 256, height: 192 },
    ]);
    expect(lookSizes(twice, vga, 0.1)).toEqual([{ width: 224, height: 160 }]);
    expect(lookSizes(twice, { width: 480, height: 640 }, 0.05)).toEqual([{ width: 256, height: 320 }]);
    expect(lookSizes(twice, { width: 720, height: 1280 }, 0.035)).toEqual([
      { width: 288, height: 480 },
      { width: 160, height: 256 },
    ]);
  });
});

describe('placement', () => {
  const input = { width: 320, height: 240 };

  it.each([
    ['stretch', 1280, 720, { x: 0, y: 0, width: 320, height: 240 }],
    ['letterbox', 1280, 720, { x: 0, y: 30, width: 320, height: 180 }],
    ['letterbox', 480, 640, { x: 70, y: 0, width: 180, height: 240 }],
    ['letterbox', 640, 480, { x: 0, y: 0, width: 320, height: 240 }],
  ] as const)('computes the place for %s of %i×%i', (fit, width, height, expected) => {
    expect(placement(fit, { width, height }, input)).toEqual(expected);
  });
});
