/**
 * Measures presentation attack detection in the terms of ISO/IEC 30107-3: APCER of each attack species, and BPCER. Takes
 * under ten minutes. Real people, and attacks made from their pictures, are shown to a station through Chromium's camera,
 * the media server and the analyzer. The person is always in the gallery; the measure is whether the station recognizes
 * the face. With --challenge (doubtful, always), only attacks are shown, because the people in the clips cannot follow
 * instructions. --only EXPRESSION shows only the presentations whose names match it.
 */
import { loadConfig } from '../../config/config.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { livenessInForce } from '../../server/vision/liveness-pack.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { sharedClips } from '../fixtures/pictures.ts';
import { openBenchOffice } from './bench-office.ts';
import { enroll, pair, show, type Shown } from './pad/door.ts';
import { people, type Presentation, presentations, SPECIES } from './pad/presentations.ts';
import { count } from './pad/rates.ts';
import { type BenchRow, benchOptions, report } from './report.ts';
import { wilson } from './wilson.ts';

const { json, only, challenge } = benchOptions({ only: '', challenge: 'never' });
const challenged = challenge !== 'never';
const config = loadConfig({
  MUSTER_MODEL_PACK: process.env['MUSTER_MODEL_PACK'],
  MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
});
// Without the files of the liveness pack there is nothing to measure: this throws an error that says how to install them.
await livenessInForce('require', config.models.cacheDir);
if (sharedClips === null) console.log('MUSTER_TEST_MODELS is not set: two people, no collected stills.');

const engine = await createEngine(await loadPack(config.models.pack), config.models.cacheDir);
const wanted = new RegExp(only);
const shown = presentations(engine).filter(
  ({ name, species }) =>
    wanted.test(`${name} ${species ?? 'real person'}`) && !(challenged && species === null),
);
const cameras = new Map<Presentation, string>();
for (const presentation of shown) cameras.set(presentation, await presentation.camera());
await engine.close();

const office = await openBenchOffice({
  MUSTER_ENROLLMENT_BINS: '0',
  MUSTER_LIVENESS: 'require',
  MUSTER_CHALLENGE: challenge,
});
const results = new Map<Presentation, Shown>();
try {
  const desk = await office.browser();
  const admin = await office.setUp(desk);
  const missing = new Set<string>();
  for (const person of new Set(shown.map((presentation) => presentation.person))) {
    const scene = people[person]!.scene;
    const picture = scene.still || scene.file?.endsWith('.jpg') ? { ...scene, seconds: 2, to: 2 } : scene;
    const browser = await office.browser(await fakeCamera({ ...picture, width: 640, height: 480 }));
    const visitor = { number: person, givenName: person, familyName: 'Bench' };
    if (!(await enroll(office, browser, visitor))) missing.add(person);
    await browser.close();
  }
  for (const person of missing) console.log(`${person} could not be enrolled: left out`);
  const pairing = await pair(office, admin);
  for (const presentation of shown.filter(({ person }) => !missing.has(person))) {
    const { name } = presentation;
    const result = await show(office, { pairing, camera: cameras.get(presentation)!, challenged });
    results.set(presentation, result);
    console.log(
      `${presentation.species ?? 'real person'} | ${name}: ${result.outcome} (${result.states.join(' → ') || 'no face found'})`,
    );
  }
} finally {
  await office.close();
}

const rows: BenchRow[] = [];
const of = (asked: Presentation['species']) =>
  [...results].filter(([{ species }]) => species === asked).map(([, { outcome }]) => outcome);
for (const species of [...SPECIES, null]) {
  const outcomes = of(species);
  if (outcomes.length === 0) continue;
  const { errors, silent, total, of: judged } = count(outcomes, species === null);
  const [low, high] = wilson(errors, judged);
  const name = species === null ? 'real people: BPCER' : `${species}: APCER`;
  const row = (metric: string, value: number, unit: string) => rows.push({ case: name, metric, value, unit });
  row('presentations', total, '');
  row('errors', errors, '');
  row('no decision', silent, '');
  if (judged > 0) row('rate', (100 * errors) / judged, '%');
  row('95 % from', 100 * low, '%');
  row('to', 100 * high, '%');
}
console.log(
  '\nAPCER: attacks let through, of those judged. BPCER: real people not let through, of all. Wilson intervals: a handful\nof presentations, most of them painted, of few people, is no evaluation by ISO/IEC 30107-3; it finds what is broken.\nThe bounds of the liveness score were chosen with some of these pictures in view: others may fare worse.',
);
await report({ bench: 'pad-station', rows, json });
