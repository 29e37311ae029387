/** The folder of MUSTER_TEST_MODELS: further weights and photographs, compared with docs/test-models.md. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from './package-files.mjs';
import { inRoot } from './paths.mjs';
import { step, SetupError } from './step.mjs';

const list = inRoot('docs', 'test-models.md');

/** Does nothing where the variable is unset: the run then says how many tests were left out. */
export async function testModels() {
  const folder = process.env.MUSTER_TEST_MODELS;
  if (!folder) return;
  await step('test models', async () => {
    if (!existsSync(folder)) {
      throw new SetupError(
        `MUSTER_TEST_MODELS names ${folder}, which does not exist.`,
        'Unset it to leave out the tests that need it, or see docs/test-models.md.',
      );
    }
    const wanted = await listed();
    const found = await sumsOf(folder, [...wanted.keys()]);
    const different = [...wanted].filter(([name, sum]) => found.get(name) !== sum).map(([name]) => name);
    if (different.length === 0) return `as docs/test-models.md lists them`;
    return `not as docs/test-models.md lists them: ${different.join(', ')}`;
  });
}

/** Name → SHA-256 sum, by the table of docs/test-models.md. */
async function listed() {
  const rows = (await readFile(list, 'utf8')).matchAll(/^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$/gm);
  return new Map([...rows].map(([, name, sum]) => [name, sum]));
}

/** A name that ends in `/` is a folder: its sum is that of the lines `SUM  NAME` of its files, in order of name. */
export async function sumsOf(folder, names) {
  const sums = new Map();
  for (const name of names) {
    const place = path.join(folder, name);
    if (!existsSync(place)) continue;
    sums.set(name, name.endsWith('/') ? await folderSum(place) : sha256(await readFile(place)));
  }
  return sums;
}

async function folderSum(folder) {
  const hash = createHash('sha256');
  for (const name of await filesOf(folder)) {
    hash.update(`${sha256(await readFile(path.join(folder, name)))}  ${name}\n`);
  }
  return hash.digest('hex');
}

/** Paths below the folder with `/` between their parts, in order of their bytes. */
export async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}
