import { describe, expect, it } from 'vitest';
import { inputSize, placement } from './face-detector.ts';

describe('inputSize', () => {
  const dynamic = { stride: 32, face: 16, longest: 1280 };

  it('is the network’s own where that is fixed', () => {
    expect(inputSize({ width: 320, height: 240 }, { width: 1280, height: 720 }, 0.1)).toEqual({
      width: 320,
      height: 240,
    });
  });

  it.each([
    ['large faces need few pixels', 640, 480, 0.2, 96, 96],
    ['small faces need many', 1280, 720, 0.04, 704, 416],
    ['never more than the longest', 1920, 1080, 0.01, 1280, 736],
  ])('%s', (_, width, height, minFace, w, h) => {
    const size = inputSize(dynamic, { width, height }, minFace);
    expect((size.width % 32) + (size.height % 32)).toBe(0);
    expect(size).toEqual({ width: w, height: h });
  });
});

describe('placement', () => {
  const input = { width: 320, height: 240 };

  it.each([
    ['stretch', 1280, 720, { x: 0, y: 0, width: 320, height: 240 }],
    ['letterbox', 1280, 720, { x: 0, y: 30, width: 320, height: 180 }],
    ['letterbox', 480, 640, { x: 70, y: 0, width: 180, height: 240 }],
    ['letterbox', 640, 480, { x: 0, y: 0, width: 320, height: 240 }],
  ] as const)('%s of %i×%i', (fit, width, height, expected) => {
    expect(placement(fit, { width, height }, input)).toEqual(expected);
  });
});
