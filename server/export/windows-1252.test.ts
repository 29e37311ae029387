// cspell:ignore Œuvre Straße Erdős Čapek Erdos
import { expect, it } from 'vitest';
import { windows1252 } from './windows-1252.ts';

const read = (bytes: Uint8Array) => new TextDecoder('windows-1252').decode(bytes);

it('letters, quotes and the euro of Windows-1252 come back as they were', () => {
  const text = 'Zoë Ångström, Œuvre “€ 5” – Straße';
  expect(read(windows1252(text))).toBe(text);
});

it('composed and decomposed letters are the same byte', () => {
  expect(windows1252('u\u0308')).toEqual(Uint8Array.of(0xfc));
});

it('a letter that it lacks loses its marks, and another writing becomes question marks', () => {
  expect(read(windows1252('Erdős Čapek 李'))).toBe('Erdos Capek ?');
});
