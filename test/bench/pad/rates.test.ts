import { describe, expect, it } from 'vitest';
import { count } from './rates.ts';

describe('a count', () => {
  it('of attacks takes only those called live for errors, of those that were judged', () => {
    const counted = count(['live', 'attack', 'silent', 'attack'], false);
    expect(counted).toEqual({ errors: 1, silent: 1, total: 4, of: 3 });
  });

  it('of people takes everybody who was not called live for an error', () => {
    expect(count(['live', 'attack', 'silent', 'live'], true)).toEqual({
      errors: 2,
      silent: 1,
      total: 4,
      of: 4,
    });
  });
});
