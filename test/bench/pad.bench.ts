/**
 * Measures presentation attack detection in the terms of ISO/IEC 30107-3, with the rules of a server that nobody has set
 * otherwise: APCER of each species of attack, BPCER, and what a person pays. Prints, masks and films are painted from photographs
 * and clips, and go through the analysis of the product; `pad-station` shows a sample of it to a station in Chromium.
 * --count: presentations of each species; --only EXPRESSION: only species that match it; --half bounds: the people and
 * clips that bounds were chosen on; --liveness warn: with photo detection, which has to be installed; --after-turn RATIO:
 * another bound for the depth that is needed after a turn.
 */
import path from 'node:path';
import { evidencePolicy } from '../../server/recognition/policy.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadLivenessPack } from '../../server/vision/liveness-pack.ts';
import { LivenessCheck } from '../../server/vision/liveness.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { clipsOf, type Half, photosOf } from './depth/presentations.ts';
import { seeded } from './depth/random.ts';
import { ATTACKS, GENUINE, Stage } from './pad/species.ts';
import { type Shown, watch } from './pad/watch.ts';
import { benchOptions, type BenchRow, quantile, report } from './report.ts';
import { wilson } from './wilson.ts';

const options = benchOptions({
  cache: process.env['MUSTER_MODEL_CACHE'] ?? path.resolve(import.meta.dirname, '../../models/cache'),
  count: 150,
  seconds: 6,
  half: 'figures',
  liveness: 'off',
  only: '',
  'after-turn': 0,
});
const half: Half = options.half === 'bounds' ? 'bounds' : 'figures';
const pack = await loadPack('faceplugin');
const engine = await createEngine(pack, options.cache);
const detection = options.liveness === 'warn' ? 'warn' : 'off';
const liveness =
  detection === 'warn'
    ? await LivenessCheck.open(await loadLivenessPack(), options.cache, { threads: 1, providers: ['cpu'] })
    : null;
const policy = evidencePolicy(pack.thresholds, '1e-4', detection, 'auto');
if (options['after-turn'] > 0) policy.depthAfterTurn = options['after-turn'];
const stage = new Stage(engine, { half, seconds: options.seconds });

const rows: BenchRow[] = [];
const wanted = new RegExp(options.only);
for (const species of [...ATTACKS, ...GENUINE].filter((one) => wanted.test(one))) {
  const all: Shown[] = [];
  for (let n = 0; n < options.count; n += 1) {
    const { scene, enrolled } = await stage.present(species, n);
    const random = seeded(`draw ${species} ${n}`);
    all.push(await watch(scene, { enrolled, policy, engine, liveness, random }));
  }
  const isGenuine = GENUINE.some((one) => one === species);
  const known = all.filter(({ isKnown }) => isKnown);
  const passed = known.filter((one) => one.passed !== null);
  const add = (metric: string, value: number, unit: string, digits?: number) =>
    rows.push({ case: species, metric, value, unit, ...(digits !== undefined && { digits }) });
  add('presentations', all.length, '');
  add('recognized', known.length, '');
  add('let in', passed.length, '');
  // Somebody at a desk cannot do what is asked: only what they are asked is measured.
  if (species !== 'person at a desk') {
    const errors = isGenuine ? known.length - passed.length : passed.length;
    const [low, high] = wilson(errors, known.length);
    add(isGenuine ? 'BPCER' : 'APCER', known.length === 0 ? 0 : (100 * errors) / known.length, '%', 1);
    add('95 % from', 100 * low, '%', 1);
    add('to', 100 * high, '%', 1);
  }
  if (liveness) add('marked', passed.filter(({ isMarked }) => isMarked).length, '');
  add('asked', (100 * all.filter(({ isAsked }) => isAsked).length) / all.length, '%', 0);
  const unasked = passed.filter(({ isAsked }) => !isAsked).map((one) => one.passed!);
  const asked = passed.filter(({ isAsked }) => isAsked).map((one) => one.passed!);
  if (isGenuine && unasked.length > 0) add('unasked p50', quantile(unasked, 0.5), 's', 1);
  if (isGenuine && asked.length > 0) {
    add('asked p50', quantile(asked, 0.5), 's', 1);
    add('asked p95', quantile(asked, 0.95), 's', 1);
  }
  console.log(`${species}: ${passed.length} of ${known.length} let in`);
}
await engine.close();
await liveness?.close();
console.log(
  `\nRates: attacks let in, of those in which the person was recognized (APCER); people not let in, of those (BPCER). People and clips of the half "${half}": ${clipsOf(
    half,
  )
    .map(({ name }) => name)
    .join(
      ', ',
    )}; photographs of ${photosOf(half).length} others. Everybody who obeys is one man.\nPaint is no paper: it has no weave, no gloss and no cut edges, and its light is even. It shows what geometry and motion can tell, and flatters\nor defames photo detection. So few people say little about all people.`,
);
await report({ bench: 'pad', rows, json: options.json });
