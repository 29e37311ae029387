import { describe, expect, it } from 'vitest';
import { cropRegion } from './liveness.ts';

const frame = { width: 640, height: 480 };

describe('cropRegion', () => {
  it.each<[string, [number, number, number, number], number, [number, number, number, number]]>([
    ['grows about the center of the face', [300, 200, 40, 60], 2, [280, 170, 81, 121]],
    ['is shifted to the right of the left edge', [0, 200, 40, 60], 2, [0, 170, 81, 121]],
    ['is shifted into the lower right corner', [600, 420, 40, 60], 2, [559, 359, 81, 121]],
    ['takes the box as it is if the face reaches out of the frame', [-20, -20, 40, 60], 2, [0, 0, 81, 121]],
    ['grows by less if the frame is not high enough', [220, 90, 200, 300], 4, [160, 0, 320, 480]],
    ['grows by less if the frame is not wide enough', [0, 100, 640, 240], 2.7, [0, 100, 640, 240]],
    ['shrinks a box that is larger than the frame', [-100, -100, 800, 600], 2.7, [0, 0, 639, 480]],
  ])('the crop of a face %s', (_, [x, y, width, height], crop, expected) => {
    const region = cropRegion({ x, y, width, height }, crop, frame);
    expect([region.x, region.y, region.width, region.height]).toEqual(expected);
  });

  it('cropRegion never leaves the frame', () => {
    for (let i = 0; i < 2000; i++) {
      // A fixed walk over positions and sizes, inside and outside.
      const box = {
        x: ((i * 37) % 900) - 150,
        y: ((i * 53) % 700) - 120,
        width: 8 + ((i * 7) % 600),
        height: 10,
      };
      box.height = box.width * 1.25;
      const { x, y, width, height } = cropRegion(box, i % 2 ? 2.7 : 4, frame);
      expect(x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height).toBe(true);
      expect(width > 0 && height > 0).toBe(true);
    }
  });
});
