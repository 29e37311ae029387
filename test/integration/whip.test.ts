/** Encoders that publish by WHIP: libdatachannel, the real API, database, media worker, analyzer and faces. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool } from '../../server/analyzer/analyzer-pool.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { OFFER_BYTES, OFFER_PARTS } from '../../server/ingest/whip-offer.ts';
import { WHIP_LIMITS, WhipSessions } from '../../server/ingest/whip-sessions.ts';
import type { Camera } from '../../server/media/camera.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { Network } from '../../server/network/network.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { EncoderView } from '#protocol/devices.ts';
import type { MusterError, Problem } from '#protocol/error.ts';
import { av1Clip, fakeCamera, h264Clip, vp8Clip, vp9Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { Chromium } from '../support/chromium.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { loadH264Clip } from '../support/h264-publisher.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { hasProgram, needsProgram, programPath } from '../support/programs.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';
import { loadRtpClip } from '../support/rtp-publisher.ts';
import { WhipClient, type WhipClip } from '../support/whip-client.ts';
import { sendsH264, WhipPage } from '../support/whip-page.ts';

const config = loadConfig({
  MUSTER_CHALLENGE: 'never',
  MUSTER_ANALYZERS: '1',
  MUSTER_VISION_THREADS: '1',
  MUSTER_LOG_LEVEL: 'silent',
  MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
  MUSTER_MODEL_PACK: 'faceplugin',
  MUSTER_FORMER_MODEL_PACK: 'none',
});
const SILENCE = 4_000;
/** Of pictures. */
const LIMIT = { longer: 800, shorter: 600 };

let services: DataServices;
let media: MediaServer;
let pool: AnalyzerPool;
let sessions: WhipSessions;
let rest: RestServer;
let owner: Browser;
let url: string;
let person: string;
let h264: WhipClip;
let vp8: WhipClip;
let vp9: WhipClip;
let av1: WhipClip | null = null;
let high: WhipClip;
let browser: Chromium;
let encoder: EncoderView;
/** Has a rate limit of its own. */
let hostile: EncoderView;
const clients: WhipClient[] = [];

beforeAll(async () => {
  services = await openDataServices();
  const { log } = services;
  media = await MediaServer.create({
    config: { workers: 1, port: 0, listen: ['127.0.0.1'], announce: undefined, workerBin: mediaWorkerBin() },
    analysis: { rate: 10, minFace: 0.1, pictureLimit: LIMIT },
    network: new Network({ log }),
    log,
  });
  sessions = new WhipSessions({ media, limits: { silence: SILENCE, look: 200 }, log });
  services.devices.on('device.revoked', ({ deviceId }) => sessions.endOf(deviceId));
  services.devices.on('device.token-replaced', ({ deviceId }) => sessions.endOf(deviceId));
  rest = await RestServer.start(services, { whip: sessions });
  owner = await rest.staff();
  url = `${rest.origin}/api/whip`;
  ({ id: person } = await services.addConsentedPerson());
  const pack = await loadPack(config.models.pack);
  const engine = await createEngine(pack, config.models.cacheDir);
  const embeddings = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
  await engine.close();
  const scene = {
    clip: 'franck',
    from: 10,
    to: 14,
    boomerang: true,
    width: 640,
    height: 480,
    fps: 15,
  } as const;
  h264 = { codec: 'h264', clip: await loadH264Clip(await h264Clip(scene), 15) };
  high = {
    codec: 'h264',
    clip: await loadH264Clip(await h264Clip({ ...scene, boomerang: false, profile: 'high' }), 15),
  };
  vp8 = { codec: 'vp8', clip: await loadRtpClip(await vp8Clip(scene), 15) };
  vp9 = { codec: 'vp9', clip: await loadRtpClip(await vp9Clip(scene), 15, 'vp9') };
  if (hasProgram('ffmpeg')) {
    const file = await av1Clip(scene, programPath('ffmpeg'));
    av1 = { codec: 'av1', clip: await loadRtpClip(file, 15, 'av1') };
  }
  browser = await Chromium.launch({ camera: await fakeCamera({ ...scene, width: 960, height: 720 }) });
  pool = await AnalyzerPool.create({
    config,
    log,
    loadGallery: async () => [{ personId: person, contract: pack.contract, embeddings }],
  });
  media.cameras.on('camera.added', (camera) => pool.watch(camera.source));
  media.cameras.on('camera.removed', (camera) => pool.unwatch(camera.id));
  pool.on('camera.stats', (stats) => media.cameras.analyzed(stats));
  pool.on('sighting', (_sighting, safe) => safe());
  encoder = await addEncoder('Above the door');
  hostile = await addEncoder('Hostile');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  sessions.endOf(encoder.device.id);
  sessions.endOf(hostile.device.id);
});
afterAll(async () => {
  sessions?.close();
  await browser?.close();
  rest?.stop();
  await pool?.close();
  await media?.close();
  await services?.close();
});

async function addEncoder(name: string): Promise<EncoderView> {
  return await owner.json<EncoderView>('POST', '/api/v1/devices/encoders', { name });
}

async function publish(source: WhipClip, { token } = encoder): Promise<WhipClient> {
  const client = await WhipClient.publish(url, token, source);
  clients.push(client);
  return client;
}

function sighting(): Promise<Sighting> {
  return new Promise((resolve) => {
    pool.once('sighting', (seen) => resolve(seen));
  });
}

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${hostile.token}`, 'content-type': 'application/sdp', ...headers },
    body,
  });
}

const problemOf = async (response: Response) => (await response.json()) as Problem;

/** Nothing is left of a session: neither a camera nor a place on the media worker. */
function left() {
  return { peers: media.peers, cameras: media.cameras.size, devices: sessions.devices };
}

const NOTHING = { peers: 0, cameras: 0, devices: [] };

/** Publishes until somebody is seen, and ends the session. Returns who was punched. */
async function punched(source: WhipClip): Promise<string> {
  const seen = sighting();
  const { answer, location } = await publish(source);
  const found = await seen;
  expect(found).toMatchObject({ cameraId: encoder.device.id, personId: person });
  const event = await services.attendance.record(found, doorOf(services.devices.door(encoder.device.id)!));
  expect(event).toMatchObject({ type: 'attendance', person: { id: person } });
  expect(media.cameras.get(encoder.device.id)?.state()).toMatchObject({
    name: 'Above the door',
    purpose: 'camera',
  });
  // No sound leaves the camera.
  expect(answer).toMatch(/m=audio 0 /);
  expect(answer).toMatch(/a=setup:passive\r\n/);
  const headers = { authorization: `Bearer ${encoder.token}` };
  expect((await fetch(location, { method: 'DELETE', headers })).status).toBe(200);
  expect(left()).toEqual(NOTHING);
  expect((await fetch(location, { method: 'DELETE', headers })).status).toBe(404);
  return event.person.id;
}

describe('WHIP', { timeout: 120_000 }, () => {
  it.each([
    ['H.264', () => h264],
    ['VP8', () => vp8],
    ['VP9', () => vp9],
  ])('a person in front of an encoder that sends %s is recognized and punched', async (_, source) => {
    expect(await punched(source())).toBe(person);
  });

  it.skipIf(!hasProgram('ffmpeg'))(
    `a person in front of an encoder that sends AV1 is recognized and punched (${needsProgram('ffmpeg')})`,
    async () => {
      expect(await punched(av1!)).toBe(person);
    },
  );

  it.for(['VP8', 'VP9', 'AV1', 'H264'] as const)(
    'a person in front of the camera of a page of another site that sends %s is recognized and punched',
    async (codec, { skip }) => {
      skip(codec === 'H264' && !(await sendsH264(browser)), 'this Chromium has no H.264');
      const seen = sighting();
      const page = await WhipPage.publish(browser, { url, token: encoder.token, codec });
      try {
        const camera = media.cameras.get(encoder.device.id)!;
        expect(camera.producer.rtpParameters.codecs[0]!.mimeType).toBe(`video/${codec}`);
        const found = await seen;
        expect(found).toMatchObject({ cameraId: encoder.device.id, personId: person });
        const door = doorOf(services.devices.door(encoder.device.id)!);
        expect(await services.attendance.record(found, door)).toMatchObject({ person: { id: person } });
        expect(await page.end()).toBe(200);
        expect(left()).toEqual(NOTHING);
      } finally {
        await page.close();
      }
    },
  );

  it.each(['VP8', 'VP9', 'AV1'] as const)(
    'a page that sends %s and changes the size of its pictures goes on, up to the limit',
    async (codec) => {
      const camera = { width: 960, height: 720, frameRate: 15 };
      const page = await WhipPage.publish(browser, { url, token: encoder.token, codec, camera, divided: 3 });
      try {
        const width = () => media.cameras.get(encoder.device.id)?.state().width;
        await expect.poll(width, { timeout: 40_000 }).toBe(320);
        await page.divide(1.5);
        await expect.poll(width, { timeout: 40_000 }).toBe(640);
        const refused = once(media.cameras, 'camera.refused') as Promise<[Camera, MusterError]>;
        await page.divide(1);
        const [, error] = await refused;
        expect(error).toMatchObject({ code: 'picture-too-large', details: { width: 960, height: 720 } });
        expect(sessions.problemOf(encoder.device.id)?.message).toContain('960 × 720');
      } finally {
        await page.close();
      }
    },
  );

  it('revoking the encoder or replacing its token ends the session at once, and the old token opens none', async () => {
    const other = await addEncoder('Yard');
    const first = await publish(h264, other);
    const ended = first.ended();
    const path = `/api/v1/devices/${other.device.id}`;
    const { token } = await owner.json<EncoderView>('POST', `${path}/token`);
    await ended;
    expect(left()).toEqual(NOTHING);
    await expect(publish(h264, other)).rejects.toThrow('401');
    const second = await publish(h264, { ...other, token });
    const over = second.ended();
    await owner.send('DELETE', path);
    await over;
    expect(left()).toEqual(NOTHING);
    await expect(publish(h264, { ...other, token })).rejects.toThrow('401');
  });

  it('a second session of an encoder replaces the first', async () => {
    const first = await publish(h264);
    const ended = first.ended();
    await publish(h264);
    await ended;
    expect(left()).toEqual({ peers: 1, cameras: 1, devices: [encoder.device.id] });
  });

  it('an encoder that sends nothing is dropped after a while, and the reason is known', async () => {
    const client = await publish(h264);
    client.pause();
    await client.ended();
    expect(sessions.problemOf(encoder.device.id)?.message).toContain('Nothing came');
    expect(WHIP_LIMITS.silence).toBe(15_000);
    expect(left()).toEqual(NOTHING);
  });

  it('H.264 of another profile than it was announced with ends the session with a sentence', async () => {
    const refused = once(media.cameras, 'camera.refused') as Promise<[Camera, MusterError]>;
    const client = await publish(high);
    const [camera, error] = await refused;
    expect(camera.id).toBe(encoder.device.id);
    expect(error).toMatchObject({ code: 'video-unsupported' });
    await client.ended();
    expect(sessions.problemOf(encoder.device.id)?.message).toContain('baseline');
  });

  it('the answer says which methods and content are possible', async () => {
    const options = await fetch(url, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('accept-post')).toBe('application/sdp');
    // Pages of other sites may ask, with a token.
    expect(options.headers.get('access-control-allow-origin')).toBe('*');
    expect(options.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(options.headers.get('access-control-allow-credentials')).toBeNull();
    const patch = await fetch(url, { method: 'PATCH' });
    expect(patch.status).toBe(405);
    expect(patch.headers.get('allow')).toBe('POST, DELETE, OPTIONS');
  });

  it('only the token of an encoder opens a session, and it opens nothing else', async () => {
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect((await post('v=0', { authorization: 'Bearer muster_encoder_guess' })).status).toBe(401);
    const bearer = { authorization: `Bearer ${encoder.token}` };
    expect((await fetch(`${rest.origin}/api/v1/devices`, { headers: bearer })).status).toBe(401);
    const cookie = { cookie: `muster_device=${encoder.token}` };
    const session = await fetch(`${rest.origin}/api/v1/session`, { headers: cookie });
    expect(await session.json()).toMatchObject({ actor: null });
  });

  it('an offer of ffmpeg, which is the server of DTLS, is answered as a client', async () => {
    const client = new WhipClient(h264);
    clients.push(client);
    const reply = await post(client.offer.replaceAll('a=setup:actpass', 'a=setup:passive'));
    expect(reply.status).toBe(201);
    expect(await reply.text()).toMatch(/a=setup:active\r\n/);
  });

  it('an offer as an iPhone makes it, H.264 of high profile and H.265 first, is answered with what is decoded', async () => {
    const reply = await post(IPHONE_OFFER);
    expect(reply.status).toBe(201);
    const answer = await reply.text();
    expect(answer).toMatch(/m=video \d+ UDP\/TLS\/RTP\/SAVPF 98\b/);
    expect(answer).toContain('a=rtpmap:98 H264/90000');
    expect(answer).toMatch(/a=fmtp:98 .*profile-level-id=42e01f/);
    expect(answer).not.toMatch(/H265|profile-level-id=640c1f/);
  });

  describe('what is refused', () => {
    let offer: string;
    beforeAll(() => {
      const client = new WhipClient(h264);
      ({ offer } = client);
      client.close();
    });

    const video = () => offer.slice(offer.indexOf('m=video'));
    it.each<[string, () => string, number, RegExp]>([
      ['no SDP', () => 'hello', 400, /no SDP/],
      ['an empty body', () => '', 400, /no SDP/],
      [
        'thousands of parts',
        () => `${offer}${'m=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(900)}`,
        400,
        /parts/,
      ],
      ['a body over the limit', () => `${offer}a=x:${'x'.repeat(40_000)}\r\n`, 413, /larger/],
      ['a line without an end', () => `${offer}a=x:${'x'.repeat(4_000)}\r\n`, 400, /no SDP/],
      ['no picture', () => offer.replace(video(), ''), 422, /no video/],
      ['no fingerprint', () => offer.replaceAll(/a=fingerprint.*\r\n/g, ''), 400, /cannot be read/],
      ['a fingerprint of nonsense', () => offer.replaceAll(/(sha-256) .*/g, '$1 zz'), 422, /dtlsParameters/],
      ['an absurd ssrc', () => offer.replaceAll(/ssrc:4242/g, 'ssrc:99999999999'), 422, /rtpParameters/],
      ['H.265', () => offer.replaceAll(/H264\/90000/g, 'H265/90000'), 422, /H265.*VP8, VP9, AV1 and H\.264/],
      [
        'several layers of VP9',
        () =>
          `${offer.replaceAll(/H264\/90000/g, 'VP9/90000').replaceAll(/a=fmtp:96.*\r\n/g, '')}a=ssrc:777 cname:obs\r\n`,
        422,
        /one layer/,
      ],
      [
        'VP9 with 10 bits',
        () =>
          offer
            .replaceAll(/H264\/90000/g, 'VP9/90000')
            .replaceAll(/a=fmtp:96.*\r\n/g, 'a=fmtp:96 profile-id=2\r\n'),
        422,
        /VP9.*receives VP8, VP9/,
      ],
      [
        'H.264 High',
        () => offer.replaceAll(/profile-level-id=\w+/g, 'profile-level-id=640032'),
        422,
        /baseline/,
      ],
    ])('%s, and nothing is left of it', async (_, body, status, sentence) => {
      const response = await post(body());
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect((await problemOf(response)).detail).toMatch(sentence);
      expect(left()).toEqual(NOTHING);
    });

    /** An offer of so many bytes, and one of so many parts. */
    const full = (bytes: number) => {
      let text = offer;
      while (text.length + 1_000 < bytes) text += `a=x:${'x'.repeat(500)}\r\n`;
      return `${text}a=x:${'x'.repeat(bytes - text.length - 6)}\r\n`;
    };
    const parts = (count: number) => {
      const own = offer.split('m=').length - 1;
      return offer + 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'.repeat(count - own);
    };

    it('an offer has at most 32 KiB and 8 parts', async () => {
      expect([OFFER_BYTES, OFFER_PARTS]).toEqual([32 * 1024, 8]);
      const { device, token } = await addEncoder('Measured');
      const statusOf = async (body: string) =>
        (await post(body, { authorization: `Bearer ${token}` })).status;
      expect(await statusOf(full(OFFER_BYTES))).toBe(201);
      expect(await statusOf(full(OFFER_BYTES + 1))).toBe(413);
      expect(await statusOf(parts(OFFER_PARTS))).toBe(201);
      expect(await statusOf(parts(OFFER_PARTS + 1))).toBe(400);
      sessions.endOf(device.id);
    });

    it('another content type', async () => {
      for (const type of ['application/json', 'text/plain', 'application/trickle-ice-sdpfrag']) {
        expect((await post(offer, { 'content-type': type })).status).toBe(415);
      }
      expect(left()).toEqual(NOTHING);
    });

    it('candidates in an offer are not used, so that it reaches nothing on this machine', async () => {
      const aimed = `${offer}a=candidate:1 1 udp 2122260223 127.0.0.1 22 typ host\r\n`;
      const reply = await post(aimed);
      expect(reply.status).toBe(201);
      expect(await reply.text()).not.toContain(' 22 typ');
    });

    it('a body that never ends holds no session', async () => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(
        `POST /api/whip HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${encoder.token}\r\nContent-Type: application/sdp\r\nContent-Length: 20000\r\n\r\nv=0\r\n`,
      );
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(left()).toEqual(NOTHING);
      socket.destroy();
      await once(socket, 'close');
      expect(left()).toEqual(NOTHING);
    });
  });
});

/** In the order of Safari on iOS: its hardware encodes H.264 and H.265, which it offers before the codecs of software. */
const IPHONE_OFFER = `v=0
o=- 2890844526 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS phone
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:Ab3d
a=ice-pwd:kq8Wb0zYxg4nRt7uVs2mHj5p
a=ice-options:trickle
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => '4A').join(':')}
a=setup:actpass
a=mid:0
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 urn:3gpp:video-orientation
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:phone camera
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 H264/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 H264/90000
a=rtcp-fb:98 goog-remb
a=rtcp-fb:98 transport-cc
a=rtcp-fb:98 ccm fir
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
a=rtpmap:100 H265/90000
a=rtcp-fb:100 nack pli
a=fmtp:100 level-id=93;profile-id=1;tier-flag=0
a=rtpmap:101 rtx/90000
a=fmtp:101 apt=100
a=rtpmap:102 VP8/90000
a=rtcp-fb:102 nack pli
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=ssrc-group:FID 1001 1002
a=ssrc:1001 cname:phone
a=ssrc:1002 cname:phone
`.replaceAll('\n', '\r\n');
