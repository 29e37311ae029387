/**
 * Frame drawn → result received, in real Chromium through the whole product, with a real face recognised; about
 * two minutes. A station page publishes a picture with a running number drawn into its pixels; the analyzer reads the
 * number back from the decoded frame and returns it with its result.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { TIMECODE_BITS, TIMECODE_BLOCK } from '../../server/vision/timecode.ts';
import { Chromium } from '../chromium.ts';
import { Office } from '../e2e/office.ts';
import { fakeCamera, vp8Clip } from '../fixtures/clips.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { seconds, json } = benchOptions({ seconds: 30 });
const SIZES = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
];
/** Results before this many are of connections that are still rising to their bitrate. */
const WARM_UP = 30;

/** Chromium's way to make a track of frames of one's own; not in TypeScript's library. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

interface Sample {
  /** Frame drawn → result received, ms. */
  latency: number;
  recognised: boolean;
  /** Of these, in the analyzer: from the frame's arrival to its result. */
  analyzer: number;
}

const rows: BenchRow[] = [];
const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-latency-'));
const database = await EmbeddedDatabase.start({
  dataDir: folder,
  port: 0,
  log: pino({ level: 'silent' }),
  durable: false,
});
const drop = async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
};
const office = await Office.open(
  { url: database.url, drop },
  { MUSTER_TIMECODE: '1', MUSTER_ENROLMENT_BINS: '1' },
);
try {
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, width: 640, height: 480, fps: 15 }),
  );
  const admin = await office.setUp(desk);
  await office.enrol(admin, { number: '1', givenName: 'Alan', familyName: 'Adams' });
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
  const recognised = samples.filter((sample) => sample.recognised);
  const latency = recognised.map((sample) => sample.latency);
  const row = (metric: string, value: number, unit = 'ms') => ({ case: name, metric, value, unit });
  return [
    row('p50', quantile(latency, 0.5)),
    row('p90', quantile(latency, 0.9)),
    row('p99', quantile(latency, 0.99)),
    row(
      'in analyzer p50',
      quantile(
        recognised.map(({ analyzer }) => analyzer),
        0.5,
      ),
    ),
    row('results', latency.length, 'frames'),
    row('recognised', (100 * recognised.length) / samples.length, '%'),
  ];
}

/** Gives every page of this browser a camera that plays the clip, the number of the frame drawn on it. */
async function publishDrawing(browser: Chromium, clip: string, size: { width: number; height: number }) {
  const body = await readFile(clip);
  await browser.context.route('**/bench-clip.webm', (route) =>
    route.fulfill({ body, contentType: 'video/webm' }),
  );
  await browser.context.addInitScript(drawAndMeasure, {
    ...size,
    bits: TIMECODE_BITS,
    block: TIMECODE_BLOCK,
  });
}

/** Runs in the page, before the product's own scripts. */
function drawAndMeasure(options: { width: number; height: number; bits: number; block: number }): void {
  const { width, height, bits, block } = options;
  const drawn = new Map<number, number>();
  const samples: Sample[] = [];
  Object.assign(window, { latencySamples: samples });

  const camera = async (): Promise<MediaStream> => {
    const video = document.createElement('video');
    const clip = await fetch('/bench-clip.webm');
    video.src = URL.createObjectURL(await clip.blob());
    Object.assign(video, { muted: true, loop: true });
    await video.play();
    const canvas = new OffscreenCanvas(width, height);
    // Read back for every frame: keep it out of the (emulated) graphics processor.
    const paint = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
    // A camera's frames carry the moment of their capture; those of a captured canvas wait for the next repaint.
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable.getWriter();
    track.getSettings = () => ({ width, height, frameRate: 30 });
    const side = width * block;
    let code = 0;
    setInterval(() => {
      code = (code + 1) % 2 ** bits;
      paint.drawImage(video, 0, 0, width, height);
      for (let bit = 0; bit < bits; bit += 1) {
        paint.fillStyle = (code >> bit) & 1 ? '#fff' : '#000';
        paint.fillRect(bit * side, 0, side, side);
      }
      const now = performance.now();
      drawn.set(code, now);
      frames.write(new VideoFrame(canvas, { timestamp: now * 1_000 })).catch(() => {});
    }, 1000 / 30);
    const stream = new MediaStream([track]);
    return stream;
  };
  navigator.mediaDevices.getUserMedia = camera;

  // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function createDataChannel(
    this: RTCPeerConnection,
    label,
    init,
  ) {
    const channel = create.call(this, label, init);
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const now = performance.now();
      const message = JSON.parse(data) as {
        timecode?: number;
        faces?: { state: string }[];
        timings?: { wait: number; total: number };
      };
      const at = message.timecode === undefined ? undefined : drawn.get(message.timecode);
      if (at === undefined || !message.timings) return;
      samples.push({
        latency: now - at,
        recognised: message.faces?.some(({ state }) => state === 'recognised') ?? false,
        analyzer: message.timings.wait + message.timings.total,
      });
    });
    return channel;
  };
}

async function collect(page: Page, lasting: number): Promise<Sample[]> {
  await page.locator('[data-test=face][data-state=recognised]').first().waitFor();
  await page.waitForTimeout(lasting * 1000);
  return page.evaluate(() => (window as unknown as { latencySamples: Sample[] }).latencySamples);
}
