/** The loop with real sessions and real vision threads; the threads run a program that answers without models. */
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { SharedGallery } from '../recognition/gallery.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { CameraSession } from './camera-session.ts';
import { FrameLoop, type FrameLoopOptions } from './frame-loop.ts';
import { i420Bytes } from './frame-slot.ts';
import { Scheduler } from './scheduler.ts';
import { VisionPool } from './vision-pool.ts';

const RATE = 1_000;
const picture = { data: new Uint8Array(i420Bytes(8, 4)), width: 8, height: 4 };

const open: VisionPool[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((vision) => vision.close()));
});

/** A loop over cameras `a` and `b` that share one vision thread. */
async function openLoop(onResult: FrameLoopOptions['onResult']) {
  const faults: string[] = [];
  const scheduler = new Scheduler();
  const vision = await VisionPool.open({
    threads: 1,
    data: {
      pack: 'test',
      former: null,
      cacheDir: '',
      checks: { liveness: false, snapshots: false },
      providers: ['cpu'],
      pictures: [],
      galleries: {
        current: SharedGallery.create({ length: 4, capacity: 4 }).share(),
        former: null,
        lookAlikes: new Map(),
      },
    },
    log: pino({ level: 'silent' }),
    program: new URL('./vision-pool.test-thread.ts', import.meta.url),
    onIdle: () => loop.serve(),
    onFatal: (message) => faults.push(`fatal: ${message}`),
  });
  open.push(vision);
  const cameras = new Map(
    ['a', 'b'].map((cameraId) => {
      scheduler.add(cameraId, RATE);
      const session = new CameraSession({
        watch: { cameraId, purpose: 'enrollment', rate: RATE, minFace: 0.1 },
        evidencePolicy: () => evidencePolicy(thresholds, '1e-4'),
        formerNeeded: () => false,
        readTimecode: false,
      });
      return [cameraId, { session }];
    }),
  );
  const loop = new FrameLoop({
    cameras,
    scheduler,
    vision,
    onResult,
    onFault: (cameraId, error) => faults.push(`${cameraId}: ${error instanceof Error ? error.message : ''}`),
  });
  /** A picture of each camera arrives. */
  const arrive = () => {
    for (const [cameraId, { session }] of cameras) {
      const now = performance.now();
      session.picture(picture, Date.now(), now);
      scheduler.arrived(cameraId, now);
    }
    loop.serve();
  };
  return { arrive, cameras, faults };
}

const cameraOf = (result: Parameters<FrameLoopOptions['onResult']>[0]) =>
  result.purpose === 'enrollment' ? result.capture.cameraId : result.observation.camera;

describe('FrameLoop', () => {
  it('the frame loop continues with all cameras when the result of one camera cannot be delivered', async () => {
    const delivered: string[] = [];
    let failures = 0;
    const { arrive, faults } = await openLoop((result) => {
      const cameraId = cameraOf(result);
      if (cameraId === 'a' && failures++ === 0) throw new Error('cannot be sent');
      delivered.push(cameraId);
    });
    arrive();
    await expect.poll(() => delivered).toEqual(['b']);
    expect(faults).toEqual(['a: cannot be sent']);
    arrive();
    await expect.poll(() => delivered.toSorted()).toEqual(['a', 'b', 'b']);
    expect(faults).toHaveLength(1);
  });

  it('the frame loop continues with all cameras when a gallery change fails on the tracks of one camera', async () => {
    const delivered: string[] = [];
    const { arrive, cameras, faults } = await openLoop((result) => delivered.push(cameraOf(result)));
    arrive();
    // The picture of camera a is with the thread now, so the change waits for its tracks to come back.
    cameras.get('a')!.session.change(() => {
      throw new Error('bad tracks');
    });
    await expect.poll(() => delivered).toEqual(['b']);
    expect(faults).toEqual(['a: bad tracks']);
    arrive();
    await expect.poll(() => delivered.toSorted()).toEqual(['a', 'b', 'b']);
  });

  it('the frame loop delivers nothing of a camera that is no longer watched when its picture comes back', async () => {
    const delivered: string[] = [];
    const { arrive, cameras, faults } = await openLoop((result) => delivered.push(cameraOf(result)));
    arrive();
    cameras.delete('a');
    await expect.poll(() => delivered).toEqual(['b']);
    expect(faults).toEqual([]);
  });
});
