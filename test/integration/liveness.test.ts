/** The liveness nets on real attacks and real people; their scores are those that were published for them. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { livenessInForce, loadLivenessPack } from '../../server/vision/liveness-pack.ts';
import type { LivenessPack } from '../../server/vision/liveness-pack.ts';
import { LivenessCheck } from '../../server/vision/liveness.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { FaceEngine } from '../../server/vision/types.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';

const SHARED = path.resolve(import.meta.dirname, '../../../shared/models');
const WEIGHTS = path.join(SHARED, 'weights');
const SPOOF = path.join(SHARED, 'data/spoof');
const missing = !existsSync(WEIGHTS) || !existsSync(SPOOF);

const installer = path.resolve(import.meta.dirname, '../../scripts/models/install.mjs');
/** The set-up runs before any type is installed: a plain module, whose shape is said here. */
const { installPack } = (await import(/* @vite-ignore */ pathToFileURL(installer).href)) as {
  installPack: (manifest: LivenessPack, folder: string, options: { from: string }) => Promise<number>;
};

const { models } = loadConfig({ MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'] });

describe.skipIf(missing)('liveness (needs ../shared/models; left out where it does not exist)', () => {
  let cache: string;
  let check: LivenessCheck;
  let engine: FaceEngine;

  beforeAll(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'muster-liveness-'));
    const part = await loadLivenessPack();
    await installPack(part, path.join(cache, part.id), { from: WEIGHTS });
    check = await LivenessCheck.open(part, cache, { threads: 1, providers: ['cpu'] });
    engine = await createEngine(await loadPack(models.pack), models.cacheDir);
  });
  afterAll(async () => {
    await check?.close();
    await engine?.close();
    await rm(cache, { recursive: true });
  });

  it('are installed like a pack, and then in force as it was asked for', async () => {
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
  ])('%s scores as published, and on the right side', async (name, width, height, published) => {
    const frame = await readFrame(path.join(SPOOF, `${name}.jpg`), { width, height });
    const faces = await engine.detect(frame, 0.1);
    const largest = faces.reduce((a, b) => (b.height > a.height ? b : a));
    const [live] = await check.live(frame, [largest]);
    expect(Math.abs(live! - published)).toBeLessThan(0.25);
    expect(live! > 0.5).toBe(published > 0.5);
  });

  it('takes the people of the clips for people, several faces at once as one by one', async () => {
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

  it('gives no scores for no faces, and refuses a torn frame', async () => {
    const frame = { data: new Uint8Array(640 * 480 * 1.5), width: 640, height: 480 };
    expect(await check.live(frame, [])).toEqual([]);
    await expect(check.live({ ...frame, data: new Uint8Array(10) }, [])).rejects.toThrow(/10/);
  });
});
