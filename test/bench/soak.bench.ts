/**
 * The memory of every process while people come and go before eight stations and the gallery changes all the while, for
 * an hour: whether it grows. Exit code 1 if a process grows, or if nobody was recognized any more. Linux only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterServer } from '../support/muster-server.ts';
import { INSPECTED } from '../support/inspector.ts';
import { BenchPostgres } from './faults/bench-postgres.ts';
import { benchOptions, report, type BenchRow } from './report.ts';
import { slopeOf } from './slope.ts';
import { Desk } from './soak/desk.ts';
import { SoakDoor } from './soak/door.ts';
import { Gallery } from './soak/gallery.ts';
import { Memory, MEASURED, type MemorySample } from './soak/memory.ts';
import { loadVisitors } from './soak/visitors.ts';

/** Pictures analyzed a second and camera: `--rate`. */
const { minutes, cameras, rate, warm, every, snapshots, json } = benchOptions({
  minutes: 60,
  cameras: 8,
  rate: 5,
  /** Minutes before the first measurement, in which caches fill. */
  warm: 3,
  /** Minutes of which each column of the table is the mean. */
  every: 5,
  /** A folder for two snapshots of the server's heap, before and after, each while the stations are away. */
  snapshots: '',
});
const MINUTE = 60_000;
/** Between two measurements, ms. */
const SPACING = 5_000;
/** The mean of each of so many parts of the second half is one point of the line. */
const PARTS = 30;

await using opened = new AsyncDisposableStack();
const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-soak-'));
opened.defer(() => rm(folder, { recursive: true, force: true }));
const postgres = await BenchPostgres.start(folder);
opened.defer(() => postgres.close());
const server = await MusterServer.start({
  databaseUrl: postgres.url,
  env: {
    NODE_OPTIONS: INSPECTED,
    MUSTER_DATA_DIR: path.join(folder, 'muster'),
    MUSTER_ANALYSIS_RATE: String(rate),
    MUSTER_ENROLLMENT_BINS: '0',
    MUSTER_MIN_GAP_SECONDS: '10',
  },
});
opened.defer(() => server.close());
const memory = await Memory.watch(server, postgres.pid);
opened.defer(() => memory.close());

const visitors = await loadVisitors();
const desk = await Desk.open(server);
const gallery = new Gallery(desk, visitors.slice(2));
// Two stay, so that somebody is known at every time.
for (const visitor of visitors.slice(0, 2)) await gallery.enroll(visitor);
const doors: SoakDoor[] = [];
let fault: unknown = null;

/** Opens the doors and lets the gallery change. Returns what ends both. */
async function begin(): Promise<() => Promise<void>> {
  for (let place = 0; place < cameras; place++) {
    const door = await SoakDoor.open({ station: await desk.pair(`Door ${place + 1}`), visitors, place });
    opened.defer(() => door.close());
    doors.push(door);
  }
  const page = await desk.connect();
  opened.defer(() => page.close());
  await page.request('cameras.subscribe', {});
  await page.request('presence.subscribe', {});
  const ended = new AbortController();
  const changes = gallery.change(ended.signal);
  // It is awaited at the end; until then, `sound` says whether it goes on.
  changes.catch((error: unknown) => (fault = error));
  return async () => {
    ended.abort();
    await changes;
    await Promise.all([page, ...doors].map((part) => part.close()));
  };
}
let end = await begin();

const count = (of: 'results' | 'events' | 'visits' | 'recognized') =>
  doors.reduce((all, door) => all + door[of], 0);
function sound(): void {
  if (fault !== null) throw fault;
  for (const { lost } of doors) if (lost !== null) throw new Error(`a station has no connection: ${lost}`);
}

console.log(`${cameras} stations, ${rate} pictures a second analyzed of each; warming up for ${warm} min`);
await sleep(warm * MINUTE);
/** Nobody is connected, because it stops the server for so long that it would take everybody for lost. */
async function snapshot(name: string): Promise<void> {
  await sleep(SPACING);
  await memory.writeSnapshot(path.resolve(snapshots, `${name}.heapsnapshot`));
}
if (snapshots !== '') {
  await end();
  doors.length = 0;
  await snapshot('before');
  end = await begin();
}
const before = { cpu: memory.cpu(), own: process.cpuUsage(), results: count('results') };
const began = performance.now();
const samples: { at: number; sample: MemorySample }[] = [];
for (let at = 0, minute = 1; at < minutes;) {
  await sleep(SPACING);
  sound();
  at = (performance.now() - began) / MINUTE;
  samples.push({ at, sample: await memory.sample() });
  if (at < minute) continue;
  console.log(
    `${String(minute).padStart(3)} min: ${MEASURED.map((what) => `${what} ${mean(what, minute - 1, minute).toFixed(1)}`).join(', ')}; ` +
      `${count('visits')} visits, ${count('recognized')} with a name`,
  );
  minute += 1;
}
const took = (performance.now() - began) / 1_000;
const cpu = (memory.cpu() - before.cpu) / took;
const own = process.cpuUsage(before.own);
const collections = await memory.collections();
const results = (count('results') - before.results) / took;
await memory.collectGarbage();
const after = await memory.sample();
await end();
const [events, visits, recognized] = [count('events'), count('visits'), count('recognized')];
if (snapshots !== '') await snapshot('after');

const rows: BenchRow[] = [];
const growing: string[] = [];
for (const what of MEASURED) {
  for (let from = 0; from < minutes; from += every) {
    const to = Math.min(minutes, from + every);
    rows.push({ case: what, metric: `to ${to} min`, value: mean(what, from, to), unit: 'MiB', digits: 0 });
  }
  const { perUnit, low, high } = slopeOf(secondHalf(what));
  const add = (metric: string, value: number) =>
    rows.push({ case: what, metric, value, unit: 'MiB/h', digits: 1 });
  add('slope', perUnit);
  add('from', low);
  add('to', high);
  // Compiled code is bounded by the program.
  if (low > 0 && what !== 'server: compiled code')
    growing.push(`${what} (${perUnit.toFixed(1)} MiB/h, ${low.toFixed(1)} to ${high.toFixed(1)})`);
}
await report({ bench: 'soak', rows, json });
console.log(
  `slope: by least squares over the second half, with its 95 % interval
processor: ${(100 * cpu).toFixed(0)} % of a core for the server and its processes, ${((own.user + own.system) / 1e4 / took).toFixed(0)} % for the stations
${results.toFixed(1)} results a second, ${events} events, ${visits} visits, ${recognized} with a name
gallery: ${JSON.stringify(gallery.counts)}
the server collected all garbage ${collections} times by itself; resident after one more: ${after.server.toFixed(0)} MiB
${growing.length === 0 ? 'no growth beyond noise' : `grows: ${growing.join(', ')}`}`,
);
await opened.disposeAsync();
// Libwebrtc aborts in a process that ends because its event loop is empty.
process.exit(growing.length > 0 || recognized === 0 ? 1 : 0);

/** Over these minutes, MiB. */
function mean(what: keyof MemorySample, from: number, to: number): number {
  const values = samples.filter(({ at }) => at >= from && at < to).map(({ sample }) => sample[what]);
  return values.reduce((all, value) => all + value, 0) / values.length;
}

/** In MiB over hours. */
function secondHalf(what: keyof MemorySample): { at: number; value: number }[] {
  const part = minutes / 2 / PARTS;
  return Array.from({ length: PARTS }, (_, i) => {
    const from = minutes / 2 + i * part;
    return { at: from / 60, value: mean(what, from, from + part) };
  }).filter(({ value }) => Number.isFinite(value));
}
