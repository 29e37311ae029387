import { describe, expect, it } from 'vitest';
import { matchPath } from './match-route.ts';

describe('paths of pages', () => {
  it.each([
    ['/', '/', {}],
    ['/people', '/people', {}],
    ['/people', '/people/', {}],
    ['/people', '/peoples', null],
    ['/people', '/people/1', null],
    ['/enroll/:personId', '/enroll/a%20b', { personId: 'a b' }],
    ['/enroll/:personId', '/enroll', null],
    ['/enroll/:personId', '/enroll/%E0%A4%A', null],
  ])('the pattern %s with the path %s gives %o', (pattern, path, parts) => {
    expect(matchPath(pattern, path)).toEqual(parts);
  });
});
