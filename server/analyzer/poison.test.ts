import { describe, expect, it } from 'vitest';
import { PoisonWatch } from './poison.ts';

const MINUTE = 60_000;

describe('a camera that ends analyzers', () => {
  it('waits longer with each analyzer that dies soon after it got the camera', () => {
    const watch = new PoisonWatch();
    let now = 0;
    const waits = Array.from({ length: 5 }, () => {
      watch.given('camera', now);
      const wait = watch.died('camera', now + 5_000);
      now += 5_000 + wait;
      return wait / MINUTE;
    });
    expect(waits).toEqual([0, 1, 5, 30, 30]);
  });

  it('is not one that an analyzer has watched for longer than half a minute before it died', () => {
    const watch = new PoisonWatch();
    for (const now of [0, 1, 2]) {
      watch.given('camera', now * MINUTE);
      expect(watch.died('camera', now * MINUTE + 31_000)).toBe(0);
    }
  });

  it('is not one with two deaths that lie far apart', () => {
    const watch = new PoisonWatch();
    for (const now of [0, 11 * MINUTE]) {
      watch.given('camera', now);
      expect(watch.died('camera', now + 1_000)).toBe(0);
    }
  });
});
