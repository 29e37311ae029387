/** What docs/limits.md says about IP cameras, on a real database. The cameras are never reached. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backoff } from '../../server/async/backoff.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { Network } from '../../server/network/network.ts';
import { RTSP_LIMITS } from '../../server/rtsp/rtsp-camera.ts';
import { RTSP_CLAIM, RtspCameras } from '../../server/rtsp/rtsp-cameras.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';

let services: DataServices;
let network: Network;
let media: MediaServer;

beforeAll(async () => {
  services = await openDataServices();
  const { log } = services;
  network = new Network({ log });
  media = await MediaServer.create({
    config: { workers: 1, port: 0, listen: ['127.0.0.1'], announce: undefined, workerBin: mediaWorkerBin() },
    analysis: { rate: 10, minFace: 0.1 },
    network,
    log,
  });
});
afterAll(async () => {
  await media?.close();
  network?.close();
  await services?.close();
});

const add = () =>
  services.rtsp.add({
    name: 'Yard',
    address: 'rtsp://192.0.2.1/stream1',
    user: '',
    password: '',
    transport: 'tcp',
  });

/** Of a server of its own. No address is allowed, so that nothing is asked. */
const fetching = () =>
  new RtspCameras({
    config: { allow: ['10.0.0.0/8'], ffmpeg: undefined },
    database: services.database,
    service: services.rtsp,
    media,
    door: (id) => services.devices.door(id),
    pictureLimit: { longer: 1920, shorter: 1080 },
    log: services.log,
  });

const claim = async () => {
  const [row] = await services.database
    .fork()
    .execute<{ holder: string; left: number }[]>(
      `select holder, extract(epoch from held_until - now())::float "left" from rtsp_source`,
    );
  return row!;
};

const age = (ms: number) =>
  services.database
    .fork()
    .execute(`update rtsp_source set held_until = held_until - ? * interval '1 ms'`, [ms]);

describe('IP cameras', () => {
  it('a claim on an IP camera that was not renewed for 12 s goes to another server', async () => {
    expect(RTSP_CLAIM).toBe(12_000);
    await add();
    const first = fetching();
    await first.look();
    const { holder } = await claim();
    const second = fetching();
    await second.look();
    expect((await claim()).holder).toBe(holder);
    await first.close();
    await second.close();
    const third = fetching();
    await third.look();
    const held = await claim();
    expect(held.left).toBeGreaterThan(RTSP_CLAIM / 1_000 - 6);
    expect(held.left).toBeLessThanOrEqual(RTSP_CLAIM / 1_000);
    await age(RTSP_CLAIM);
    const fourth = fetching();
    await fourth.look();
    expect((await claim()).holder).not.toBe(held.holder);
    await third.close();
    await fourth.close();
  });

  it('an IP camera is tried again after 1 s, doubling each time up to 30 s', () => {
    const waits = Array.from({ length: 7 }, (_, failures) => backoff(RTSP_LIMITS.retry, failures));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('there may be 100 IP cameras, and not one more', async () => {
    const [{ count }] = await services.database
      .fork()
      .execute<[{ count: number }]>('select count(*)::int count from rtsp_source');
    for (let i = count; i < 100; i += 1) await add();
    await expect(add()).rejects.toMatchObject({ code: 'conflict' });
  });
});
