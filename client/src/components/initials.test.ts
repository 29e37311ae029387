import { expect, it } from 'vitest';
import { initials } from './initials.ts';

it.each([
  ['Ada Lovelace', 'AL'],
  ['Ada King of Lovelace', 'AL'],
  ['Cher', 'C'],
  ['山田太郎', '山'],
  ['👩‍💻 Z\u0308oe', '👩‍💻Z\u0308'],
  ['', ''],
])('the initials of %j are %j', (name, expected) => {
  expect(initials(name)).toBe(expected);
});
