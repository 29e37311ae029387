/** The liveness models on real attacks and real people give the scores that were published for them. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeCheckIn } from '../../server/analyzer/analyze-frame.ts';
import { CameraSession } from '../../server/analyzer/camera-session.ts';
import { VisionPool } from '../../server/analyzer/vision-pool.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import { LIVE_SCORE } from '#protocol/face.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { evidencePolicy, trackPolicy } from '../../server/recognition/policy.ts';
import { emptyTracks } from '../../server/recognition/tracker.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { livenessInForce, loadLivenessPack } from '../../server/vision/liveness-pack.ts';
import type { LivenessPack } from '../../server/vision/liveness-pack.ts';
import { LivenessCheck } from '../../server/vision/liveness.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const WEIGHTS = testModel('weights');
const SPOOF = testModel('data/spoof');

const installer = path.resolve(import.meta.dirname, '../../scripts/models/install.mjs');
/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
const { installPack } = (await import(/* @vite-ignore */ pathToFileURL(installer).href)) as {
  installPack: (manifest: LivenessPack, folder: string, options: { from: string }) => Promise<number>;
};

describe.skipIf(!hasTestModels)(`liveness (${NEEDS_TEST_MODELS})`, () => {
  let cache: string;
  let check: LivenessCheck;
  let engine: FaceEngine;

  beforeAll(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'muster-liveness-'));
    const part = await loadLivenessPack();
    await installPack(part, path.join(cache, part.id), { from: WEIGHTS });
    check = await LivenessCheck.open(part, cache, { threads: 1, providers: ['cpu'] });
    engine = await createEngine(await loadPack(defaultModels.pack), defaultModels.cacheDir);
  });
  afterAll(async () => {
    await check?.close();
    await engine?.close();
    await rm(cache, { recursive: true });
  });

  it('the liveness models install like a pack and then follow the configured policy', async () => {
    for (const asked of ['warn', 'require'] as const) {
      expect(await livenessInForce(asked, cache)).toEqual({ policy: asked, installed: true });
    }
    expect(await livenessInForce(undefined, cache)).toEqual({ policy: 'warn', installed: true });
  });

  /** Size, and the score that was measured from RGB with another detector's box (MODELS.md). */
  it.each<[name: string, width: number, height: number, published: number]>([
    ['silent_F1', 640, 480, 0.27],
    ['silent_F2', 640, 480, 0],
    ['inspire_rgb_fake', 1280, 1706, 0],
    ['doubango_spoof', 728, 1280, 0.22],
    ['silent_T1', 640, 480, 1],
    ['doubango_genuine', 1478, 1848, 1],
    ['doubango_disguise', 1200, 674, 0.99],
  ])(
    '%s scores close to the published value and on the right side of one half',
    async (name, width, height, published) => {
      const frame = await readFrame(path.join(SPOOF, `${name}.jpg`), { width, height });
      const faces = await engine.detect(frame, 0.1);
      const largest = faces.reduce((a, b) => (b.height > a.height ? b : a));
      const [live] = await check.live(frame, [largest]);
      expect(Math.abs(live! - published)).toBeLessThan(0.25);
      expect(live! > 0.5).toBe(published > 0.5);
    },
  );

  it('the people in the clips score as live, and several faces at once score like one by one', async () => {
    for (const { file } of [clips.cap12, clips.cap13, clips.franck]) {
      for await (const frame of readFrames(file, { width: 640, height: 480, fps: 0.5, from: 2, to: 12 })) {
        const faces = await engine.detect(frame, 0.2);
        const [box] = faces;
        if (!box) continue;
        const moved = { ...box, x: box.x + 9 };
        const [alone] = await check.live(frame, [box]);
        const together = await check.live(frame, [moved, box, moved, moved, box]);
        expect(alone).toBeGreaterThan(0.5);
        expect(together[1]).toBeCloseTo(alone!, 4);
        expect(together[4]).toBeCloseTo(alone!, 4);
      }
    }
  });

  describe.each(['warn', 'require'] as const)('the analysis with the liveness policy %s', (policy) => {
    /** The person in the pictures is enrolled from the first picture. */
    async function play(pictures: readonly I420Frame[]) {
      const evidence = evidencePolicy((await loadPack(defaultModels.pack)).thresholds, '1e-4', policy);
      const [first] = await engine.detect(pictures[0]!, 0.1);
      const [known] = await engine.embed(pictures[0]!, [first!]);
      const gallery = SharedGallery.create({ length: engine.embeddingLength, capacity: 4 });
      gallery.upsert({ personId: 'ann', embeddings: [known!] });
      const reader = new GalleryReader(gallery.share());
      let tracks = emptyTracks();
      const sightings: Sighting[] = [];
      const states: string[] = [];
      for (const [frame, picture] of pictures.entries()) {
        const result = await analyzeCheckIn(
          picture,
          {
            purpose: 'check-in',
            cameraId: 'door',
            run: 'run',
            frame,
            at: 1_000_000 + frame * 100,
            wait: 0,
            minFace: 0.1,
            readTimecode: false,
            tracks,
            trackPolicy: trackPolicy(10),
            evidencePolicy: evidence,
          },
          {
            engine,
            liveness: check,
            search: (embeddings, limit) => reader.search(embeddings, limit),
            random: () => 0,
            now: () => performance.now(),
          },
        );
        ({ tracks } = result);
        sightings.push(...result.sightings);
        states.push(...result.observation.faces.map((face) => face.state));
      }
      return { sightings, states };
    }

    it('a real person makes a sighting with a live score', async () => {
      const pictures: I420Frame[] = [];
      const part = { width: 640, height: 480, fps: 10, from: 10, to: 11.5 };
      for await (const picture of readFrames(clips.franck.file, part)) pictures.push(picture);
      const { sightings, states } = await play(pictures);
      expect(sightings).toHaveLength(1);
      expect(sightings[0]!.live).toBeGreaterThan(LIVE_SCORE);
      expect(states).not.toContain('not-live');
    });

    it('a picture is refused or makes a sighting with a low live score', async () => {
      const picture = await readFrame(path.join(SPOOF, 'silent_F2.jpg'), { width: 640, height: 480 });
      const { sightings, states } = await play(Array.from({ length: 60 }, () => picture));
      const doubtful = sightings.filter(({ live }) => live !== null && live < LIVE_SCORE);
      expect([sightings.length, doubtful.length]).toEqual(policy === 'warn' ? [1, 1] : [0, 0]);
      expect(states.includes('not-live')).toBe(policy === 'require');
    });
  });

  it('the photo detection is turned on and off while the threads run', async () => {
    await symlink(
      path.join(path.resolve(defaultModels.cacheDir), defaultModels.pack),
      path.join(cache, defaultModels.pack),
    );
    const pack = await loadPack(defaultModels.pack);
    const pictures: I420Frame[] = [];
    const part = { width: 640, height: 480, fps: 10, from: 10, to: 11.5 };
    for await (const picture of readFrames(clips.franck.file, part)) pictures.push(picture);
    const [first] = await engine.detect(pictures[0]!, 0.1);
    const [known] = await engine.embed(pictures[0]!, [first!]);
    const gallery = SharedGallery.create({ length: engine.embeddingLength, capacity: 4 });
    gallery.upsert({ personId: 'ann', embeddings: [known!] });
    const off = { liveness: false, snapshots: false };
    const pool = await VisionPool.open({
      threads: 1,
      data: {
        pack: pack.id,
        former: null,
        cacheDir: cache,
        checks: off,
        providers: ['cpu'],
        pictures: [],
        galleries: { current: gallery.share(), former: null, lookAlikes: new Map() },
      },
      log: pino({ level: 'silent' }),
      onIdle: () => {},
      onFatal: (message) => expect.unreachable(message),
    });
    /** How live the person looked, as often as somebody walks up. */
    const seen = async (cameraId: string): Promise<number | null | undefined> => {
      const session = new CameraSession({
        watch: { cameraId, purpose: 'check-in', rate: 10, minFace: 0.1 },
        evidencePolicy: () => evidencePolicy(pack.thresholds, '1e-4', 'warn'),
        formerNeeded: () => false,
        readTimecode: false,
      });
      for (const [frame, picture] of pictures.entries()) {
        session.picture(picture, 1_000_000 + frame * 100, performance.now());
        const { job, lease } = session.begin(performance.now())!;
        const result = await pool.analyze(job, lease, session.buffers);
        session.end(result);
        if (result.purpose === 'check-in' && result.sightings[0]) return result.sightings[0].live;
      }
      return undefined;
    };
    try {
      expect(await seen('before')).toBeNull();
      await pool.check({ ...off, liveness: true });
      expect(await seen('on')).toBeGreaterThan(LIVE_SCORE);
      await pool.check(off);
      expect(await seen('after')).toBeNull();
    } finally {
      await pool.close();
    }
  });

  it('no faces give no scores, and a truncated frame is refused', async () => {
    const frame = { data: new Uint8Array(640 * 480 * 1.5), width: 640, height: 480 };
    expect(await check.live(frame, [])).toEqual([]);
    await expect(check.live({ ...frame, data: new Uint8Array(10) }, [])).rejects.toThrow(/10/);
  });
});
