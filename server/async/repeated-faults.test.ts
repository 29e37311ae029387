import { describe, expect, it } from 'vitest';
import { RepeatedFaults } from './repeated-faults.ts';

const HOUR = 60 * 60_000;

describe('RepeatedFaults', () => {
  it('a repeated fault is new only the first time', () => {
    const faults = new RepeatedFaults();
    expect(['a', 'a', 'b', 'a', 'b'].map((fault, i) => faults.isNew(fault, i))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('a fault is new again an hour after it was last new, each fault on its own', () => {
    const faults = new RepeatedFaults();
    faults.isNew('a', 0);
    faults.isNew('b', HOUR / 2);
    expect(faults.isNew('a', HOUR - 1)).toBe(false);
    expect(faults.isNew('a', HOUR)).toBe(true);
    expect(faults.isNew('b', HOUR)).toBe(false);
    expect(faults.isNew('b', HOUR * 1.5)).toBe(true);
  });

  it('no further fault is new once 32 are remembered, until the earlier ones are forgotten', () => {
    const faults = new RepeatedFaults();
    const fresh = (now: number) =>
      Array.from({ length: 100 }, (_, i) => faults.isNew(`at ${now}: ${i}`, now)).filter(Boolean).length;
    expect(fresh(0)).toBe(32);
    expect(fresh(HOUR - 1)).toBe(0);
    expect(fresh(HOUR)).toBe(32);
  });
});
