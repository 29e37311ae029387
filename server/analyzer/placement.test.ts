import { describe, expect, it } from 'vitest';
import { choose, type Seat, uneven } from './placement.ts';

const seat = (name: string, more: Partial<Seat> = {}) => ({
  name,
  up: true,
  remote: true,
  draining: false,
  load: 0,
  cameras: 0,
  fresh: 0,
  ...more,
});
const local = (name: string, more: Partial<Seat> = {}) => seat(name, { remote: false, load: null, ...more });
const drawing = (...numbers: number[]) => {
  const left = [...numbers];
  return () => left.shift() ?? 0;
};

describe('the analyzer for a camera', () => {
  it('is on one machine the one with the fewest cameras, and rather one that runs', () => {
    expect(choose([local('a', { cameras: 2 }), local('b', { cameras: 1 })])?.name).toBe('b');
    expect(choose([local('a', { cameras: 2 }), local('b', { cameras: 0, up: false })])?.name).toBe('a');
    expect(choose([local('a', { up: false })])?.name).toBe('a');
    expect(choose([])).toBeNull();
  });

  it('is the less loaded of two that are drawn', () => {
    const seats = [seat('a', { load: 0.1 }), seat('b', { load: 0.5 }), seat('c', { load: 0.3 })];
    expect(choose(seats, drawing(0.5, 0.9))?.name).toBe('c');
    expect(choose(seats, drawing(0, 0))?.name).toBe('a');
  });

  it('counts cameras that the reported load does not show yet', () => {
    expect(choose([seat('a', { load: 0.1, fresh: 4 }), seat('b', { load: 0.2 })])?.name).toBe('b');
  });

  it('is none that drains or is out of reach', () => {
    const seats = [seat('a', { draining: true }), seat('b', { up: false }), seat('c', { load: 0.9 })];
    for (let i = 0; i < 20; i += 1) expect(choose(seats)?.name).toBe('c');
    expect(choose([seat('a', { up: false })])).toBeNull();
    expect(choose([seat('a', { up: false }), local('own', { up: false })])?.name).toBe('own');
  });

  it('changes for a camera where the load is uneven by more than three tenths', () => {
    expect(uneven([seat('a', { load: 0.7, cameras: 2 }), seat('b', { load: 0.3 })])).toMatchObject({
      from: { name: 'a' },
      to: { name: 'b' },
    });
    expect(uneven([seat('a', { load: 0.7, cameras: 2 }), seat('b', { load: 0.5 })])).toBeNull();
    expect(uneven([seat('a', { load: 0.7, cameras: 1 }), seat('b', { load: 0.3 })])).toBeNull();
    expect(uneven([local('a', { cameras: 30 }), seat('b')])).toBeNull();
  });
});
