/**
 * Frame drawn → result received, in real Chromium through the whole product, with a real face recognized; about
 * two minutes. A station page publishes a picture with a running number drawn into its pixels; the analyzer reads the
 * number back from the decoded frame and returns it with its result.
 */
import type { Page } from 'playwright-core';
import { Chromium } from '../support/chromium.ts';
import { fakeCamera, vp8Clip } from '../fixtures/clips.ts';
import { openBenchOffice } from './bench-office.ts';
import { publishDrawing, type Sample, samplesOf } from './drawn-camera.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { seconds, json } = benchOptions({ seconds: 30 });
const SIZES = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
];
/** Results before this many do not count, because the connection is still raising its bitrate. */
const WARM_UP = 30;

const rows: BenchRow[] = [];
const office = await openBenchOffice({ MUSTER_TIMECODE: '1', MUSTER_ENROLLMENT_BINS: '1' });
try {
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, width: 640, height: 480, fps: 15 }),
  );
  const admin = await office.setUp(desk);
  await office.enroll(admin, { number: '1', givenName: 'Alan', familyName: 'Adams' });
  await admin.goto('about:blank');
  for (const size of SIZES) {
    const name = `${size.width}×${size.height}`;
    const browser = await Chromium.launch();
    try {
      const clip = await vp8Clip({ clip: 'cap13', from: 0, to: 12, boomerang: true, ...size, kbps: 4_000 });
      await publishDrawing(browser, clip, size);
      const page = await office.device({ admin, kind: 'station', name, camera: browser });
      const samples = (await collect(page, seconds)).slice(WARM_UP);
      rows.push(...figures(name, samples));
    } finally {
      await browser.close();
    }
  }
} finally {
  await office.close();
}
await report({ bench: 'latency', rows, json });

function figures(name: string, samples: readonly Sample[]): BenchRow[] {
  const recognized = samples.filter((sample) => sample.recognized);
  const latency = recognized.map((sample) => sample.latency);
  const row = (metric: string, value: number, unit = 'ms') => ({ case: name, metric, value, unit });
  return [
    row('p50', quantile(latency, 0.5)),
    row('p90', quantile(latency, 0.9)),
    row('p99', quantile(latency, 0.99)),
    row(
      'in analyzer p50',
      quantile(
        recognized.map(({ analyzer }) => analyzer),
        0.5,
      ),
    ),
    row('results', latency.length, 'frames'),
    row('recognized', (100 * recognized.length) / samples.length, '%'),
  ];
}

async function collect(page: Page, lasting: number): Promise<Sample[]> {
  await page.locator('[data-test=face][data-state=recognized]').first().waitFor();
  await page.waitForTimeout(lasting * 1000);
  return samplesOf(page);
}
