import { describe, expect, it } from 'vitest';
import type { Box } from '#protocol/face.ts';
import { placeBox, placeLabel, type Rect, type Size } from './picture-geometry.ts';

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

const face = (left: number, top: number, side = 200): Rect => ({ left, top, width: side, height: side });

describe('the words of a face', () => {
  const view = { width: 1280, height: 800 };

  it('hang below the middle of the face', () => {
    const label = placeLabel(face(540, 200), view);
    expect(label.left + label.width / 2).toBe(640);
    expect(label).toMatchObject({ y: 412, above: false });
  });

  it('stand above a face at the bottom, clear of the results', () => {
    expect(placeLabel(face(540, 500), view)).toMatchObject({ y: 488, above: true });
  });

  it('the words of a face stay below the clock where the face fills the view', () => {
    expect(placeLabel(face(100, -50, 900), view)).toMatchObject({ y: 176, above: true });
  });

  it.each([
    { where: 'half out on the left', left: -120, right: false },
    { where: 'half out on the right', left: 1200, right: true },
    { where: 'all out on the left', left: -400, right: false },
    { where: 'all out on the right', left: 1500, right: true },
  ])('begin at the near edge of a face that is $where', ({ left, right }) => {
    const label = placeLabel(face(left, 200), view);
    expect(label.right).toBe(right);
    expect(label.left).toBeGreaterThanOrEqual(0);
    expect(label.left + label.width).toBeLessThanOrEqual(view.width);
    expect(label.width).toBeGreaterThanOrEqual(0);
  });
});
