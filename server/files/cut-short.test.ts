import { expect, it } from 'vitest';
import { isCutShort } from './cut-short.ts';

it.each(['', '\n', '\0\0\0\0', 'c29tZX', '{"seq":12,"ha', '{"seq":1\0\0\0\n'])(
  '%j is a file that was cut short',
  (text) => {
    expect(isCutShort(text)).toBe(true);
  },
);

it.each(['c29tZXRoaW5n\n', '{"seq":-1}\n'])('%j is whole, whatever it says', (text) => {
  expect(isCutShort(text)).toBe(false);
});
