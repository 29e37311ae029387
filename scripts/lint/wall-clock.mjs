/**
 * npm run lint -- wall-clock: durations are measured by the monotonic clock (`performance.now()`), because the wall clock
 * jumps when somebody sets it. So a file may read the wall clock (`Date.now`, `new Date()`, `Date()`) only where
 * config/wall-clock.json says what it needs an instant for.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

const TEST = /\.(test|test-support)\./;
const root = path.resolve(import.meta.dirname, '..', '..');

/** Reason → files and folders. */
const allowed = JSON.parse(readFileSync(path.join(root, 'config', 'wall-clock.json'), 'utf8'));
const places = Object.values(allowed).flat();
const used = new Set();
const faults = [];
const files = globSync(['{server,client,config}/**/*.ts', 'scripts/**/*.mjs'], { cwd: root }).filter(
  (file) => !TEST.test(file),
);
for (const file of files) {
  const readings = readingsIn(file);
  if (readings.length === 0) continue;
  const place = places.find((one) => file === one || file.startsWith(`${one}/`));
  if (place !== undefined) used.add(place);
  else for (const line of readings) faults.push(`${file}:${line} reads the wall clock`);
}
if (faults.length > 0) {
  faults.push(
    'Measure durations and deadlines with performance.now(). An instant that is stored or shown: name the file in config/wall-clock.json.',
  );
}
for (const place of places) {
  if (!used.has(place)) faults.push(`config/wall-clock.json: ${place} does not read the wall clock`);
}
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${files.length} files, ${used.size} places read the wall clock`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** The lines on which a file reads the wall clock. */
function readingsIn(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  if (!/\bDate\b/.test(text)) return [];
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const lines = [];
  const found = ({ start }) => lines.push(text.slice(0, start).split('\n').length);
  new Visitor({
    MemberExpression: (node) => isDate(node.object) && node.property.name === 'now' && found(node),
    NewExpression: (node) => isDate(node.callee) && node.arguments.length === 0 && found(node),
    CallExpression: (node) => isDate(node.callee) && found(node),
  }).visit(program);
  return lines;
}

function isDate(node) {
  if (node.type === 'MemberExpression') return node.property.name === 'Date';
  return node.type === 'Identifier' && node.name === 'Date';
}
