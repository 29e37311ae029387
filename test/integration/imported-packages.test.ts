/** The container image keeps the packages that the server imports: what counts as one is read from the sources. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('every package that the sources of the server import, or look up a file of, is a dependency of the project', async () => {
  const file = pathToFileURL(path.join(root, 'scripts/setup/imported-packages.mjs')).href;
  const { importedPackages } = (await import(file)) as { importedPackages: () => string[] };
  const { dependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const imported = importedPackages();
  expect(imported).toEqual(
    expect.arrayContaining(['express', 'mediasoup', '@mikro-orm/core', 'dejavu-fonts-ttf']),
  );
  expect(imported.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});
