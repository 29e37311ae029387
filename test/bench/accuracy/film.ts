/** Pictures through the real media path: Chromium's VP8 encoder, SRTP, the media worker, the analyzer's decoder. */
import path from 'node:path';
import { pino } from 'pino';
import { build } from 'vite';
import { CameraConsumer } from '../../../server/analyzer/camera-consumer.ts';
import type { Camera } from '../../../server/media/camera.ts';
import type { MediaPeer } from '../../../server/media/media-peer.ts';
import { Network } from '../../../server/network/network.ts';
import { MediaServer } from '../../../server/media/media-server.ts';
import { readTimecode, TIMECODE_BITS, TIMECODE_BLOCK } from '../../../server/vision/timecode.ts';
import type { I420Frame } from '../../../server/vision/types.ts';
import { Chromium } from '../../support/chromium.ts';
import { mediaWorkerBin } from '../../support/media-worker.ts';
import type * as videoPage from './video-page.ts';

/** The options that the page gets. */
export interface FilmOptions {
  /** Size of the published picture. The source pictures are larger by `sway` on each side. */
  width: number;
  height: number;
  fps: number;
  sway: number;
  pictures: number;
  framesEach: number;
  /** How long the first picture is shown before the measurement begins, s. */
  warmUp: number;
}

export const FILM = { width: 640, height: 480, fps: 30, sway: 4, framesEach: 15, warmUp: 4 } as const;

/** The decoded frames of one picture. */
export interface Filmed {
  /** The first frame after the cut from the previous picture. */
  first: I420Frame;
  /** The last frame before the next cut. */
  last: I420Frame;
}

/**
 * Publishes each picture for half a second and returns it as the analyzer decodes it; undefined for a picture of which no
 * frame arrived. Every picture must have the size of the film plus `sway` on each side. The pictures are changed: each
 * gets its number drawn into it. At most 1,000 pictures.
 */
export async function film(
  pictures: readonly I420Frame[],
  done: (count: number) => void,
): Promise<(Filmed | undefined)[]> {
  if (pictures.length >= 2 ** TIMECODE_BITS) throw new RangeError('More pictures than numbers');
  for (const [n, picture] of pictures.entries()) drawNumber(picture, n);
  const filmed: (Filmed | undefined)[] = pictures.map(() => undefined);
  const log = pino({ level: 'silent' });
  const media = await MediaServer.create({
    config: { workers: 1, port: 0, listen: ['127.0.0.1'], announce: undefined, workerBin: mediaWorkerBin() },
    analysis: { rate: FILM.fps, minFace: 0.1 },
    network: new Network({ log: pino({ level: 'silent' }) }),
    log,
  });
  const browser = await Chromium.launch();
  let consumer: CameraConsumer | null = null;
  try {
    const publisher = await media.join('publisher');
    const watched = new Promise<Camera>((resolve) => {
      media.cameras.once('camera.added', resolve);
    });
    const receive = async () => {
      consumer = await watch(await watched, (frame) => {
        const n = readTimecode(frame);
        if (n >= filmed.length) return;
        const copy = { ...frame, data: frame.data.slice() };
        // The buffer of the sink is only valid during this call.
        filmed[n] = { first: filmed[n]?.first ?? copy, last: copy };
        done(n + 1);
      });
    };
    const page = await openPage(browser, publisher, pictures);
    const options: FilmOptions = { ...FILM, pictures: pictures.length };
    await Promise.all([
      receive(),
      page.evaluate((o) => (globalThis as unknown as { film: typeof videoPage }).film.showAll(o), options),
    ]);
  } finally {
    (consumer as CameraConsumer | null)?.close();
    await browser.close();
    await media.close();
  }
  return filmed;
}

async function watch(camera: Camera, onPicture: (frame: I420Frame) => void): Promise<CameraConsumer> {
  const transport = await camera.source.openTransport();
  const consumer = await CameraConsumer.open({
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters),
    onPicture: ({ data, width, height }) => onPicture({ data, width, height }),
    onLost: () => {},
  });
  await consumer.consume(await transport.consume(consumer.rtpCapabilities));
  await transport.resume();
  return consumer;
}

/** Opens a page on localhost, which browsers trust like https. No server is needed: the requests are intercepted. */
async function openPage(browser: Chromium, peer: MediaPeer, pictures: readonly I420Frame[]) {
  const script = await bundle();
  await browser.context.route('http://localhost/**', async (route) => {
    const [, n] = /\/picture\/(\d+)$/.exec(route.request().url()) ?? [];
    const picture = n === undefined ? undefined : pictures[Number(n)];
    if (picture)
      await route.fulfill({ body: Buffer.from(picture.data), contentType: 'application/octet-stream' });
    else await route.fulfill({ body: '<!doctype html>', contentType: 'text/html' });
  });
  await browser.context.exposeFunction('musterRequest', (method: string, data: Record<string, unknown>) =>
    answer(peer, method, data),
  );
  const page = await browser.open('http://localhost/');
  await page.addScriptTag({ content: script });
  return page;
}

/** Replies to the requests of the page as the signaling server does for a paired station. */
async function answer(peer: MediaPeer, method: string, data: Record<string, unknown>): Promise<unknown> {
  const transportId = String(data['transportId']);
  switch (method) {
    case 'media.join':
      return { rtpCapabilities: peer.rtpCapabilities };
    case 'media.create-transport':
      return await peer.createTransport(data['direction'] === 'send' ? 'send' : 'recv');
    case 'media.connect-transport':
      await peer.connectTransport(transportId, data['dtlsParameters']);
      return {};
    case 'media.produce': {
      const identity = { id: 'door', name: 'Door', purpose: 'station' } as const;
      const camera = await peer.produce(transportId, data['rtpParameters'], identity);
      return { producerId: camera.producerId, cameraId: camera.id };
    }
    case 'media.consume-results':
      return await peer.consumeResults(transportId);
    case 'media.replay-events':
      await peer.replayEvents();
      return {};
    default:
      throw new Error(`The page asked for ${method}`);
  }
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: path.join(import.meta.dirname, 'video-page.ts'), formats: ['iife'], name: 'film' },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  const chunk = result && 'output' in result ? result.output[0] : undefined;
  if (!chunk) throw new Error('The page of the film could not be built');
  return chunk.code;
}

/** Draws the number so that `readTimecode` can read it when the picture is in the middle of its movement. */
function drawNumber({ data, width, height }: I420Frame, n: number): void {
  const side = FILM.width * TIMECODE_BLOCK;
  const luma = width * height;
  for (let bit = 0; bit < TIMECODE_BITS; bit += 1) {
    const value = (n >> bit) & 1 ? 235 : 16;
    for (let y = 0; y < side; y += 1) {
      const at = (FILM.sway + y) * width + FILM.sway + bit * side;
      data.fill(value, at, at + side);
      const chroma = luma + ((FILM.sway + y) >> 1) * (width / 2) + ((FILM.sway + bit * side) >> 1);
      data.fill(128, chroma, chroma + side / 2);
      data.fill(128, chroma + luma / 4, chroma + luma / 4 + side / 2);
    }
  }
}
