/**
 * What watching costs: cameras at VGA in real Chromium, each with one known face, watched by nobody, as tiles of the wall, and
 * in full size; about five minutes. Linux only. A camera is drawn in its page and sends 15 pictures a second, and two of them
 * are analyzed. Each camera is a Chromium of its own and needs most of a core: more than the machine has cores measure its
 * scheduler, and not the wall.
 */
import type { Page } from 'playwright-core';
import { childrenOf } from '../support/processes.ts';
import { countSentVideo, type SentLayer, sentVideo } from '../support/sent-video.ts';
import { fakeCamera, vp8Clip } from '../fixtures/clips.ts';
import { openBenchOffice } from './bench-office.ts';
import { publishDrawing, samplesOf } from './drawn-camera.ts';
import { usage } from './process-usage.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { cameras, seconds, json } = benchOptions({ cameras: 2, seconds: 20 });
const VGA = { width: 640, height: 480 };
const FPS = 15;
/** After a change of what is watched, until the layers are those that are measured, ms. */
const SETTLE = 20_000;
/** The wall on these screens: without it, on one so coarse that the small layer fills a tile, and on one so fine that it does not. */
const WATCHED = [
  { by: 'nobody', density: 0 },
  { by: 'tiles', density: 0.3 },
  { by: 'full size', density: 4 },
] as const;

const rows: BenchRow[] = [];
const office = await openBenchOffice({
  MUSTER_TIMECODE: '1',
  MUSTER_ENROLLMENT_BINS: '1',
  MUSTER_ANALYSIS_RATE: '2',
});
try {
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA, fps: FPS }),
  );
  const admin = await office.setUp(desk);
  await office.enroll(admin, { number: '1', givenName: 'Alan', familyName: 'Adams' });
  await admin.goto('about:blank');
  const clip = await vp8Clip({ clip: 'cap13', from: 0, to: 12, boomerang: true, ...VGA, kbps: 4_000 });
  const doors: Page[] = [];
  for (const count of new Set([Math.ceil(cameras / 2), cameras])) {
    while (doors.length < count) doors.push(await door(admin, clip, `Door ${doors.length + 1}`));
    for (const { by, density } of WATCHED) {
      const wall = density === 0 ? null : await watch(count, density);
      await doors[0]!.waitForTimeout(SETTLE);
      rows.push(...(await measure(`${count} cameras, ${by}`, doors, wall)));
      await wall?.context().browser()!.close();
    }
  }
} finally {
  await office.close();
}
await report({ bench: 'wall', rows, json });

async function door(admin: Page, clip: string, name: string): Promise<Page> {
  const browser = await office.browser();
  await publishDrawing(browser, clip, { ...VGA, fps: FPS });
  await countSentVideo(browser);
  const page = await office.device({ admin, kind: 'station', name, camera: browser });
  await page.locator('[data-test=face][data-state=recognized]').first().waitFor();
  return page;
}

/** Opens the wall in a browser of its own, in which all tiles are in sight. */
async function watch(tiles: number, density: number): Promise<Page> {
  const browser = await office.browser(undefined, { size: { width: 1000, height: 640 }, density });
  const page = await office.signIn(browser);
  await page.goto(`${office.server.url}/devices/wall`);
  const live = page.locator('[data-test=tile][data-state=live]');
  await live.nth(tiles - 1).waitFor();
  return page;
}

async function measure(name: string, doors: readonly Page[], wall: Page | null): Promise<BenchRow[]> {
  const server = [office.server.pid];
  const worker = childrenOf(office.server.pid, 'mediasoup-worker');
  const begun = performance.now();
  const from = performance.timeOrigin + begun;
  const before = { server: usage(server), worker: usage(worker), sent: await sentByAll(doors) };
  await doors[0]!.waitForTimeout(seconds * 1000);
  const after = { server: usage(server), worker: usage(worker), sent: await sentByAll(doors) };
  const took = (performance.now() - begun) / 1000;
  const samples = (await Promise.all(doors.map(samplesOf))).flat().filter(({ at }) => at >= from);
  const latency = samples.filter(({ recognized }) => recognized).map((sample) => sample.latency);
  const percent = (a: number, b: number) => (100 * (b - a)) / took;
  const row = (metric: string, value: number, unit: string) => ({ case: name, metric, value, unit });
  const [small, large] = ['small', 'large'].map((_, layer) => ratesOf(before.sent, after.sent, layer, took));
  const widths = await wall
    ?.locator('[data-test=tile] video')
    .evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).videoWidth));
  const shown = Math.max(0, ...(widths ?? []));
  return [
    row('tile', shown, 'px'),
    row('per tile', shown === 0 ? 0 : (shown < VGA.width ? small! : large!).kbps, 'kbit/s'),
    row('server', percent(before.server.cpu, after.server.cpu), '% core'),
    row('media worker', percent(before.worker.cpu, after.worker.cpu), '% core'),
    row('small layer', small!.kbps, 'kbit/s'),
    row('its encoder', small!.encoder, '% core'),
    row('large layer', large!.kbps, 'kbit/s'),
    row("large one's encoder", large!.encoder, '% core'),
    row('result p50', quantile(latency, 0.5), 'ms'),
    row('result p90', quantile(latency, 0.9), 'ms'),
  ];
}

/** The layers of each camera. */
function sentByAll(doors: readonly Page[]): Promise<SentLayer[][]> {
  return Promise.all(doors.map(sentVideo));
}

/** The mean of all cameras. */
function ratesOf(before: readonly SentLayer[][], after: readonly SentLayer[][], layer: number, took: number) {
  const growth = (field: 'bytes' | 'encoding') => {
    const grown = after.map((layers, n) => {
      const [from, to] = [before[n]?.[layer], layers[layer]];
      if (!from || !to) throw new Error('A camera lost its connection: the machine is too busy for so many.');
      return to[field] - from[field];
    });
    return grown.reduce((sum, value) => sum + value, 0) / grown.length / took;
  };
  return { kbps: (growth('bytes') * 8) / 1000, encoder: 100 * growth('encoding') };
}
