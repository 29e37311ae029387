import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { limitsTable } from './limits-table.ts';

/** Blanks and the lines under table heads are the formatter's. */
const plain = (text: string) =>
  text
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\| ?-[-| ]*\|/g, '|---|---|')
    .trim();

it('docs/limits.md shows the limits that the code enforces (npm run config -- --limits prints them)', async () => {
  const text = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  expect(plain(text)).toContain(plain(limitsTable()));
});
