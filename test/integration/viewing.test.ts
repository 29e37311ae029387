/** Watching cameras live, with the real media worker and real WebRTC: what a viewer gets, and what ends it. */
import wrtc from '@roamhq/wrtc';
import { Device, type types as mc } from 'mediasoup-client';
import { afterEach, describe, expect, it } from 'vitest';
import { MusterError } from '#protocol/error.ts';
import { VIEW_LIMITS } from '#protocol/limits.ts';
import type { Observation } from '#protocol/results.ts';
import type { Actor } from '#protocol/session.ts';
import type { ViewEnd } from '#protocol/signaling.ts';
import type { Camera } from '../../server/media/camera.ts';
import { LowDelayTap } from '../../server/media/low-delay-tap.ts';
import { vp8KeyframeSize } from '../../server/media/picture-size.ts';
import { observation, SignalingHarness } from '../support/signaling-harness.ts';
import { gradient, type WrtcPeer } from '../support/wrtc-peer.ts';

const small = { fps: 15, picture: gradient(320, 240) };

let harness: SignalingHarness;
afterEach(async () => {
  await harness?.close();
});

async function publish(
  actor: string,
  options: Parameters<WrtcPeer['publish']>[0] = small,
): Promise<WrtcPeer> {
  const peer = await harness.connect(actor);
  await peer.join();
  await peer.publish(options);
  return peer;
}

/** Publishes like the page of a device at VGA, but the small layer always: libwebrtc for Node cannot switch it. */
async function publishTwo(actor: string): Promise<WrtcPeer> {
  const peer = await harness.connect(actor);
  await peer.join();
  await publishLayers(peer);
  return peer;
}

async function publishLayers(peer: WrtcPeer): Promise<void> {
  await peer.publish({
    fps: 15,
    picture: gradient(640, 480),
    encodings: [
      { scaleResolutionDownBy: 2, maxBitrate: 200_000 },
      { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
    ],
    codecOptions: { videoGoogleStartBitrate: 4_000 },
  });
  const { cameraId } = peer;
  harness.media.cameras.analyzed({ cameraId, width: 640, height: 480, fpsIn: 15, fpsAnalyzed: 10, faces: 0 });
  // Libwebrtc sends the large one when it has found that the network carries it.
  const { producer } = harness.media.cameras.get(cameraId)!;
  await expect
    .poll(() => producer.score.filter(({ score }) => score > 0).length, { timeout: 20_000 })
    .toBe(2);
}

/** What the camera was told about its small layer so far. */
function toldTo(peer: WrtcPeer): () => boolean[] {
  const told: boolean[] = [];
  peer.on('notification', (n) => {
    if (n.notify === 'camera.small-layer') told.push(n.data.wanted);
  });
  return () => [...told];
}

/** What an analyzer gets of this camera: the widths of all keyframes, and how many pictures there were. */
async function tapOf({ slot, producer }: Camera) {
  const widths = new Set<number>();
  const timestamps = new Set<number>();
  const tap = await LowDelayTap.create({
    router: slot.router,
    source: producer,
    layers: { spatialLayer: 2, temporalLayer: 2 },
    log: slot.log,
  });
  const transport = await slot.router.createDirectTransport();
  const consumer = await transport.consume({
    producerId: tap.producer.id,
    rtpCapabilities: slot.rtpCapabilities,
  });
  consumer.on('rtp', (packet) => {
    const size = vp8KeyframeSize(packet);
    if (size !== null && size !== 'unreadable') widths.add(size.width);
    timestamps.add(packet.readUInt32BE(4));
  });
  await tap.resume();
  return { widths, pictures: () => timestamps.size, close: () => tap.close() };
}

/** Watches like the wall: over one transport, paused until it is resumed. */
class Wall {
  readonly peer: WrtcPeer;
  readonly #device: Device;
  readonly #observations: Observation[] = [];
  #transport: mc.Transport | null = null;
  /** Width of the latest picture of each camera, and how many there were. */
  readonly pictures = new Map<string, { width: number; count: number }>();

  static async open(peer: WrtcPeer): Promise<Wall> {
    const { rtpCapabilities } = await peer.request('view.join', {});
    const device = await Device.factory({ handlerName: 'Chrome111' });
    await device.load({ routerRtpCapabilities: rtpCapabilities as mc.RtpCapabilities });
    return new Wall(peer, device);
  }

  private constructor(peer: WrtcPeer, device: Device) {
    this.peer = peer;
    this.#device = device;
  }

  /** On the server only: no picture is received. */
  async ask(cameraId: string) {
    return this.peer.request('view.open', {
      cameraId,
      rtpCapabilities: this.#device.recvRtpCapabilities,
    });
  }

  async watch(cameraId: string, rows = 240): Promise<void> {
    const reply = await this.ask(cameraId);
    const isFirst = this.#transport?.id !== reply.transport.id;
    if (isFirst) {
      const transport = this.#device.createRecvTransport(reply.transport);
      this.#transport = transport;
      transport.on('connect', ({ dtlsParameters }, accept, failed) => {
        this.peer
          .request('view.connect', { transportId: transport.id, dtlsParameters })
          .then(() => accept(), failed);
      });
    }
    const consumer = await this.#transport!.consume(reply.video as mc.ConsumerOptions);
    const sink = new wrtc.nonstandard.RTCVideoSink(consumer.track);
    sink.onframe = ({ frame }: { frame: { width: number } }) => {
      const { count = 0 } = this.pictures.get(cameraId) ?? {};
      this.pictures.set(cameraId, { width: frame.width, count: count + 1 });
    };
    if (isFirst) {
      const data = await this.#transport!.consumeData(reply.results);
      data.on('message', (text: unknown) => this.#observations.push(JSON.parse(String(text)) as Observation));
    }
    await this.peer.request('view.adjust', { cameraId, paused: false, rows });
  }

  count(cameraId: string): number {
    return this.pictures.get(cameraId)?.count ?? 0;
  }

  seen(cameraId: string): Observation | undefined {
    return this.#observations.find(({ camera }) => camera === cameraId);
  }

  ended(): Promise<{ cameraId: string; why: ViewEnd }> {
    return this.peer
      .until('notification', ({ notify }) => notify === 'view.ended')
      .then((n) => n.data as { cameraId: string; why: ViewEnd });
  }

  close(): void {
    this.#transport?.close();
  }
}

const wall = async (actor = 'account:ada') => Wall.open(await harness.connect(actor));

describe('watching cameras', () => {
  it('a viewer gets the pictures of several cameras and what is recognized in them, with names', async () => {
    harness = await SignalingHarness.create();
    await publish('station:door');
    await publish('camera:yard');
    const viewer = await wall();
    await viewer.watch('door');
    await viewer.watch('yard');
    for (const id of ['door', 'yard']) {
      await expect.poll(() => viewer.count(id)).toBeGreaterThan(5);
      const { faces, ...rest } = observation(id, 1);
      const asking = { ...rest, faces: faces.map((face) => ({ ...face, ask: 'a-question' })) };
      // What the screen of a station may not show, staff see.
      const onScreen = { ...rest, faces: faces.map(({ name: _name, ...face }) => face) };
      await expect
        .poll(() => {
          harness.media.cameras.get(id)!.sendResult(asking, onScreen);
          return viewer.seen(id)?.faces;
        })
        .toEqual(faces);
    }
    viewer.close();
  });

  it('a paused view gets no pictures, and a resumed one gets them again', async () => {
    harness = await SignalingHarness.create();
    await publish('station:door');
    const viewer = await wall();
    await viewer.watch('door');
    await expect.poll(() => viewer.count('door')).toBeGreaterThan(5);
    await viewer.peer.request('view.adjust', { cameraId: 'door', paused: true, rows: 240 });
    const consumer = harness.media.cameras.get('door')!;
    const sent = viewer.count('door');
    // As many pictures as the camera sends in a second reach the server meanwhile, and at most the last one the viewer.
    const before = (await consumer.producer.getStats())[0]!.packetCount;
    await expect
      .poll(async () => (await consumer.producer.getStats())[0]!.packetCount)
      .toBeGreaterThan(before + 15);
    expect(viewer.count('door')).toBeLessThanOrEqual(sent + 2);
    await viewer.peer.request('view.adjust', { cameraId: 'door', paused: false, rows: 240 });
    await expect.poll(() => viewer.count('door')).toBeGreaterThan(sent + 5);
    viewer.close();
  });

  it('a small picture gets the small layer of a camera, and a large one the large layer', async () => {
    harness = await SignalingHarness.create();
    await publish('camera:hall', {
      fps: 15,
      picture: gradient(640, 480),
      encodings: [
        { scaleResolutionDownBy: 2, maxBitrate: 200_000 },
        { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
      ],
    });
    const stats = { cameraId: 'hall', width: 640, height: 480, fpsIn: 15, fpsAnalyzed: 10, faces: 0 };
    harness.media.cameras.analyzed(stats);
    const viewer = await wall();
    const width = () => viewer.pictures.get('hall')?.width;
    await viewer.watch('hall', 240);
    await expect.poll(width).toBe(320);
    await viewer.peer.request('view.adjust', { cameraId: 'hall', paused: false, rows: 900 });
    await expect.poll(width, { timeout: 20_000 }).toBe(640);
    await viewer.peer.request('view.adjust', { cameraId: 'hall', paused: false, rows: 200 });
    await expect.poll(width, { timeout: 20_000 }).toBe(320);
    viewer.close();
  }, 60_000);

  it('the camera is told when the first viewer of a small picture comes and when the last one has gone', async () => {
    harness = await SignalingHarness.create();
    const hall = await publishTwo('camera:hall');
    const told = toldTo(hall);
    const [ada, ben] = [await wall('account:ada'), await wall('account:ben')];
    await ada.watch('hall', 240);
    await ben.watch('hall', 900);
    await expect.poll(told).toEqual([true]);
    await ben.peer.request('view.adjust', { cameraId: 'hall', paused: false, rows: 240 });
    await ada.peer.request('view.adjust', { cameraId: 'hall', paused: true, rows: 240 });
    await ben.peer.request('view.close', { cameraId: 'hall' });
    // Ada's tile, out of sight, needs nothing.
    await expect.poll(told, { timeout: 20_000 }).toEqual([true, false]);
    await ada.peer.request('view.adjust', { cameraId: 'hall', paused: false, rows: 240 });
    await expect.poll(told).toEqual([true, false, true]);
    // Publishing anew begins without it, until the viewer has come back.
    await hall.join();
    await publishLayers(hall);
    expect(harness.media.cameras.get('hall')!.smallLayer.wanted).toBe(false);
    await ben.watch('hall', 240);
    await expect.poll(told).toEqual([true, false, true, true]);
    ada.close();
    ben.close();
  }, 90_000);

  it('the analyzer gets the large layer, whoever watches the small one', async () => {
    harness = await SignalingHarness.create();
    await publishTwo('camera:hall');
    const { widths, pictures, close } = await tapOf(harness.media.cameras.get('hall')!);
    try {
      const viewer = await wall();
      await expect.poll(() => widths.has(640), { timeout: 20_000 }).toBe(true);
      widths.clear();
      await viewer.watch('hall', 240);
      await expect.poll(() => viewer.pictures.get('hall')?.width, { timeout: 20_000 }).toBe(320);
      const before = pictures();
      await expect.poll(pictures, { timeout: 20_000 }).toBeGreaterThan(before + 45);
      expect(widths.has(320)).toBe(false);
      viewer.close();
    } finally {
      close();
    }
  }, 90_000);

  it('a viewer of a large picture, and of a camera with one layer, asks for no small one', async () => {
    harness = await SignalingHarness.create();
    await publishTwo('camera:hall');
    await publish('station:door');
    const viewer = await wall();
    await viewer.watch('hall', 640);
    await viewer.watch('door', 160);
    await expect.poll(() => viewer.count('hall')).toBeGreaterThan(5);
    await expect.poll(() => viewer.count('door')).toBeGreaterThan(5);
    for (const id of ['hall', 'door']) expect(harness.media.cameras.get(id)!.smallLayer.wanted).toBe(false);
    viewer.close();
  }, 60_000);

  it('a camera that ends is reported, and nothing stays behind', async () => {
    harness = await SignalingHarness.create();
    const door = await publish('station:door');
    const viewer = await wall();
    await viewer.watch('door');
    expect(harness.media.viewers.size).toBe(1);
    const ended = viewer.ended();
    await door.close();
    expect(await ended).toEqual({ cameraId: 'door', why: 'gone' });
    expect(harness.media.viewers.size).toBe(0);
    await expect(viewer.ask('door')).rejects.toMatchObject({ code: 'media-unavailable' });
    viewer.close();
  });

  it('a viewer that leaves frees its places, and each view is reported as over once', async () => {
    let open = 0;
    const begin = async () => {
      open += 1;
      let over = false;
      return () => {
        if (!over) open -= 1;
        over = true;
      };
    };
    harness = await SignalingHarness.create({ viewing: { mayView: () => true, begin } });
    await publish('station:door');
    await publish('camera:yard');
    const viewer = await wall();
    await viewer.watch('door');
    await viewer.watch('yard');
    await viewer.watch('yard');
    expect([open, harness.media.viewers.size]).toEqual([2, 2]);
    await viewer.peer.request('view.close', { cameraId: 'door' });
    expect([open, harness.media.viewers.size]).toEqual([1, 1]);
    viewer.close();
    await viewer.peer.close();
    await expect.poll(() => [open, harness.media.viewers.size]).toEqual([0, 0]);
  });

  it('viewing that is switched off ends running views and refuses new ones', async () => {
    let on = true;
    harness = await SignalingHarness.create({
      viewing: {
        mayView: () => on,
        begin: async () => {
          if (!on) throw new MusterError('viewing-off', 'Watching cameras is switched off at this site.');
          return () => {};
        },
      },
    });
    const door = await publish('station:door');
    const viewer = await wall();
    await viewer.watch('door');
    const ended = viewer.ended();
    on = false;
    harness.signaling.pushDevice(door.actor as Extract<Actor, { kind: 'device' }>);
    expect(await ended).toEqual({ cameraId: 'door', why: 'off' });
    await expect(viewer.ask('door')).rejects.toMatchObject({ code: 'viewing-off' });
    expect(harness.media.cameras.get('door')!.closed).toBe(false);
    viewer.close();
  });

  it('an account that loses its role stops watching, and roles without the permission are refused', async () => {
    let role: 'hr' | 'viewer' = 'hr';
    const account = { kind: 'account', accountId: 'vera', name: 'Vera', username: 'vera' } as const;
    const other = await SignalingHarness.create();
    const { actor } = await other.connect('station:door');
    await other.close();
    harness = await SignalingHarness.create({
      authenticate: async (request) =>
        (request.headers.cookie ?? '').includes('station') ? actor : { ...account, role, department: null },
    });
    await publish('station:door');
    const viewer = await wall('account:vera');
    await viewer.watch('door');
    const ended = viewer.ended();
    role = 'viewer';
    harness.signaling.recheckAccount('vera');
    expect(await ended).toEqual({ cameraId: 'door', why: 'not-permitted' });
    await expect(viewer.ask('door')).rejects.toMatchObject({ code: 'forbidden' });
    viewer.close();
  });

  it('an enrollment is not watched, and capabilities that no browser sends are refused', async () => {
    harness = await SignalingHarness.create();
    await publish('station:door');
    const viewer = await wall();
    await expect(viewer.ask('enroll-of-somebody')).rejects.toMatchObject({ code: 'media-unavailable' });
    const strange = { codecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 0.5 }] };
    await expect(
      viewer.peer.request('view.open', { cameraId: 'door', rtpCapabilities: strange as never }),
    ).rejects.toMatchObject({ code: 'validation-failed' });
    expect(harness.media.viewers.size).toBe(0);
    viewer.close();
  });

  it.each(['VP9', 'AV1'])(
    '%s is shown by a browser that has it, and others are told that they cannot',
    async (name) => {
      harness = await SignalingHarness.create();
      const mimeType = `video/${name}`;
      await publish('station:door', { ...small, mimeType });
      expect(harness.media.cameras.get('door')?.producer.rtpParameters.codecs[0]?.mimeType).toBe(mimeType);
      const viewer = await wall();
      await viewer.watch('door');
      await expect
        .poll(() => viewer.pictures.get('door')?.count ?? 0, { timeout: 20_000 })
        .toBeGreaterThan(5);
      const { rtpCapabilities } = await viewer.peer.request('view.join', {});
      const codecs = rtpCapabilities.codecs?.filter((codec) => codec.mimeType !== mimeType) ?? [];
      const without = { ...rtpCapabilities, codecs };
      await expect(
        viewer.peer.request('view.open', { cameraId: 'door', rtpCapabilities: without }),
      ).rejects.toMatchObject({ code: 'video-unsupported', retryable: false });
      viewer.close();
    },
  );

  it('a browser watches at most 24 cameras at once, and all browsers together 96', async () => {
    harness = await SignalingHarness.create();
    const ids = Array.from({ length: VIEW_LIMITS.perViewer + 1 }, (_, i) => `door-${i}`);
    for (const id of ids) await publish(`camera:${id}`, { fps: 0, picture: gradient(64, 48) });
    const full: Wall[] = [];
    for (let i = 0; i < VIEW_LIMITS.inAll / VIEW_LIMITS.perViewer; i += 1) {
      const viewer = await wall(`account:ada-${i}`);
      full.push(viewer);
      for (const id of ids.slice(1)) await viewer.ask(id);
    }
    expect(harness.media.viewers.size).toBe(VIEW_LIMITS.inAll);
    await expect(full[0]!.ask(ids[0]!)).rejects.toMatchObject({ code: 'view-limit', retryable: true });
    const late = await wall('account:late');
    await expect(late.ask(ids[0]!)).rejects.toMatchObject({ code: 'view-limit' });
    await full[0]!.peer.request('view.close', { cameraId: ids[1]! });
    await late.ask(ids[0]!);
    expect([VIEW_LIMITS.perViewer, VIEW_LIMITS.inAll]).toEqual([24, 96]);
  }, 90_000);
});
