import { describe, expect, it } from 'vitest';
import { portrayed } from './embed-photographs.ts';

const picture = { width: 250, height: 250 };
const face = (x: number, y: number, size: number) => ({ x, y, width: size, height: size });

describe('the person whom a photograph is of', () => {
  it('the person of a photograph is the face in the middle, even if another face is larger', () => {
    const [large, middle] = [face(0, 0, 120), face(90, 80, 80)];
    expect(portrayed([large, middle], picture)).toBe(middle);
  });

  it('of two faces over the middle, the larger is the person of the photograph', () => {
    const [small, large] = [face(120, 120, 10), face(80, 80, 90)];
    expect(portrayed([small, large], picture)).toBe(large);
  });

  it('without a face over the middle, the nearest face is the person of the photograph', () => {
    const [far, near] = [face(0, 0, 50), face(150, 150, 30)];
    expect(portrayed([far, near], picture)).toBe(near);
  });

  it('a photograph without a face has no person', () => {
    expect(portrayed([], picture)).toBeUndefined();
  });
});
