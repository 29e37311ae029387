import { describe, expect, it } from 'vitest';
import type { DoorReading } from '#protocol/sites.ts';
import { figuresOf } from './figures.ts';

const names = (readings: DoorReading[], counts: { here?: number; seen?: number; left?: number } = {}) =>
  figuresOf({ readings, figures: { here: 0, seen: 0, left: 0, absent: 3, ...counts } }).map(
    ({ name }) => name,
  );

describe('the figures of the start page', () => {
  it('the start page leaves out who is here and who has left where the doors cannot know it', () => {
    expect(names(['first-and-last'])).toEqual(['seen', 'absent']);
  });

  it('the start page leaves out who was only seen where the passings alternate', () => {
    expect(names(['in-and-out'])).toEqual(['here', 'left', 'absent']);
  });

  it('the start page shows all figures where the sites differ', () => {
    expect(names(['first-and-last', 'in-and-out'])).toEqual(['here', 'seen', 'left', 'absent']);
  });

  it('the start page shows who has left under first and last where somebody said so', () => {
    expect(names(['first-and-last'], { left: 1 })).toEqual(['seen', 'left', 'absent']);
  });

  it('the figures of the start page are exactly those that the server counted', () => {
    const figures = figuresOf({
      readings: ['first-and-last'],
      figures: { here: 0, seen: 12, left: 0, absent: 3 },
    });
    expect(figures.map(({ value }) => value)).toEqual([12, 3]);
  });
});
