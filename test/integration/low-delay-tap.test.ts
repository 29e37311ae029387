/** The tap that keeps video out of the jitter buffer, with the real media worker and the real libwebrtc. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { types as ms } from 'mediasoup';
import { pino } from 'pino';
import { CameraConsumer } from '../../server/analyzer/camera-consumer.ts';
import { LowDelayTap } from '../../server/media/low-delay-tap.ts';
import { vp8KeyframeSize } from '../../server/media/picture-size.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { PLAYOUT_DELAY, withoutPlayoutDelay } from '../../server/media/playout-delay.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { loadRtpClip, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';

let clip: RtpClip;
let slot: RouterSlot;
let camera: RtpCamera;
let said: { level: number; event?: string }[];
const open: { close(): void }[] = [];

beforeAll(async () => {
  const file = await vp8Clip({ clip: 'cap13', from: 2, to: 4, width: 640, height: 480, fps: 15 });
  clip = await loadRtpClip(file, 15);
});
beforeEach(async () => {
  said = [];
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log: pino({ level: 'info' }, { write: (line) => said.push(JSON.parse(line) as (typeof said)[0]) }),
  });
  camera = await RtpCamera.open({ router: slot.router, clip, ssrc: 4_711 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  open.splice(0).forEach((part) => part.close());
  camera.close();
  await slot.close();
});

const tapped = (lowDelay = true) =>
  LowDelayTap.create({ router: slot.router, source: camera.producer, lowDelay, log: slot.log });
const standing = async () => {
  const { transportIds, mapProducerIdConsumerIds } = await slot.router.dump();
  const consumed = mapProducerIdConsumerIds.find(({ key }) => key === camera.producer.id);
  return { transports: transportIds.length, consumers: consumed?.values.length ?? 0 };
};

/** The first packets of a producer, as a receiver on the same router gets them. */
async function packetsOf(producer: ms.Producer, count: number): Promise<Buffer[]> {
  const transport = await slot.router.createDirectTransport();
  open.push(transport);
  const consumer = await transport.consume({
    producerId: producer.id,
    rtpCapabilities: slot.router.rtpCapabilities,
  });
  const packets: Buffer[] = [];
  await new Promise<void>((resolve) => {
    consumer.on('rtp', (packet) => packets.push(packet) === count && resolve());
  });
  return packets;
}

/** Decodes a source as an analyzer does, from the first picture on. */
async function watch(lowDelay: boolean) {
  const source = new ProducerSource({
    producer: camera.producer,
    slot,
    watch: { cameraId: 'door', purpose: 'check-in', rate: 5, minFace: 0.1 },
    lowDelay,
  });
  const transport = await source.openTransport();
  const pictures = Promise.withResolvers<{ width: number; height: number }>();
  let seen = 0;
  const consumer = await CameraConsumer.open({
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters).catch(pictures.reject),
    onPicture: ({ width, height }) => (seen += 1) === 10 && pictures.resolve({ width, height }),
    onLost: (message) => pictures.reject(new Error(message)),
  });
  open.push(consumer, transport);
  const consumed = await transport.consume(consumer.rtpCapabilities);
  await consumer.consume(consumed);
  await transport.resume();
  return { transport, consumed, picture: await pictures.promise };
}

/** Under which number the router writes the playout delay into a packet. */
function playoutDelayId(): number | undefined {
  const { headerExtensions = [] } = slot.router.rtpCapabilities;
  return headerExtensions.find(({ uri, kind }) => kind === 'video' && uri === PLAYOUT_DELAY)?.preferredId;
}

describe('the low-delay tap', () => {
  it('the tap forwards every packet with a playout delay of zero', async () => {
    const tap = await tapped();
    open.push(tap);
    const received = packetsOf(tap.producer, 30);
    await tap.resume();
    const id = playoutDelayId();
    for (const packet of await received) {
      const before = packet.toString('hex');
      expect(before).toContain(`${id?.toString(16)}2000000`);
      expect(withoutPlayoutDelay(packet, id!).toString('hex')).toBe(before);
    }
  });

  it('the tap sits between a camera and its analyzer without changing what the analyzer decodes or sees', async () => {
    const without = await standing();
    const { consumed, picture, transport } = await watch(true);
    expect(picture).toEqual({ width: 640, height: 480 });
    expect(consumed.producerId).toBe(camera.producer.id);
    // Two more transports: that of the analyzer and that of the tap. Only the tap consumes the camera directly.
    expect(await standing()).toEqual({ transports: without.transports + 2, consumers: 1 });
    transport.close();
    await expect.poll(standing).toEqual(without);
  });

  it('the tap forwards a keyframe request to the camera', async () => {
    const tap = await tapped();
    open.push(tap);
    const received = packetsOf(tap.producer, 1);
    await tap.resume();
    await received;
    await camera.producer.enableTraceEvent(['pli']);
    const asked = once(camera.producer, 'trace');
    const transport = await slot.router.createDirectTransport();
    open.push(transport);
    await transport.consume({ producerId: tap.producer.id, rtpCapabilities: slot.router.rtpCapabilities });
    expect(await asked).toMatchObject([{ type: 'pli', direction: 'out' }]);
  });

  it('what waited in a media worker that stood still does not pass the tap, and then a keyframe comes first', async () => {
    const tap = await tapped();
    open.push(tap);
    const transport = await slot.router.createDirectTransport();
    open.push(transport);
    const consumer = await transport.consume({
      producerId: tap.producer.id,
      rtpCapabilities: slot.router.rtpCapabilities,
    });
    const delays: number[] = [];
    let first: Buffer | null = null;
    let after = Infinity;
    const enough = Promise.withResolvers<void>();
    consumer.on('rtp', (packet) => {
      delays.push(performance.now() - camera.takenAt(packet.readUInt32BE(4)));
      if (performance.now() < after) return;
      first ??= packet;
      if (delays.length > 120) enough.resolve();
    });
    await tap.resume();
    await expect.poll(() => delays.length).toBeGreaterThan(20);
    process.kill(slot.pid, 'SIGSTOP');
    await sleep(2_500);
    after = performance.now();
    const before = delays.length;
    process.kill(slot.pid, 'SIGCONT');
    await enough.promise;
    // Two and a half seconds of packets waited, and the oldest of them most of all.
    expect(Math.max(...delays.slice(before))).toBeLessThan(1_500);
    expect(vp8KeyframeSize(first!)).toEqual({ width: 640, height: 480 });
    expect(said).toEqual([]);
  });

  it('the tap closes with its camera, and closing it twice is harmless', async () => {
    const tap = await tapped();
    const closed = once(tap.producer.observer, 'close');
    camera.close();
    await closed;
    expect(tap.closed).toBe(true);
    tap.close();
    expect((await slot.router.dump()).transportIds).toHaveLength(1);
  });

  it('the tap closes without a log line when its media worker is killed', async () => {
    const { transport } = await watch(true);
    const tap = await tapped();
    await tap.resume();
    const died = new Promise((resolve) => {
      slot.onDied(resolve);
    });
    process.kill(slot.pid, 'SIGKILL');
    await died;
    expect(tap.closed).toBe(true);
    tap.close();
    transport.close();
    expect(said).toEqual([]);
  });

  it('when low delay is off, the tap passes the packets on as they are', async () => {
    const tap = await tapped(false);
    open.push(tap);
    const received = packetsOf(tap.producer, 30);
    await tap.resume();
    const id = playoutDelayId();
    for (const packet of await received)
      expect(packet.toString('hex')).not.toContain(`${id?.toString(16)}2000000`);
    const { picture } = await watch(false);
    expect(picture).toEqual({ width: 640, height: 480 });
  });
});
