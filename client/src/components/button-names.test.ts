import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '..');

// The button inside it does not get the label: axe finds the links among them, but not the buttons.
it('no wa-button is named by aria-label, which reaches nobody', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(100);
  const wrong = files.flatMap((file) =>
    [...readFileSync(path.join(SOURCES, file), 'utf8').matchAll(/<wa-button(?:[^>]|=>)*?\baria-label=/g)].map(
      ({ index }) => `${file}:${index}`,
    ),
  );
  expect(wrong.filter((one) => !one.includes('button-names.test'))).toEqual([]);
});
