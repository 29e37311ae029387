/**
 * Decoders of H.264 that fail: the real media worker, a real analyzer with real faces, encoders by WHIP and a camera by RTSP. A
 * decoder takes its camera with it and nothing else.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool } from '../../server/analyzer/analyzer-pool.ts';
import { DECODER_LIMITS } from '../../server/analyzer/h264/decoder-messages.ts';
import { WhipSessions } from '../../server/ingest/whip-sessions.ts';
import type { H264Decoding } from '../../server/media/codecs.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { Network } from '../../server/network/network.ts';
import { RtspCameras } from '../../server/rtsp/rtsp-cameras.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { DecoderFault } from '#protocol/analyzer.ts';
import type { EncoderView } from '#protocol/devices.ts';
import { h264Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { codecCache, hasNodeAv, NEEDS_NODE_AV } from '../support/codecs.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { loadH264Clip } from '../support/h264-publisher.ts';
import { Inspector } from '../support/inspector.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';
import { RtspServer } from '../support/rtsp-server.ts';
import { WhipClient, type WhipClip } from '../support/whip-client.ts';

const SCENE = {
  clip: 'franck',
  from: 10,
  to: 14,
  boomerang: true,
  width: 640,
  height: 480,
  fps: 15,
} as const;

interface Office {
  services: DataServices;
  media: MediaServer;
  pool: AnalyzerPool;
  sessions: WhipSessions;
  url: string;
  owner: Browser;
  person: string;
  /** What was logged of cameras that are not watched. */
  logged: { cameraId: string; fault?: string; delay: number }[];
  close(): Promise<void>;
}

/** @param offered which H.264 the server lets in; by default what its analyzer decodes */
async function openOffice(decoder: 'tinyh264' | 'node-av', offered?: H264Decoding): Promise<Office> {
  await using opened = new AsyncDisposableStack();
  const logged: Office['logged'] = [];
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        const line = JSON.parse(chunk.toString('utf8')) as { event?: string } & Office['logged'][number];
        if (line.event === 'camera.not-watched') logged.push(line);
        done();
      },
    }),
  );
  const config = loadConfig({
    MUSTER_CHALLENGE: 'never',
    MUSTER_ANALYZERS: '1',
    MUSTER_VISION_THREADS: '1',
    MUSTER_LOG_LEVEL: 'silent',
    MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
    MUSTER_MODEL_PACK: 'faceplugin',
    MUSTER_FORMER_MODEL_PACK: 'none',
    MUSTER_CODEC_CACHE: codecCache,
    MUSTER_H264_DECODER: decoder,
  });
  const services = await openDataServices();
  opened.defer(() => services.close());
  const network = new Network({ log });
  opened.defer(() => network.close());
  const media = await MediaServer.create({
    config: { workers: 1, port: 0, listen: ['127.0.0.1'], announce: undefined, workerBin: mediaWorkerBin() },
    analysis: { ...config.analyzer, h264: offered ?? config.analyzer.h264 },
    network,
    log,
  });
  opened.defer(() => media.close());
  const { id: person } = await services.addConsentedPerson();
  const pack = await loadPack(config.models.pack);
  const engine = await createEngine(pack, config.models.cacheDir);
  const embeddings = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
  await engine.close();
  const pool = await AnalyzerPool.create({
    config,
    log,
    loadGallery: async () => [{ personId: person, contract: pack.contract, embeddings }],
  });
  opened.defer(() => pool.close());
  media.cameras.on('camera.added', (camera) => pool.watch(camera.source));
  media.cameras.on('camera.removed', (camera) => pool.unwatch(camera.id));
  pool.on('camera.stats', (stats) => media.cameras.analyzed(stats));
  pool.on('camera.decoder-fault', (id, fault) => media.cameras.get(id)?.decoderFailed(fault));
  pool.on('sighting', (_sighting, safe) => safe());
  const sessions = new WhipSessions({ media, log });
  opened.defer(() => sessions.close());
  const rest = await RestServer.start(services, { whip: sessions });
  opened.defer(() => rest.stop());
  const owner = await rest.staff();
  const stack = opened.move();
  const url = `${rest.origin}/api/whip`;
  return { services, media, pool, sessions, url, owner, person, logged, close: () => stack.disposeAsync() };
}

let office: Office;
const clients: WhipClient[] = [];

async function publish(name: string, source: WhipClip): Promise<string> {
  const { device, token } = await office.owner.json<EncoderView>('POST', '/api/v1/devices/encoders', {
    name,
  });
  clients.push(await WhipClient.publish(office.url, token, source));
  return device.id;
}

/** Pictures of the camera in which the person is recognized, from now on. */
function recognitions(cameraId: string): { count: number; stop(): void } {
  const { pool, person } = office;
  const found = { count: 0, stop: () => void pool.off('observation', onObservation) };
  const onObservation = (seen: { camera: string; faces: readonly { personId?: string }[] }) => {
    if (seen.camera === cameraId && seen.faces.some(({ personId }) => personId === person)) found.count += 1;
  };
  pool.on('observation', onObservation);
  return found;
}

const LONG = { timeout: 40_000, interval: 100 };

/** Resolves once the person has been recognized in this many more pictures. */
async function recognized(cameraId: string, count = 3): Promise<void> {
  const found = recognitions(cameraId);
  await vi.waitFor(() => expect(found.count).toBeGreaterThanOrEqual(count), LONG);
  found.stop();
}

/** Resolves with the next report of a second in which pictures of it came. */
async function pictureOf(cameraId: string): Promise<void> {
  await vi.waitFor(async () => {
    const [stats] = (await once(office.pool, 'camera.stats')) as [{ cameraId: string; fpsIn: number }];
    if (stats.cameraId !== cameraId || stats.fpsIn === 0) throw new Error('no picture yet');
  }, LONG);
}

const analyzerPid = () => office.pool.list()[0]!.pid;
const decoders = () => childrenOf(analyzerPid(), 'h264-process');

async function load(profile: 'baseline' | 'high'): Promise<WhipClip> {
  return { codec: 'h264', clip: await loadH264Clip(await h264Clip({ ...SCENE, profile }), 15) };
}

/** What was seen of a failure by whoever watched both cameras. */
interface Failure {
  /** The camera whose decoder failed, and how. */
  camera: 'door' | 'yard';
  fault: DecoderFault;
  /** What staff read of it. */
  problem: string | undefined;
  /** Whether the analyzer is the same process as before. */
  sameAnalyzer: boolean;
  /** Of which cameras, and of which faults, the log says that they were not watched. */
  logged: string[];
}

const survived = (fault: DecoderFault): Failure => ({
  camera: 'door',
  fault,
  problem: expect.stringMatching(/^The decoder of this camera .* It is started again\.$/) as string,
  sameAnalyzer: true,
  logged: [`door ${fault}`],
});

/**
 * Breaks the decoder of the camera at the door while another one is watched, and waits until the person has been recognized
 * again in front of both.
 *
 * @param breaks called when the decoder of the door is the youngest
 */
async function failure(source: WhipClip, breaks: () => Promise<void>): Promise<Failure> {
  const { pool, media, logged } = office;
  const yard = await publish('Yard', source);
  await recognized(yard);
  const door = await publish('Door', source);
  await recognized(door);
  const pid = analyzerPid();
  const failed = once(pool, 'camera.decoder-fault') as Promise<[string, DecoderFault]>;
  await breaks();
  const [id, fault] = await failed;
  const problem = media.cameras.get(id)?.state().problem?.message;
  await Promise.all([recognized(door), recognized(yard)]);
  const nameOf = (cameraId: string) => (cameraId === door ? 'door' : 'yard');
  return {
    camera: nameOf(id),
    fault,
    problem,
    sameAnalyzer: analyzerPid() === pid && isRunning(pid),
    logged: logged.map((line) => `${nameOf(line.cameraId)} ${line.fault}`),
  };
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const id of office.sessions.devices) office.sessions.endOf(id);
  while (decoders().length > 0 || office.media.cameras.size > 0) await sleep(50);
  office.logged.length = 0;
});

describe('the decoder that comes with Muster', { timeout: 120_000 }, () => {
  let port: number;
  beforeAll(async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as { port: number });
    server.close();
    // Of the analyzer, which opens its inspector when it is asked to.
    process.env['NODE_OPTIONS'] = `--inspect-port=127.0.0.1:${port}`;
    office = await openOffice('tinyh264');
    delete process.env['NODE_OPTIONS'];
  });
  afterAll(() => office?.close());

  /** In the thread that was started last. */
  async function runInDecoder(expression: string): Promise<void> {
    process.kill(analyzerPid(), 'SIGUSR1');
    const address = await vi.waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      return ((await answer.json()) as { webSocketDebuggerUrl: string }[])[0]!.webSocketDebuggerUrl;
    }, LONG);
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await once(socket, 'open');
    const inspector = new Inspector(socket);
    const ran = await inspector.runInWorker(expression, (programs) =>
      programs.findLastIndex((program) => program.includes('h264-thread')),
    );
    expect(ran).toBe(true);
    inspector.close();
  }

  it('a thread that throws takes one camera with it, which comes back by itself', async () => {
    const seen = await failure(await load('baseline'), () =>
      runInDecoder(`setTimeout(() => { throw new Error('out of order') })`),
    );
    expect(seen).toEqual(survived('crashed'));
  });

  it('a thread that does not answer for 8 s is ended, and its camera comes back by itself', async () => {
    expect(DECODER_LIMITS.silence).toBe(8_000);
    const seen = await failure(await load('baseline'), () => runInDecoder('for (;;);'));
    expect(seen).toEqual(survived('hung'));
  });
});

describe('an analyzer without the decoders that its server has', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    office = await openOffice('tinyh264', 'high');
  });
  afterAll(() => office?.close());

  it('takes a camera where there is no other analyzer, and recognizes whoever its own decoder shows', async () => {
    const door = await publish('Door', await load('baseline'));
    await recognized(door);
    expect(office.logged).toEqual([]);
  });
});

describe.skipIf(!hasNodeAv)(`the decoder of a pack (${NEEDS_NODE_AV})`, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    office = await openOffice('node-av');
  });
  afterAll(() => office?.close());

  it.each([
    ['is killed', 'SIGKILL', 'crashed'],
    ['aborts', 'SIGABRT', 'crashed'],
    ['stands still', 'SIGSTOP', 'hung'],
  ] as const)(
    'a process that %s takes one camera with it, which comes back by itself',
    async (_what, signal, fault) => {
      let broken = 0;
      let beside: number[] = [];
      const seen = await failure(await load('high'), async () => {
        broken = Math.max(...decoders());
        beside = decoders().filter((pid) => pid !== broken);
        process.kill(broken, signal);
      });
      expect(seen).toEqual(survived(fault));
      expect(decoders()).toHaveLength(2);
      expect(decoders()).not.toContain(broken);
      // That of the other camera is the one that it was.
      expect(decoders()).toEqual(expect.arrayContaining(beside));
    },
  );

  it('a decoder that crashes again and again is started more and more rarely', async () => {
    const { pool, logged } = office;
    const victim = await publish('Door', await load('baseline'));
    for (let i = 0; i < 4; i += 1) {
      await pictureOf(victim);
      const failed = once(pool, 'camera.decoder-fault');
      process.kill(decoders()[0]!, 'SIGKILL');
      await failed;
    }
    expect(logged.map(({ delay }) => delay)).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('an encoder that offers High is answered with High', async () => {
    const source = await load('high');
    const { device, token } = await office.owner.json<EncoderView>('POST', '/api/v1/devices/encoders', {
      name: 'Door',
    });
    const client = new WhipClient(source);
    clients.push(client);
    const reply = await fetch(office.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
      body: client.offer.replaceAll(/profile-level-id=\w+/g, 'profile-level-id=64001f'),
    });
    expect(reply.status).toBe(201);
    expect(await reply.text()).toMatch(/a=fmtp:96 .*profile-level-id=6400/);
    const { parameters } = office.media.cameras.get(device.id)!.producer.rtpParameters.codecs[0]!;
    expect(parameters?.['profile-level-id']).toMatch(/^6400/);
  });

  it('an analyzer that is killed, and a server that closes, leave no decoder behind', async () => {
    const victim = await publish('Door', await load('high'));
    await pictureOf(victim);
    const [first] = decoders();
    const pid = analyzerPid();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isRunning(first!), LONG).toBe(false);
    await recognized(victim);
    const [second] = decoders();
    expect(analyzerPid()).not.toBe(pid);
    office.pool.unwatch(victim);
    await expect.poll(() => isRunning(second!), LONG).toBe(false);
  });

  const lacks = !hasProgram('ffmpeg') || !hasProgram('gst-rtsp-server');
  const needs = [needsProgram('ffmpeg'), needsProgram('gst-rtsp-server')].join();
  it.skipIf(lacks)(
    `whoever passes an IP camera that sends High with B-frames is recognized (${needs})`,
    async () => {
      const { services, media } = office;
      const server = await RtspServer.start({ file: await h264Clip({ ...SCENE, profile: 'high' }) });
      const cameras = new RtspCameras({
        config: { allow: ['127.0.0.0/8'], ffmpeg: undefined },
        database: services.database,
        service: services.rtsp,
        media,
        door: (id) => services.devices.door(id),
        pictureLimit: { longer: 1920, shorter: 1080 },
        log: pino({ level: 'silent' }),
      });
      try {
        const { id } = await services.rtsp.add({
          name: 'Gate',
          address: server.address,
          user: '',
          password: '',
          transport: 'tcp',
        });
        await cameras.look();
        await recognized(id);
        const { parameters } = media.cameras.get(id)!.producer.rtpParameters.codecs[0]!;
        expect(parameters).toMatchObject({ 'profile-level-id': '640032' });
      } finally {
        await cameras.close();
        await server.kill();
      }
    },
  );
});
