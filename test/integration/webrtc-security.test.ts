/** OWASP ASVS 5.0, V17 (WebRTC), as far as it applies to this server. The numbers are those of its requirements. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { observer, type types as ms } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '../../server/media/camera.ts';
import type { MusterError } from '#protocol/error.ts';
import { SOCKET_LIMITS } from '#protocol/limits.ts';
import { headersOf, observation, SignalingHarness } from '../support/signaling-harness.ts';
import { gradient, WrtcPeer } from '../support/wrtc-peer.ts';

const small = { fps: 10, picture: gradient(320, 240) };
/** Of forged RTP, so that a single packet that got through would be known. */
const FORGED_TIMESTAMP = 0xdeadbeef;

/** Every producer of this process by its id: what a camera keeps to itself. */
const producers = new Map<string, ms.Producer>();
observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) =>
      transport.observer.on('newproducer', (producer) => producers.set(producer.id, producer)),
    ),
  ),
);

let harness: SignalingHarness;
beforeEach(async () => {
  harness = await SignalingHarness.create();
});
afterEach(() => harness.close());

async function publishing(id: string): Promise<{ peer: WrtcPeer; camera: Camera }> {
  const peer = await harness.connect(`station:${id}`);
  await peer.join();
  await peer.publish(small);
  const camera = harness.media.cameras.get(id);
  if (!camera) throw new Error(`camera ${id} is not publishing`);
  return { peer, camera };
}

/** The port that receives media. */
async function mediaPort(): Promise<number> {
  const peer = await harness.connect('station:port');
  await peer.join();
  const { iceCandidates } = await peer.request('media.create-transport', { direction: 'send' });
  const { port } = iceCandidates.find(({ protocol }) => protocol === 'udp')!;
  await peer.close();
  return port;
}

const producerOf = (camera: Camera) => producers.get(camera.producerId)!;

/** Resolves when `count` packets of the camera have come in, with their RTP timestamps. */
async function packets(camera: Camera, count: number): Promise<number[]> {
  const producer = producerOf(camera);
  const timestamps: number[] = [];
  await producer.enableTraceEvent(['rtp']);
  await new Promise<void>((resolve) => {
    producer.on('trace', ({ info }) => {
      timestamps.push((info as { timestamp: number }).timestamp);
      if (timestamps.length >= count) resolve();
    });
  });
  await producer.enableTraceEvent([]);
  producer.removeAllListeners('trace');
  return timestamps;
}

async function sendAll(port: number, datagrams: readonly Buffer[]): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  for (const datagram of datagrams) {
    await new Promise((sent) => {
      socket.send(datagram, port, '127.0.0.1', sent);
    });
  }
  socket.close();
}

/** An RTP packet (RFC 3550) with an arbitrary payload. */
function rtp(ssrc: number, payloadType: number, sequence: number): Buffer {
  const packet = Buffer.alloc(12 + 200, 0x55);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(FORGED_TIMESTAMP, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** A DTLS 1.2 ClientHello (RFC 6347) that a server would answer. */
function clientHello(): Buffer {
  const suites = Buffer.from('c02bc02fc00ac014', 'hex');
  const body = Buffer.concat([
    Buffer.from('fefd', 'hex'),
    Buffer.alloc(32, 0x11),
    Buffer.from([0, 0, 0, suites.length]),
    suites,
    Buffer.from([1, 0]),
  ]);
  const handshake = Buffer.alloc(12);
  handshake[0] = 1;
  handshake.writeUIntBE(body.length, 1, 3);
  handshake.writeUIntBE(body.length, 9, 3);
  const record = Buffer.alloc(13);
  record[0] = 22;
  record.writeUInt16BE(0xfefd, 1);
  record.writeUInt16BE(handshake.length + body.length, 11);
  return Buffer.concat([record, handshake, body]);
}

/** Noise that begins like STUN, DTLS, RTP, RTCP, or like nothing; the same in every run. */
function noise(count: number): Buffer[] {
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647);
  const beginnings = [[0, 1], [22, 0xfe, 0xfd], [0x80, 96], [0x80, 200], [0xff]];
  return Array.from({ length: count }, (_, i) => {
    const datagram = Buffer.from(Array.from({ length: random() % 1_200 }, () => random() & 0xff));
    return Buffer.concat([Buffer.from(beginnings[i % beginnings.length]!), datagram]);
  });
}

describe('media', () => {
  it('V17.2.3: RTP from a stranger with the right identifiers never reaches a camera', async () => {
    const port = await mediaPort();
    const { camera } = await publishing('a');
    await packets(camera, 5);
    const { encodings, codecs } = producerOf(camera).rtpParameters;
    const forged = Array.from({ length: 300 }, (_, i) =>
      rtp(encodings![0]!.ssrc!, codecs[0]!.payloadType, i),
    );
    const [timestamps] = await Promise.all([packets(camera, 40), sendAll(port, forged)]);
    expect(timestamps.length).toBeGreaterThanOrEqual(40);
    expect(timestamps).not.toContain(FORGED_TIMESTAMP);
  });

  it('V17.2.4: garbage on the media port disturbs no stream', async () => {
    const port = await mediaPort();
    const { peer, camera } = await publishing('a');
    const before = harness.media.workers.up;
    await Promise.all([packets(camera, 20), sendAll(port, noise(3_000))]);
    expect(harness.media.workers.up).toBe(before);
    expect(camera.closed).toBe(false);
    await peer.consumeResults();
    const result = peer.until('result');
    camera.sendResult(observation('a', 1));
    expect(await result).toMatchObject({ type: 'observation' });
  });

  it('V17.2.6: a stranger who sends the first ClientHello does not take the place of the peer', async () => {
    const port = await mediaPort();
    const peer = await harness.connect('station:a');
    await peer.join();
    const hellos = sendAll(port, Array.from({ length: 200 }, clientHello));
    await peer.publish(small);
    await hellos;
    const camera = harness.media.cameras.get('a')!;
    expect((await packets(camera, 10)).length).toBeGreaterThanOrEqual(10);
  });

  it('V17.2.8: a certificate that differs from the signaled fingerprint ends the stream', async () => {
    const peer = await harness.connect('station:a');
    const ask = peer.request.bind(peer) as (method: string, data: unknown) => Promise<never>;
    peer.request = (method, data) => {
      if (method !== 'media.connect-transport') return ask(method, data);
      const { dtlsParameters, ...rest } = data as { dtlsParameters: { fingerprints: { value: string }[] } };
      const fingerprints = dtlsParameters.fingerprints.map((of) => ({
        ...of,
        value: of.value.replace(/^../, (byte) => (byte === '00' ? '01' : '00')),
      }));
      return ask(method, { ...rest, dtlsParameters: { ...dtlsParameters, fingerprints } });
    };
    await peer.join();
    // Told at once, or the camera goes as soon as the failure is known.
    const outcome = await peer.publish(small).then(
      () => 'published',
      (error: MusterError) => error.code,
    );
    expect(['published', 'media-unavailable']).toContain(outcome);
    await expect.poll(() => harness.media.cameras.get('a')).toBeUndefined();
    expect(harness.media.cameras.size).toBe(0);
  });
});

describe('signaling', () => {
  it('a stranger gets no socket and therefore no transport', async () => {
    const { origin } = headersOf('station:a');
    await expect(WrtcPeer.connect({ url: harness.url, headers: { origin: origin! } })).rejects.toThrow('401');
  });

  it('V17.3.1 and V17.3.2: floods and malformed messages end only their own socket', async () => {
    const { peer, camera } = await publishing('a');
    await peer.consumeResults();
    const hostile = await Promise.all(
      Array.from({ length: SOCKET_LIMITS.socketsPerActor }, () => harness.connect('account:enemy')),
    );
    const ended = hostile.map((enemy) => enemy.until('close'));
    for (const [i, enemy] of hostile.entries()) {
      for (let n = 0; n < 300; n += 1) {
        enemy.sendRaw(
          i % 2 === 0 ? '{"id":1,"method":"media.join","data":{}}' : `{"id":${n},${'['.repeat(200)}`,
        );
      }
    }
    await Promise.all(ended);
    const result = peer.until('result');
    camera.sendResult(observation('a', 1));
    expect(await result).toMatchObject({ type: 'observation' });
    expect(await peer.request('ping', {})).toHaveProperty('serverTime');
  });
});
