import { describe, expect, it } from 'vitest';
import type { Box } from '../../../../server/protocol/face.ts';
import { placeBox, type Rect, type Size } from './picture-geometry.ts';

interface Case {
  name: string;
  box: Box;
  picture: Size;
  view: Size;
  mirrored: boolean;
  rect: Rect;
}

const whole: Box = [0, 0, 1, 1];
const hd = { width: 1280, height: 720 };

const cases: Case[] = [
  {
    name: 'a view of the same ratio shows everything',
    box: [0.25, 0.5, 0.25, 0.25],
    picture: hd,
    view: { width: 640, height: 360 },
    mirrored: false,
    rect: { left: 160, top: 180, width: 160, height: 90 },
  },
  {
    name: 'mirrored, the left of the picture is the right of the view',
    box: [0.25, 0.5, 0.25, 0.25],
    picture: hd,
    view: { width: 640, height: 360 },
    mirrored: true,
    rect: { left: 320, top: 180, width: 160, height: 90 },
  },
  {
    name: 'a tall view cuts both sides off',
    box: whole,
    picture: hd,
    view: { width: 360, height: 720 },
    mirrored: false,
    rect: { left: -460, top: 0, width: 1280, height: 720 },
  },
  {
    name: 'a wide view cuts top and bottom off',
    box: whole,
    picture: { width: 640, height: 480 },
    view: { width: 1280, height: 480 },
    mirrored: false,
    rect: { left: 0, top: -240, width: 1280, height: 960 },
  },
  {
    name: 'mirrored and cut, a face at the edge lies outside',
    box: [0, 0.25, 0.1, 0.2],
    picture: hd,
    view: { width: 360, height: 720 },
    mirrored: true,
    rect: { left: 692, top: 180, width: 128, height: 144 },
  },
  {
    name: 'only the ratio of the picture counts, not its size',
    box: [0.4, 0.2, 0.2, 0.5],
    picture: { width: 16, height: 9 },
    view: { width: 1920, height: 1080 },
    mirrored: true,
    rect: { left: 768, top: 216, width: 384, height: 540 },
  },
];

describe('a box under object-fit cover', () => {
  it.each(cases)('$name', ({ box, picture, view, mirrored, rect }) => {
    const placed = placeBox(box, picture, view, mirrored);
    for (const side of ['left', 'top', 'width', 'height'] as const) {
      expect(placed[side]).toBeCloseTo(rect[side], 6);
    }
  });
});
