/**
 * A picture is sent → it is decoded → its result is there, by each way in: a page, an encoder (WHIP) and an IP camera (RTSP),
 * by codec, and for H.264 by decoder; with what one camera takes of a core. Each picture of the clips has its number drawn
 * into it, which the analyzer reads back. All processes read the clock of the machine: others drift apart within minutes. A page draws and encodes its pictures; the others are sent as they were encoded.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Observation } from '#protocol/results.ts';
import { av1Clip, h264Clip, vp8Clip, vp9Clip } from '../fixtures/clips.ts';
import { Chromium } from '../support/chromium.ts';
import { codecCache, hasNodeAv } from '../support/codecs.ts';
import { IngestServer, type Load } from '../support/ingest-server.ts';
import { hasProgram, programPath } from '../support/programs.ts';
import { RtspServer } from '../support/rtsp-server.ts';
import { type PageCodec, WhipPage } from '../support/whip-page.ts';
import { openBenchDatabase } from './bench-database.ts';
import { drawnIn, publishDrawing } from './drawn-camera.ts';
import type { SenderOptions, Sent } from './ingest/sender.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

/** The decoders of H.264 that are installed, and the variables that choose them. */
const DECODERS: { name: string; env: Record<string, string> }[] = [
  { name: 'tinyh264', env: { MUSTER_H264_DECODER: 'tinyh264' } },
  ...(hasNodeAv
    ? [{ name: 'node-av', env: { MUSTER_H264_DECODER: 'node-av', MUSTER_CODEC_CACHE: codecCache } }]
    : []),
];

const options = benchOptions({ seconds: 40, rate: 5, only: '' });
const FPS = 15;
const SIZE = { width: 640, height: 480 };
const SCENE = { clip: 'franck', from: 10, to: 14, boomerang: true, fps: FPS, ...SIZE } as const;
/** Eight seconds, so that no number comes back before its result. */
const NUMBERED = { ...SCENE, numbered: true } as const;
/** Until a connection is up and its bitrate has risen, ms. */
const WARM_UP = 15_000;

/** When each number was sent last, epoch ms, by the clock of the machine; and how to end it. */
interface Sending {
  sent: () => Promise<ReadonlyMap<number, number>>;
  close: () => Promise<void>;
}

interface Case {
  name: string;
  env?: Record<string, string>;
  begin: (server: IngestServer) => Promise<Sending>;
}

function byPage(codec: PageCodec): Case {
  return {
    name: `${codec}, page`,
    begin: async (server) => {
      const browser = await Chromium.launch();
      await publishDrawing(browser, await vp8Clip({ ...SCENE, kbps: 4_000 }), { ...SIZE, fps: FPS });
      const { token } = await server.addEncoder(`page ${codec}`);
      const page = await WhipPage.publish(browser, { url: server.whip, token, codec });
      return {
        sent: () => drawnIn(page.page),
        close: async () => {
          await page.close();
          await browser.close();
        },
      };
    },
  };
}

function byWhip(codec: SenderOptions['codec'], name: string, file: () => Promise<string>, env = {}): Case {
  return {
    name: `${name}, WHIP`,
    env,
    begin: async (server) => {
      const { token } = await server.addEncoder(name);
      const sender: SenderOptions = { url: server.whip, token, codec, file: await file(), fps: FPS };
      const child = fork(path.join(import.meta.dirname, 'ingest/sender.ts'), [JSON.stringify(sender)]);
      const sent = new Map<number, number>();
      child.on('message', ({ picture, at }: Sent) => sent.set(picture, at));
      return {
        sent: async () => sent,
        close: async () => {
          const exit = once(child, 'exit');
          child.disconnect();
          await exit;
        },
      };
    },
  };
}

function byRtsp(name: string, env: Record<string, string>): Case {
  return {
    name: `H.264 (${name}), RTSP`,
    env,
    begin: async (server) => {
      const sent = new Map<number, number>();
      const camera = await RtspServer.start({
        file: await h264Clip(NUMBERED),
        fps: FPS,
        onSent: (picture, at) => sent.set(picture, at),
      });
      const stop = await server.fetchCamera(`rtsp ${name}`, camera.address);
      return {
        sent: async () => sent,
        close: async () => {
          await stop();
          await camera.kill();
        },
      };
    },
  };
}

const debian = hasProgram('ffmpeg');
const cases: Case[] = [
  byWhip('vp8', 'VP8', () => vp8Clip(NUMBERED)),
  byWhip('vp9', 'VP9', () => vp9Clip(NUMBERED)),
  ...(debian ? [byWhip('av1', 'AV1', () => av1Clip(NUMBERED, programPath('ffmpeg')))] : []),
  ...DECODERS.map(({ name, env }) => byWhip('h264', `H.264 (${name})`, () => h264Clip(NUMBERED), env)),
  byPage('VP8'),
  byPage('VP9'),
  byPage('AV1'),
  ...(debian && hasProgram('gst-rtsp-server') ? DECODERS.map(({ name, env }) => byRtsp(name, env)) : []),
];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(server: IngestServer, { name, env = {}, begin }: Case): Promise<BenchRow[]> {
  /** When the result of each number came, epoch ms, and what the analyzer says of it. */
  const results: { number: number; at: number; observation: Observation }[] = [];
  let counts = false;
  const analyzer = await server.analyze(env, {
    onObservation: (observation) => {
      const at = Date.now();
      if (counts && observation.timecode !== undefined) {
        results.push({ number: observation.timecode, at, observation });
      }
    },
  });
  const sending = await begin(server);
  try {
    await wait(WARM_UP);
    const delays: { decoded: number; result: number; recognized: boolean }[] = [];
    analyzer.load();
    counts = true;
    // Numbers come back after a while, so those of each second are looked up at once.
    for (let second = 0; second < options.seconds; second += 1) {
      await wait(1_000);
      const sent = await sending.sent();
      for (const { number, at, observation } of results.splice(0)) {
        const from = sent.get(number);
        if (from === undefined) continue;
        const recognized = observation.faces.some(({ state }) => state === 'recognized');
        delays.push({ decoded: at - observation.timings.total - from, result: at - from, recognized });
      }
    }
    return rowsOf(name, delays, analyzer.load());
  } finally {
    await sending.close();
    await analyzer.close();
  }
}

function rowsOf(
  name: string,
  delays: readonly { decoded: number; result: number; recognized: boolean }[],
  load: Load,
): BenchRow[] {
  const row = (metric: string, value: number, unit: string, digits?: number): BenchRow => ({
    case: name,
    metric,
    value,
    unit,
    ...(digits !== undefined && { digits }),
  });
  const of = (what: 'decoded' | 'result', p: number) =>
    quantile(
      delays.map((delay) => delay[what]),
      p,
    );
  const all = load.server + load.media + load.analyzer + load.fetcher;
  return [
    row('decoded p50', of('decoded', 0.5), 'ms', 1),
    row('p99', of('decoded', 0.99), 'ms', 1),
    row('result p50', of('result', 0.5), 'ms', 1),
    row('result p99', of('result', 0.99), 'ms', 1),
    row('pictures', delays.length, ''),
    row('recognized', (100 * delays.filter(({ recognized }) => recognized).length) / delays.length, '%', 0),
    row('core', all, '%', 1),
    row('analyzer', load.analyzer, '%', 1),
    row('media', load.media, '%', 1),
    row('server', load.server, '%', 1),
    row('ffmpeg', load.fetcher, '%', 1),
  ];
}

const rows: BenchRow[] = [];
const database = await openBenchDatabase();
const server = await IngestServer.open({ rate: options.rate, url: database.url });
try {
  for (const each of cases.filter(({ name }) => name.includes(options.only))) {
    console.log(each.name);
    rows.push(...(await measure(server, each)));
  }
} finally {
  await server.close();
  await database.drop();
}
await report({ bench: 'ingest', rows, json: options.json });
