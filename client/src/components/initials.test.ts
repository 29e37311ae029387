import { expect, it, onTestFinished } from 'vitest';
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

it('a browser that cannot count letters keeps each with its marks', () => {
  const known = Object.getOwnPropertyDescriptor(Intl, 'Segmenter')!;
  Reflect.deleteProperty(Intl, 'Segmenter');
  onTestFinished(() => {
    Object.defineProperty(Intl, 'Segmenter', known);
  });
  expect(initials('Z\u0308oe Lee')).toBe('Z\u0308L');
  expect(initials('山田太郎')).toBe('山');
});
