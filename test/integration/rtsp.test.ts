/** Cameras that the server fetches: a real RTSP server, a real ffmpeg and the real media worker. */
import { readFileSync } from 'node:fs';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { Network } from '../../server/network/network.ts';
import { parseCameraAddress } from '../../server/rtsp/camera-address.ts';
import { FfmpegRelay } from '../../server/rtsp/ffmpeg-relay.ts';
import { RTSP_LIMITS } from '../../server/rtsp/rtsp-camera.ts';
import { RtspCameras } from '../../server/rtsp/rtsp-cameras.ts';
import type { NewRtspCamera } from '#protocol/devices.ts';
import type { RtspView } from '#protocol/rtsp.ts';
import { h264Clip, h265Clip } from '../fixtures/clips.ts';
import { openDataServices, type DataServices } from '../support/data-services.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { childrenOf, isRunning, signalAll } from '../support/processes.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { RtspServer, type RtspServerOptions } from '../support/rtsp-server.ts';

const PASSWORD = 'a/Secret@7';
const USER = 'kim-of-door';
const SCENE = { clip: 'cap13', from: 2, to: 6, fps: 15, width: 640, height: 480 } as const;
const LIMITS = { retry: { first: 200, cap: 400 }, silence: 3_000, look: 100, calm: 1_000 };

let services: DataServices;
let media: MediaServer;
let network: Network;
let clip: string;
/** Everything that was logged, at every level. */
let logged = '';
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString('utf8');
      done();
    },
  }),
);
const opened: { close(): Promise<void> }[] = [];
const servers: RtspServer[] = [];

async function serve(options: Partial<RtspServerOptions> = {}): Promise<RtspServer> {
  const server = await RtspServer.start({ file: clip, ...options });
  servers.push(server);
  return server;
}

/** What a running server does. */
function fetching(options: { allow?: string[]; ffmpeg?: string } = {}): RtspCameras {
  const cameras = new RtspCameras({
    config: { allow: options.allow ?? ['127.0.0.0/8'], ffmpeg: options.ffmpeg },
    database: services.database,
    service: services.rtsp,
    media,
    door: (id) => services.devices.door(id),
    pictureLimit: { longer: 1920, shorter: 1080 },
    limits: LIMITS,
    log,
  });
  opened.push(cameras);
  return cameras;
}

async function add(address: string, more: Partial<NewRtspCamera> = {}): Promise<string> {
  const camera = { name: 'Yard', user: '', password: '', transport: 'tcp' as const, ...more, address };
  return (await services.rtsp.add(camera)).id;
}

const viewOf = async (id: string) => (await services.devices.get(id)).rtsp!;

/** Resolves once the camera is as wanted. */
function becomes(id: string, wanted: (view: RtspView) => boolean): Promise<RtspView> {
  return vi.waitFor(
    async () => {
      const view = await viewOf(id);
      if (!wanted(view)) throw new Error(`the camera is ${JSON.stringify(view)}`);
      return view;
    },
    { timeout: 25_000, interval: 100 },
  );
}
const running = (view: RtspView) => view.state === 'running';
const troubled = (view: RtspView) => view.state !== 'running' && view.problem !== null;

/** Packets of the camera that the media worker has received. */
async function packetsOf(id: string): Promise<number> {
  const stats = await media.cameras.get(id)!.producer.getStats();
  return stats.reduce((total, { packetCount }) => total + packetCount, 0);
}

const lacks = !hasProgram('ffmpeg') || !hasProgram('gst-rtsp-server');

const needs = [needsProgram('ffmpeg'), needsProgram('gst-rtsp-server')].join();

describe.skipIf(lacks)(`an RTSP camera (${needs})`, () => {
  beforeAll(async () => {
    clip = await h264Clip(SCENE);
    services = await openDataServices({ log });
    network = new Network({ log });
    media = await MediaServer.create({
      config: {
        workers: 1,
        port: 0,
        listen: ['127.0.0.1'],
        announce: undefined,
        workerBin: mediaWorkerBin(),
      },
      analysis: loadConfig({ MUSTER_TIME_ZONE: 'UTC' }).analyzer,
      network,
      log,
    });
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    for (const each of servers.splice(0)) await each.kill();
    await services.database.fork().execute('update device set revoked_at = now()');
    await services.database.fork().execute('delete from rtsp_source');
  });

  afterAll(async () => {
    await media?.close();
    network?.close();
    await services?.close();
  });

  it.each(['tcp', 'udp'] as const)(
    'is fetched over %s without being decoded, and nobody on the machine can read its password',
    async (transport) => {
      logged = '';
      const server = await serve({ user: USER, password: PASSWORD });
      const cameras = fetching();
      const id = await add(server.address, { user: USER, password: PASSWORD, transport });
      const view = await becomes(id, running);
      expect(view).toMatchObject({ address: server.address, transport, credentials: true, problem: null });

      const { producer } = media.cameras.get(id)!;
      expect(producer.rtpParameters.codecs[0]!.mimeType).toBe('video/H264');
      const before = await packetsOf(id);
      await vi.waitFor(async () => expect(await packetsOf(id)).toBeGreaterThan(before + 20), 10_000);

      const [pid] = cameras.pids;
      const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join();
      expect(seen).toContain('ffmpeg');
      // Of this server, too: its variables hold the master key.
      expect(seen).not.toContain('MUSTER_');
      const [row] = await services.database.fork().execute('select r::text from rtsp_source r');
      const audited = await services.database.fork().execute('select e::text from audit_event e');
      const everywhere = [seen, logged, JSON.stringify([view, row, audited])].join();
      const secrets = [USER, PASSWORD, encodeURIComponent(PASSWORD)];
      expect(secrets.filter((secret) => everywhere.includes(secret))).toEqual([]);
    },
  );

  it('is fetched again after it was switched off and on', async () => {
    const server = await serve();
    fetching();
    const id = await add(server.address);
    await becomes(id, running);
    await server.kill();
    const down = await becomes(id, troubled);
    expect(media.cameras.get(id)).toBeUndefined();
    expect(['ended', 'unreachable']).toContain(down.problem?.code);
    const refused = await becomes(id, (view) => view.problem?.code === 'unreachable');
    expect(refused.problem?.message).toMatch(/cannot be reached: check its address/);
    await server.up();
    expect((await becomes(id, running)).problem).toBeNull();
  });

  it('that stays connected and sends nothing counts as down', async () => {
    const server = await serve();
    fetching();
    const id = await add(server.address);
    await becomes(id, running);
    server.freeze();
    expect((await becomes(id, troubled)).problem?.code).toBe('no-pictures');
    expect(RTSP_LIMITS.silence).toBe(15_000);
  });

  it('with a wrong password says so, and the password is nowhere', async () => {
    logged = '';
    const server = await serve({ user: USER, password: PASSWORD });
    fetching();
    const id = await add(server.address.replace('://', `://${USER}:wrong-word@`));
    const { problem } = await becomes(id, troubled);
    expect(problem).toMatchObject({
      code: 'credentials-refused',
      message: 'The camera refuses this name and password.',
    });
    expect(logged).toContain('rtsp.down');
    expect(logged).not.toMatch(/wrong-word|kim-of-door/);

    await services.rtsp.change(id, { password: PASSWORD });
    await becomes(id, running);
  });

  it('without video, or at another path, says so', async () => {
    const server = await serve({ file: null });
    fetching();
    const id = await add(server.address);
    expect((await becomes(id, troubled)).problem?.code).toBe('no-video');
    await services.rtsp.change(id, { address: server.address.replace('door', 'gate') });
    await becomes(id, (view) => view.problem?.code === 'path-unknown');
  });

  it('that sends what is not decoded is told what to set', async () => {
    const [hevc, high] = [
      await serve({ file: await h265Clip(SCENE) }),
      await serve({ file: await h264Clip({ ...SCENE, profile: 'high' }) }),
    ];
    fetching();
    const first = await add(hevc.address);
    const second = await add(high.address);
    const { problem } = await becomes(first, troubled);
    expect(problem?.message).toBe('The camera sends H.265: set its encoder to H.264, profile Baseline.');
    expect((await becomes(second, troubled)).problem).toMatchObject({ code: 'profile', detail: 'High' });
    expect(media.cameras.size).toBe(0);
  });

  it('outside of the allowed ranges is not connected to', async () => {
    const server = await serve();
    const cameras = fetching({ allow: ['10.0.0.0/8'] });
    const id = await add(server.address);
    const { problem } = await becomes(id, troubled);
    expect(problem).toMatchObject({ code: 'address-refused', detail: '127.0.0.1' });
    expect(problem?.message).toContain('MUSTER_RTSP_ALLOW');
    expect(cameras.pids).toEqual([]);
  });

  it('says what is missing on a server without ffmpeg', async () => {
    const server = await serve();
    fetching({ ffmpeg: '/nowhere/ffmpeg' });
    const id = await add(server.address);
    const { problem } = await becomes(id, troubled);
    expect(problem?.message).toMatch(/ffmpeg.*cannot be started.*MUSTER_FFMPEG/);
  });

  it('is fetched by one server of several, and by the next one when that ends', async () => {
    const server = await serve();
    const first = fetching();
    const id = await add(server.address);
    await becomes(id, running);
    const second = fetching();
    await second.look();
    expect([first.running, second.running]).toEqual([[id], []]);
    const [pid] = first.pids;
    await first.close();
    expect(isRunning(pid!)).toBe(false);
    await second.look();
    await becomes(id, running);
    expect(second.running).toEqual([id]);
  });

  it('is fetched again after its media worker died', async () => {
    const server = await serve();
    fetching();
    const id = await add(server.address);
    await becomes(id, running);
    const { producerId } = media.cameras.get(id)!;
    signalAll(childrenOf(process.pid, 'mediasoup-worker'), 'SIGKILL');
    await vi.waitFor(() => expect(media.cameras.get(id)?.producerId ?? producerId).not.toBe(producerId), {
      timeout: 20_000,
      interval: 100,
    });
    await becomes(id, running);
  });

  it('ends at once when it is removed, and nothing of its address stays', async () => {
    const server = await serve();
    const cameras = fetching();
    const id = await add(server.address);
    await becomes(id, running);
    const [pid] = cameras.pids;
    await services.devices.revoke(id);
    await cameras.look();
    expect(isRunning(pid!)).toBe(false);
    expect(media.cameras.get(id)).toBeUndefined();
    expect(await services.database.fork().execute('select * from rtsp_source')).toEqual([]);
  });

  it('keeps its password only while it stays on its host', async () => {
    const id = await add('rtsp://192.0.2.7/a', { user: USER, password: PASSWORD });
    expect((await services.rtsp.change(id, { address: 'rtsp://192.0.2.7:8554/b' })).rtsp?.credentials).toBe(
      true,
    );
    expect((await services.rtsp.sourceOf(id)).camera).toMatchObject({ password: PASSWORD, path: '/b' });
    expect((await services.rtsp.change(id, { address: 'rtsp://192.0.2.8/b' })).rtsp?.credentials).toBe(false);
    expect((await services.rtsp.sourceOf(id)).camera).toMatchObject({ user: '', password: '' });
  });

  it('its program ends by itself once nobody receives what it sends, as after a crash of the server', async () => {
    const server = await serve();
    // Random numbers of 32 bits are as often in this half.
    const SSRC = 0xf000_0007;
    const receiver = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address();
    const relay = new FfmpegRelay({
      program: 'ffmpeg',
      camera: parseCameraAddress(server.address),
      address: '127.0.0.1',
      transport: 'tcp',
      to: { ip: '127.0.0.1', port, rtcpPort: port, payloadType: 96, ssrc: SSRC },
      onVideo: () => {},
      log,
    });
    opened.push(relay);
    const [packet] = (await once(receiver, 'message')) as [Buffer];
    const isSenderReport = packet[1] === 200;
    expect(packet.readUInt32BE(isSenderReport ? 4 : 8)).toBe(SSRC);
    receiver.close();
    await relay.ended;
    expect(isRunning(relay.pid!)).toBe(false);
  });
});
