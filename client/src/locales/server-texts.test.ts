import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS, SENTENCES } from './server-texts.ts';

const server = path.resolve(import.meta.dirname, '../../../server');
const sources = globSync('**/*.ts', { cwd: server })
  .filter((file) => !/\.test(-support)?\.ts$/.test(file))
  .map((file) => readFileSync(path.join(server, file), 'utf8'))
  .join('\n');

it.each([...Object.keys(SENTENCES), ...Object.keys(FAULTS)])('the server still writes "%s"', (sentence) => {
  expect(sources).toContain(sentence);
});
