/** One camera is received with the real media worker and the real libwebrtc. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { CameraConsumer } from '../../server/analyzer/camera-consumer.ts';
import type { PictureSourceOptions } from '../../server/analyzer/picture-source.ts';
import { i420Bytes } from '../../server/analyzer/frame-slot.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { loadRtpClip, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';

let slot: RouterSlot;
let clip: RtpClip;
const open: { close(): void }[] = [];

beforeAll(async () => {
  const file = await vp8Clip({ clip: 'cap13', from: 2, to: 4, width: 640, height: 480, fps: 15 });
  clip = await loadRtpClip(file, 15);
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log: pino({ level: 'silent' }),
  });
});
afterEach(() => open.splice(0).forEach((part) => part.close()));
afterAll(() => slot?.close());

async function attach(options: Partial<PictureSourceOptions>) {
  const camera = await RtpCamera.open({ router: slot.router, clip, ssrc: 4_711 });
  const source = new ProducerSource({
    producer: camera.producer,
    slot,
    watch: { cameraId: 'door', purpose: 'check-in', rate: 5, minFace: 0.1 },
  });
  const transport = await source.openTransport();
  const lost = Promise.withResolvers<string>();
  const consumer = await CameraConsumer.open({
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters),
    onPicture: () => {},
    onLost: lost.resolve,
    ...options,
  });
  await consumer.consume(await transport.consume(consumer.rtpCapabilities));
  await transport.resume();
  open.push(consumer, transport, camera);
  return { camera, consumer, transport, lost: lost.promise };
}

describe('CameraConsumer', () => {
  it('a camera consumer delivers whole, upright I420 frames, and none after it is closed', async () => {
    const picture = Promise.withResolvers<{
      bytes: number;
      width: number;
      height: number;
      rotation: number;
    }>();
    let count = 0;
    const { consumer } = await attach({
      onPicture: ({ data, width, height }, rotation) => {
        count += 1;
        picture.resolve({ bytes: data.byteLength, width, height, rotation });
      },
    });
    expect(await picture.promise).toEqual({
      bytes: i420Bytes(640, 480),
      width: 640,
      height: 480,
      rotation: 0,
    });
    consumer.close();
    consumer.close();
    const atClose = count;
    // The pictures of another camera prove that enough time has passed for this one too.
    const more = Promise.withResolvers<void>();
    let others = 0;
    await attach({ onPicture: () => (others += 1) === 5 && more.resolve() });
    await more.promise;
    expect(count).toBe(atClose);
  });

  it('a camera consumer reports once that frames have stopped', async () => {
    const first = Promise.withResolvers<void>();
    const words: string[] = [];
    const { camera, consumer, lost } = await attach({ stallLimit: 400, onPicture: () => first.resolve() });
    void lost.then((message) => words.push(message));
    await first.promise;
    camera.pause();
    expect(await lost).toMatch(/^no picture for \d+ ms$/);
    consumer.close();
    expect(words).toHaveLength(1);
  });

  it('a camera consumer refuses a router without video codecs', async () => {
    const { transport } = await attach({});
    await expect(
      attach({ routerRtpCapabilities: { ...transport.routerRtpCapabilities, codecs: [] } }),
    ).rejects.toThrow('no video codec');
  });
});
