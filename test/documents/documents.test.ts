/** What the documents name exists: files, headings, commands and variables. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withCurrentNames } from '../../config/renamed-variables.ts';
import { variables } from '../../config/variables.ts';
import { headingAnchors, linksIn, withoutCode } from './markdown.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TOP_LEVEL = ['.ci', 'client', 'config', 'docs', 'models', 'scripts', 'server', 'test'];

/** Every file of the repository, as a path with forward slashes; what is installed, built or cached is not among them. */
const files = globSync([`{${TOP_LEVEL.join()}}/**/*`, '*'], {
  cwd: ROOT,
  exclude: (name) => /(^|[\\/])(node_modules|cache|dist|data)$/.test(name),
}).map((file) => file.replaceAll('\\', '/'));
const existing = new Set(files);
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const documents = files
  .filter((file) => file.endsWith('.md') && !file.includes('consent-texts'))
  .map((file) => ({ file, text: read(file) }));

it('the documents are found', () => {
  expect(documents.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'models/README.md']),
  );
});

it('every relative link leads to a file that exists, and to a heading of it', () => {
  const anchors = new Map(documents.map(({ file, text }) => [file, headingAnchors(text)]));
  const broken: string[] = [];
  for (const { file, text } of documents) {
    for (const link of linksIn(text)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [target = '', anchor] = link.split('#');
      const to = target === '' ? file : path.posix.join(path.posix.dirname(file), target).replace(/\/$/, '');
      if (!existing.has(to)) broken.push(`${file}: ${link} (no such file)`);
      else if (anchor !== undefined && anchors.get(to)?.has(anchor) !== true) {
        broken.push(`${file}: ${link} (no such heading)`);
      }
    }
  }
  expect(broken).toEqual([]);
});

it('every picture is shown by a document', () => {
  const shown = new Set(
    documents.flatMap(({ file, text }) =>
      linksIn(text).map((link) => path.posix.join(path.posix.dirname(file), link)),
    ),
  );
  expect(files.filter((file) => file.endsWith('.png') && !shown.has(file))).toEqual([]);
});

it('every file that is named in code marks exists', () => {
  const names = new Set(files.map((file) => path.posix.basename(file)));
  const missing: string[] = [];
  for (const { file, text } of documents) {
    // What changed is history: a changelog may name files that are gone.
    if (file === 'CHANGELOG.md') continue;
    for (const [, code = ''] of text.matchAll(/`([^`\n]+)`/g)) {
      const [, folder] = /^([.\w]+)\/[\w./#-]+$/.exec(code) ?? [];
      const plain = code.replace(/\/$/, '');
      const placeholder = /NNNN|NAME|cache/.test(code);
      if (placeholder) continue;
      if (folder !== undefined && TOP_LEVEL.includes(folder) && !existing.has(plain)) {
        missing.push(`${file}: ${code}`);
      } else if (/^[\w.-]+\.(ts|mjs)$/.test(code) && !names.has(code)) {
        missing.push(`${file}: ${code}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

it('the architecture shows every folder of the server on its floor', () => {
  const [, table = ''] = read('docs/architecture.md').split(/^\| floor .*$/m);
  const rows = table.split('\n');
  const floors = JSON.parse(read('config/floors.json')) as string[][];
  const misplaced = floors.flatMap((places, floor) => {
    const row = rows.find((line) => new RegExp(`^\\| ${floor} `).test(line)) ?? '';
    return places
      .filter((place) => /^server\/\w+$/.test(place) && !row.includes(`\`${place}\``))
      .map((place) => `${place} is on floor ${floor}`);
  });
  expect(misplaced).toEqual([]);
});

it('every `npm run` command exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unknown = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, name = '']) => !name.startsWith('-') && !(name in scripts))
      .map(([, name]) => `${file}: npm run ${name}`),
  );
  expect(unknown).toEqual([]);
});

it('every variable exists', () => {
  const elsewhere = files
    .filter((file) => file.startsWith('scripts/') || /^(docker-compose\.yml|Dockerfile)$/.test(file))
    .filter((file) => /\.(mjs|sh|yml)$|Dockerfile$/.test(file))
    .flatMap((file) => read(file).match(/\bMUSTER_[A-Z0-9_]*[A-Z0-9]/g) ?? []);
  const known = new Set([...Object.keys(variables.shape), ...elsewhere]);
  const exists = (name: string) =>
    name.endsWith('_')
      ? [...known].some((one) => one.startsWith(name))
      : known.has(name) || withCurrentNames({ [name]: 'x' }).warnings.length > 0;
  const unknown = documents.flatMap(({ file, text }) =>
    (text.match(/\bMUSTER_[A-Z0-9_]+/g) ?? [])
      .filter((name) => !exists(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

it('no document leads out of the repository or to a place on one machine', () => {
  const out = documents.flatMap(({ file, text }) =>
    [...withoutCode(text).matchAll(/(?:\.\.\/){3,}\S*|\/(?:work|home|root)\/\S*/g)].map(
      ([found]) => `${file}: ${found}`,
    ),
  );
  expect(out).toEqual([]);
});
