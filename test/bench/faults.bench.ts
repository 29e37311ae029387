/**
 * Faults drawn by a seed while known people pass before two doors in real Chromium: what breaks how long until the doors
 * recognize people again, and whether every punch that a door spoke of is there, once and at its time. Exit code 1 if any
 * is not. A fault takes about 15 s.
 */
import { FAULTS } from './faults/kinds.ts';
import { runFaults } from './faults/run.ts';
import { benchOptions, quantile, report, type BenchRow } from './report.ts';

const options = benchOptions({
  faults: 1_000,
  seed: Math.floor(Math.random() * 2 ** 31),
  longest: 30,
  kind: [] as readonly string[],
});
const { faults, seed, longest, kind, json } = options;
for (const name of kind) {
  if (FAULTS.some((fault) => fault.name === name)) continue;
  throw new Error(`There is no fault "${name}". There are: ${FAULTS.map((fault) => fault.name).join(', ')}`);
}

console.log(`${faults} faults by --seed ${seed}`);
const run = await runFaults({
  faults,
  seed,
  longest: longest * 1_000,
  ...(kind.length > 0 && { kinds: kind }),
  log: (line) => console.log(line),
});

const rows: BenchRow[] = [];
for (const { name, goal } of FAULTS) {
  const outcomes = run.outcomes.filter((outcome) => outcome.name === name);
  if (outcomes.length === 0) continue;
  const times = outcomes.flatMap(({ recovered }) => (recovered === null ? [] : recovered / 1_000));
  const add = (metric: string, value: number, unit = '') => rows.push({ case: name, metric, value, unit });
  add('faults', outcomes.length);
  add('recognized again p50', quantile(times, 0.5), 's');
  add('p99', quantile(times, 0.99), 's');
  if (goal !== null) add('goal', goal, 's');
  add('never', outcomes.length - times.length);
  add('failed', outcomes.filter(({ failure }) => failure !== null).length);
}
await report({ bench: 'faults', rows, json });
for (const { name, why } of run.leftOut) console.log(`left out: ${name} (${why})`);
const { told, written, lost, doubled, misdated, unsaved } = run.verdict;
console.log(
  `passings told ${told}, punches written ${written}, lost ${lost.length}, doubled ${doubled.length}, misdated ${misdated.length}; told as not saved ${unsaved}; the server ended by itself ${run.endings} times`,
);
for (const [what, which] of Object.entries({ lost, doubled, misdated })) {
  for (const one of which) console.log(`${what}: ${one}`);
}
for (const story of run.verdict.stories) console.log(story);
if (lost.length + doubled.length + misdated.length > 0) process.exitCode = 1;
