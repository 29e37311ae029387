import { describe, expect, it } from 'vitest';
import { isOld } from './broker.ts';

describe('the version of NATS', () => {
  it.each([
    ['2.9.10', true],
    ['2.12.5', true],
    ['1.99.99', true],
    ['2.12.6', false],
    ['2.12.10', false],
    ['2.13.0', false],
    ['3.0.0-beta.1', false],
    ['nonsense', true],
  ])('%s is too old: %s', (version, old) => {
    expect(isOld(version)).toBe(old);
  });
});
