import { describe, expect, it } from 'vitest';
import { wilson } from './wilson.ts';

describe("Wilson's interval", () => {
  // Values of the closed form, as published in tables of the interval.
  it.each([
    { errors: 0, total: 10, low: 0, high: 0.2775 },
    { errors: 5, total: 10, low: 0.2366, high: 0.7634 },
    { errors: 10, total: 10, low: 0.7225, high: 1 },
    { errors: 1, total: 6, low: 0.0301, high: 0.5635 },
  ])(
    "Wilson's interval of $errors errors in $total trials is $low to $high",
    ({ errors, total, low, high }) => {
      const [a, b] = wilson(errors, total);
      expect(a).toBeCloseTo(low, 3);
      expect(b).toBeCloseTo(high, 3);
    },
  );

  it("Wilson's interval without trials is from 0 to 1", () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});
