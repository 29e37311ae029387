/**
 * How long a person waits at the door: people walk up to a station in real Chromium, one at a time and several at once, with
 * photo detection off and required. From the first picture with the whole face to the name, to the punch, and to its card on
 * the screen. `--challenge` sets MUSTER_CHALLENGE in place of its default; `--passings` says how often people walk up in each
 * case.
 */
import type { Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PersonView } from '#protocol/people.ts';
import { loadConfig } from '../../config/config.ts';
import { livenessInForce } from '../../server/vision/liveness-pack.ts';
import type { Office } from '../e2e/office.ts';
import { fakeCamera, type Scene, vp8Clip } from '../fixtures/clips.ts';
import { sharedClips } from '../fixtures/pictures.ts';
import { Chromium } from '../support/chromium.ts';
import { DEFAULT_CHALLENGE } from '../support/muster-server.ts';
import { openBenchOffice } from './bench-office.ts';
import { giveWalkUpCamera, type Passing, walkUp } from './door/walk-up-camera.ts';
import { staffApi } from './known-people.ts';
import { enroll } from './pad/door.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { passings, challenge, json } = benchOptions({ passings: 20, challenge: '' });

/** A person may punch again after this, seconds. */
const GAP = 1;
/** Nobody is in view for this long between two passings, ms: a face is remembered for 1.5 s. */
const EMPTY = 2_500;
/** They leave after this, ms: who is asked for a movement does not make it. */
const PATIENCE = 6_000;
/** They come into view 2.2 m away and stop at 0.7 m: at VGA, the eyes of a face there are 20 px apart at first. */
const WALK = { fps: 30, far: 2.2, near: 0.7, speed: 1.2 };

/** Whom the desk enrolls, and how the same person looks at the door: another moment, where there is one. */
const people: Record<string, { desk: Scene; door: Scene }> = {
  alan: {
    desk: { clip: 'cap12', from: 19, to: 31, boomerang: true },
    door: { clip: 'cap13', from: 0, to: 6, boomerang: true },
  },
  bob: {
    desk: { clip: 'franck', from: 95, to: 105, speed: 0.5, boomerang: true },
    door: { clip: 'franck', from: 132, to: 138, boomerang: true },
  },
  ...(sharedClips && {
    wilma: {
      desk: { file: sharedClips.woman.file, from: 0.6, to: 1.9, speed: 0.15, boomerang: true },
      door: { file: sharedClips.woman.file, to: 0.7, speed: 0.4, boomerang: true },
    },
    max: {
      desk: { file: sharedClips.man.file, to: 5, boomerang: true },
      door: { file: sharedClips.man.file, to: 1.5, speed: 0.6, boomerang: true },
    },
  }),
};

if (sharedClips === null) console.log('MUSTER_TEST_MODELS is not set: two people instead of four.');
const rows: BenchRow[] = [];
for (const liveness of ['off', 'require'] as const) {
  if (liveness === 'require' && !(await hasLiveness())) {
    console.log('The model minifasnet is not installed: photo detection is left out.');
    continue;
  }
  const office = await openBenchOffice({
    MUSTER_LIVENESS: liveness,
    MUSTER_MIN_GAP_SECONDS: String(GAP),
    MUSTER_ENROLLMENT_BINS: '0',
    ...(challenge === '' ? DEFAULT_CHALLENGE : { MUSTER_CHALLENGE: challenge }),
  });
  try {
    const admin = await office.setUp(await office.browser());
    const ids = await enrollAll(office, admin);
    const all = [...ids.values()];
    const one = await station(office, admin, { name: 'One', ids, width: 640, height: 480 });
    const alone = Array.from({ length: passings }, (_, i) => [all[i % all.length]!]);
    rows.push(...figures(`one, photo detection ${liveness}`, await pass(one, alone)));
    await one.context().browser()!.close();
    const many = await station(office, admin, { name: 'Many', ids, width: 1280, height: 720 });
    const together = Array.from({ length: Math.ceil(passings / 2) }, () => all);
    rows.push(...figures(`${all.length} at once, photo detection ${liveness}`, await pass(many, together)));
  } finally {
    await office.close();
  }
}
await report({ bench: 'door', rows, json });

async function hasLiveness(): Promise<boolean> {
  const { models } = loadConfig({ MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'] });
  return livenessInForce('require', models.cacheDir).then(
    () => true,
    () => false,
  );
}

/** Name → person ID. */
async function enrollAll(office: Office, admin: Page): Promise<Map<string, string>> {
  for (const [name, { desk }] of Object.entries(people)) {
    const browser = await office.browser(await fakeCamera({ ...desk, width: 640, height: 480 }));
    const enrolled = await enroll(office, browser, { number: name, givenName: name, familyName: 'Bench' });
    if (!enrolled) throw new Error(`${name} could not be enrolled`);
    await browser.close();
  }
  const api = staffApi(admin, office.server.url);
  const { people: found } = await api<{ people: PersonView[] }>('GET', '/people');
  await admin.goto('about:blank');
  return new Map(found.map(({ number, id }) => [number, id]));
}

async function station(
  office: Office,
  admin: Page,
  { name, ids, ...size }: { name: string; ids: Map<string, string>; width: number; height: number },
): Promise<Page> {
  const films: Record<string, string> = {};
  for (const [who, id] of ids) {
    films[id] = await vp8Clip({ ...people[who]!.door, width: 640, height: 480, kbps: 3_000 });
  }
  const browser = await Chromium.launch();
  await giveWalkUpCamera(browser, { ...WALK, ...size, films });
  const page = await office.device({ admin, kind: 'station', name, camera: browser });
  await page.locator('muster-station[data-connection=live]').waitFor();
  // The connection raises its bitrate, and a camera gets to know its surroundings.
  await sleep(8_000);
  return page;
}

async function pass(page: Page, turns: readonly (readonly string[])[]): Promise<Passing[]> {
  const all: Passing[] = [];
  for (const turn of turns) {
    all.push(...(await walkUp(page, turn, PATIENCE)));
    await sleep(EMPTY);
  }
  return all;
}

function figures(name: string, all: readonly Passing[]): BenchRow[] {
  const row = (metric: string, value: number, unit: string, digits?: number): BenchRow => ({
    case: name,
    metric,
    value,
    unit,
    ...(digits !== undefined && { digits }),
  });
  const times = (what: 'name' | 'punch' | 'card') => {
    const known = all.map((passing) => passing[what]).filter((ms) => ms !== null);
    return [
      row(`${what} p50`, quantile(known, 0.5), 'ms', 0),
      row(`${what} p95`, quantile(known, 0.95), 'ms', 0),
    ];
  };
  const share = (of: (passing: Passing) => boolean) => (100 * all.filter(of).length) / all.length;
  return [
    row('passings', all.length, ''),
    ...times('name'),
    ...times('punch'),
    ...times('card'),
    row(
      'named',
      share((passing) => passing.name !== null),
      '%',
      0,
    ),
    row(
      'challenged',
      share((passing) => passing.challenged),
      '%',
      0,
    ),
  ];
}
