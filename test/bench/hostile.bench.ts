/**
 * An honest station in real Chromium while a thousand hostile sockets attack the server: its results per second and
 * their latency before, during and after, and the memory of the server; about two minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Attack } from '../support/attack.ts';
import { Chromium } from '../support/chromium.ts';
import { fakeCamera, vp8Clip } from '../fixtures/clips.ts';
import { openBenchOffice } from './bench-office.ts';
import { publishDrawing, samplesOf } from './drawn-camera.ts';
import { usage } from './process-usage.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { seconds, sockets, json } = benchOptions({ seconds: 20, sockets: 1_000 });
const SIZE = { width: 640, height: 480 };
/** Time that a connection needs to reach its bitrate, ms. */
const SETTLE = 5_000;

const office = await openBenchOffice({ MUSTER_TIMECODE: '1', MUSTER_ENROLLMENT_BINS: '1' });
const rows: BenchRow[] = [];
let attack: Attack | null = null;
try {
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...SIZE, fps: 15 }),
  );
  const admin = await office.setUp(desk);
  await office.enroll(admin, { number: '1', givenName: 'Alan', familyName: 'Adams' });
  const cookies = await desk.context.cookies();
  await admin.goto('about:blank');
  const browser = await Chromium.launch();
  try {
    const clip = await vp8Clip({ clip: 'cap13', from: 0, to: 12, boomerang: true, ...SIZE, kbps: 4_000 });
    await publishDrawing(browser, clip, SIZE);
    const page = await office.device({ admin, kind: 'station', name: 'Door', camera: browser });
    await page.locator('[data-test=face][data-state=recognized]').first().waitFor();
    await sleep(SETTLE);

    const phase = async (name: string) => {
      const from = Date.now();
      let peak = 0;
      while (Date.now() < from + seconds * 1_000) {
        peak = Math.max(peak, usage([office.server.pid]).rss);
        await sleep(250);
      }
      const to = Date.now();
      const samples = (await samplesOf(page)).filter(({ at }) => at >= from && at < to);
      const latency = samples.map((sample) => sample.latency);
      const row = (metric: string, value: number, unit: string) =>
        rows.push({ case: name, metric, value, unit });
      row('results', (samples.length * 1_000) / (to - from), '1/s');
      row('p50', quantile(latency, 0.5), 'ms');
      row('p99', quantile(latency, 0.99), 'ms');
      row('server', peak, 'MiB');
      if (attack) row('hostile open', attack.open, 'sockets');
    };

    await phase('before');
    attack = await Attack.start({
      url: office.server.url,
      mediaPort: office.server.mediaPort,
      sockets,
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    });
    await phase(`${sockets} hostile sockets`);
    const { tried, ended, sent } = attack;
    attack.stop();
    attack = null;
    await sleep(SETTLE);
    await phase('after');
    console.log(`hostile: ${tried} connections tried, ${ended} ended, ${sent} messages and datagrams sent`);
  } finally {
    await browser.close();
  }
} finally {
  attack?.stop();
  await office.close();
}
await report({ bench: 'hostile', rows, json });
