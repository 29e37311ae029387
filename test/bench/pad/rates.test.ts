import { describe, expect, it } from 'vitest';
import { count } from './rates.ts';

describe('a count', () => {
  it('the error count of attacks counts those judged live among those that were judged', () => {
    const counted = count(['live', 'attack', 'silent', 'attack'], false);
    expect(counted).toEqual({ errors: 1, silent: 1, total: 4, of: 3 });
  });

  it('the error count of people counts everyone who was not judged live', () => {
    expect(count(['live', 'attack', 'silent', 'live'], true)).toEqual({
      errors: 2,
      silent: 1,
      total: 4,
      of: 4,
    });
  });
});
