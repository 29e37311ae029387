import { describe, expect, it } from 'vitest';
import { cropMap, eyeOpenness, fivePoints } from './landmarks-68.ts';

const box = { x: 100, y: 40, width: 200, height: 300 };

describe('fivePoints', () => {
  it('fivePoints returns the middle of each eye, the tip of the nose and both corners of the mouth', () => {
    const points = new Float32Array(136);
    const put = (p: number, x: number, y: number) => points.set([x, y], p * 2);
    for (const [p, dx, dy] of [
      [37, -1, -1],
      [38, 1, -1],
      [40, 1, 1],
      [41, -1, 1],
    ] as const) {
      put(p, 0.3 + dx * 0.05, 0.4 + dy * 0.02);
      put(p + 6, 0.7 + dx * 0.05, 0.4 + dy * 0.02);
    }
    put(30, 0.5, 0.6);
    put(48, 0.3, 0.8);
    put(60, 0.4, 0.8);
    put(54, 0.7, 0.8);
    put(64, 0.6, 0.8);
    // Points that must be ignored.
    for (const p of [0, 8, 27, 33, 36, 39, 42, 45, 51, 57, 62, 66]) put(p, 9, 9);
    const five = [...fivePoints(points, box)].map((v) => +v.toFixed(3));
    expect(five).toEqual([160, 160, 240, 160, 200, 220, 170, 280, 230, 280]);
  });
});

/** Both eyes 0.2 of the box wide, and this high. */
function eyes(left: number, right: number): Float32Array {
  const points = new Float32Array(136);
  for (const [first, x, height] of [
    [36, 0.2, left],
    [42, 0.6, right],
  ] as const) {
    const corners = [x, 0.4, x + 0.05, 0.4 - height / 2, x + 0.15, 0.4 - height / 2, x + 0.2, 0.4];
    points.set([...corners, x + 0.15, 0.4 + height / 2, x + 0.05, 0.4 + height / 2], first * 2);
  }
  return points;
}

describe('eyeOpenness', () => {
  it('the openness of the eyes is the height of the opening divided by its width, in pixels, mean of both eyes', () => {
    // The box is one and a half times as high as wide: 0.04 of its height is 12 pixels, 0.2 of its width is 40.
    expect(eyeOpenness(eyes(0.04, 0.04), box)).toBeCloseTo(0.3);
    expect(eyeOpenness(eyes(0.04, 0), box)).toBeCloseTo(0.15);
    expect(eyeOpenness(eyes(0, 0), box)).toBeCloseTo(0);
  });
});

describe('cropMap', () => {
  it('cropMap maps the edges of the input to the edges of the box', () => {
    const map = cropMap(box, { width: 64, height: 64 });
    // Pixel edges lie half a pixel before the first center and after the last, in the input and in the frame.
    expect(map.xx * -0.5 + map.x).toBeCloseTo(99.5);
    expect(map.xx * 63.5 + map.x).toBeCloseTo(299.5);
    expect(map.yy * -0.5 + map.y).toBeCloseTo(39.5);
    expect(map.yy * 63.5 + map.y).toBeCloseTo(339.5);
    expect([map.xy, map.yx]).toEqual([0, 0]);
  });
});
