import { describe, expect, it } from 'vitest';
import { portrayed } from './embed-photographs.ts';

const picture = { width: 250, height: 250 };
const face = (x: number, y: number, size: number) => ({ x, y, width: size, height: size });

describe('the person whom a photograph is of', () => {
  it('is in the middle, though another face is larger', () => {
    const [large, middle] = [face(0, 0, 120), face(90, 80, 80)];
    expect(portrayed([large, middle], picture)).toBe(middle);
  });

  it('is the larger of two faces over the middle', () => {
    const [small, large] = [face(120, 120, 10), face(80, 80, 90)];
    expect(portrayed([small, large], picture)).toBe(large);
  });

  it('is the nearest where no face is over the middle', () => {
    const [far, near] = [face(0, 0, 50), face(150, 150, 30)];
    expect(portrayed([far, near], picture)).toBe(near);
  });

  it('is nobody where there is no face', () => {
    expect(portrayed([], picture)).toBeUndefined();
  });
});
