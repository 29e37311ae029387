import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallLayer } from './small-layer.ts';

const LINGER = 10_000;
const PATIENCE = 2_000;
const REST = 600_000;
const [ada, ben] = [{ name: 'Ada' }, { name: 'Ben' }];

let told: boolean[];
let layer: SmallLayer;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  layer = new SmallLayer((wanted) => told.push(wanted));
});
afterEach(() => {
  layer.close();
  vi.useRealTimers();
});

describe('the small layer of a camera', () => {
  it('is wanted from the first viewer on, and until some seconds after the last one', () => {
    expect(layer.wanted).toBe(false);
    layer.add(ada);
    layer.add(ada);
    layer.add(ben);
    expect(told).toEqual([true]);
    layer.remove(ada);
    vi.advanceTimersByTime(2 * LINGER);
    layer.remove(ben);
    vi.advanceTimersByTime(LINGER - 1);
    expect(told).toEqual([true]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([true, false]);
    expect(layer.wanted).toBe(false);
  });

  it('does not flap when a viewer leaves and comes back soon', () => {
    layer.add(ada);
    for (let i = 0; i < 5; i += 1) {
      layer.remove(ada);
      vi.advanceTimersByTime(LINGER / 2);
      layer.add(ada);
    }
    expect(told).toEqual([true]);
    layer.remove(ada);
    vi.advanceTimersByTime(LINGER);
    expect(told).toEqual([true, false]);
    layer.add(ben);
    expect(told).toEqual([true, false, true]);
  });

  it('a viewer that was never there changes nothing', () => {
    layer.remove(ada);
    vi.advanceTimersByTime(LINGER);
    expect(told).toEqual([]);
  });

  it('yields when the large layer does not arrive beside it, and is asked for again only much later', () => {
    layer.add(ada);
    layer.largeArrives(false);
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(told).toEqual([true]);
    layer.largeArrives(false);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([true, false]);
    layer.largeArrives(true);
    layer.remove(ada);
    layer.add(ben);
    vi.advanceTimersByTime(REST - 1);
    expect(told).toEqual([true, false]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([true, false, true]);
  });

  it('does not yield to a large layer that was only late', () => {
    layer.add(ada);
    layer.largeArrives(false);
    vi.advanceTimersByTime(PATIENCE - 1);
    layer.largeArrives(true);
    vi.advanceTimersByTime(PATIENCE);
    expect(told).toEqual([true]);
  });

  it('a large layer that is missing while the small one is not sent does not keep it from being asked for', () => {
    layer.largeArrives(false);
    vi.advanceTimersByTime(PATIENCE);
    layer.add(ada);
    expect(told).toEqual([true]);
  });

  it('a camera that is closed is told nothing any more', () => {
    layer.add(ada);
    layer.remove(ada);
    layer.close();
    vi.advanceTimersByTime(LINGER);
    layer.add(ben);
    layer.largeArrives(false);
    vi.advanceTimersByTime(PATIENCE);
    expect(told).toEqual([true]);
  });
});
