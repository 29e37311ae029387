/**
 * npm run lint:floors: no import leads up. config/floors.json lists the folders (and single files) from the lowest floor
 * to the highest; what a floor holds may import lower floors and its own folder, and nothing beside or above it. Files
 * never import each other in a circle, the client reaches no more of the server than its protocol, and what ships never
 * imports tests. Tests themselves may import anything.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

const PROTOCOL = '#protocol/';
const TEST = /\.test[.-]/;
const root = path.resolve(import.meta.dirname, '..', '..');

const floors = JSON.parse(readFileSync(path.join(root, 'config', 'floors.json'), 'utf8'));
/** Folder or file → its floor. */
const floorOf = new Map(floors.flatMap((places, floor) => places.map((place) => [place, floor])));
/** The most exact place of a file comes first. */
const places = [...floorOf.keys()].sort((a, b) => b.length - a.length);
const placeOf = (file) => places.find((place) => file === place || file.startsWith(`${place}/`));

const files = globSync('{server,client,config}/**/*.ts', { cwd: root }).filter((file) => !TEST.test(file));
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const faults = [...arrowsUp(), ...circles()];
for (const fault of faults) console.error(fault);
const arrows = [...imports.values()].reduce((sum, targets) => sum + targets.length, 0);
if (faults.length === 0) console.log(`${files.length} files, ${arrows} imports: none leads up, no circle`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Files of this repository that a file imports, also for their types alone. */
function importsOf(file) {
  const { module, errors } = parseSync(file, readFileSync(path.join(root, file), 'utf8'));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const names = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.map(({ moduleRequest }) => moduleRequest?.value),
    ),
  ];
  const targets = names.flatMap((name) => {
    if (name?.startsWith(PROTOCOL)) return [`server/protocol/${name.slice(PROTOCOL.length)}`];
    return name?.startsWith('.') ? [path.posix.join(path.posix.dirname(file), name)] : [];
  });
  return [...new Set(targets)].filter((target) => /\.(ts|mts|mjs)$/.test(target));
}

function* arrowsUp() {
  for (const [file, targets] of imports) {
    const from = placeOf(file);
    // Configuration of tools stands beside the server's own; only tools read it.
    if (/^config\/(vite|vitest)\.ts$/.test(file)) continue;
    if (from === undefined) {
      yield `${file} has no floor: add its folder to config/floors.json`;
      continue;
    }
    for (const target of targets) {
      const to = placeOf(target);
      if (to === from) continue;
      if (to === undefined) yield `${file} imports ${target}, which nothing that ships may import`;
      else if (file.startsWith('client/') && !target.startsWith('client/') && to !== 'server/protocol')
        yield `${file} imports ${target}: pages reach the server's protocol alone`;
      else if (target.startsWith('client/') && !file.startsWith('client/'))
        yield `${file} imports ${target}: the server does not know the pages`;
      else if (floorOf.get(to) >= floorOf.get(from))
        yield `${file} imports ${target}: ${to} is not below ${from} (config/floors.json)`;
    }
  }
}

/** Each circle once, by a walk in depth. */
function circles() {
  const done = new Set();
  const way = [];
  const found = [];
  const visit = (file) => {
    if (done.has(file)) return;
    const at = way.indexOf(file);
    if (at !== -1) {
      found.push(`circle of imports: ${[...way.slice(at), file].join(' → ')}`);
      return;
    }
    way.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    way.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  return found;
}
