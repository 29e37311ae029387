/** Two real model packs run in one real analyzer, and people who were enrolled with the former pack are recognized. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool, type AnalyzerPoolEvents } from '../../server/analyzer/analyzer-pool.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import type { AnalysisPurpose, GalleryEntry } from '#protocol/analyzer.ts';
import { similarityScale } from '../../server/recognition/similarity-scale.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { loadRtpClip, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const WEIGHTS = testModel('weights');
const log = pino({ level: 'silent' });
/** Of the default pack, which everybody has. */
const installedIn = defaultModels.cacheDir;

const installer = path.resolve(import.meta.dirname, '../../scripts/models/install.mjs');
/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
const { installPack } = (await import(/* @vite-ignore */ pathToFileURL(installer).href)) as {
  installPack: (
    manifest: ModelPack,
    folder: string,
    options: { from: string; acceptLicense: boolean },
  ) => Promise<number>;
};

type Who = 'man-a' | 'man-b';

describe.skipIf(!hasTestModels)(`a change of the model pack (${NEEDS_TEST_MODELS})`, () => {
  let cacheDir: string;
  let former: ModelPack;
  let pack: ModelPack;
  let slot: RouterSlot;
  let pool: AnalyzerPool;
  /** By pack and person; man A on another take than the one he is seen in. */
  const known = new Map<string, Float32Array[]>();
  const scenes = new Map<Who, RtpClip>();
  let gallery: GalleryEntry[] = [];
  let cameras: { id: string; camera: RtpCamera }[] = [];
  let numbers = 0;

  beforeAll(async () => {
    cacheDir = await mkdtemp(path.join(os.tmpdir(), 'muster-migration-'));
    former = await loadPack('faceplugin');
    pack = await loadPack('retinaface-arcface');
    for (const [one, from] of [
      [former, path.join(installedIn, former.id)],
      [pack, WEIGHTS],
    ] as const) {
      await installPack(one, path.join(cacheDir, one.id), { from, acceptLicense: true });
      const engine = await createEngine(one, cacheDir);
      known.set(`${one.id} man-a`, await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 8 }));
      known.set(`${one.id} man-b`, await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 }));
      await engine.close();
    }
    const size = { width: 640, height: 480, fps: 15 };
    const a = await vp8Clip({ clip: 'cap13', from: 2, to: 6, boomerang: true, ...size });
    const b = await vp8Clip({ clip: 'franck', from: 10, to: 14, boomerang: true, ...size });
    scenes.set('man-a', await loadRtpClip(a, 15));
    scenes.set('man-b', await loadRtpClip(b, 15));
    slot = await RouterSlot.create({
      workerBin: mediaWorkerBin(),
      listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
      log,
    });
    pool = await AnalyzerPool.create({
      config: loadConfig({
        MUSTER_CHALLENGE: 'never',
        MUSTER_VISION_THREADS: '1',
        MUSTER_LOG_LEVEL: 'silent',
        MUSTER_MODEL_PACK: pack.id,
        MUSTER_MODEL_CACHE: cacheDir,
      }),
      former: former.id,
      log,
      loadGallery: async () => gallery,
    });
    pool.on('sighting', (_sighting, safe) => safe());
  });

  afterEach(() => {
    for (const { id, camera } of cameras.splice(0)) {
      pool.unwatch(id);
      camera.close();
    }
    for (const { personId } of gallery) pool.remove(personId);
    gallery = [];
  });

  afterAll(async () => {
    await pool?.close();
    await slot?.close();
    await rm(cacheDir, { recursive: true, force: true });
  });

  const entry = (who: Who, by: ModelPack): GalleryEntry => ({
    personId: who,
    contract: by.contract,
    embeddings: known.get(`${by.id} ${who}`)!,
  });

  /** Replaces all templates of the person. */
  function enroll(who: Who, by: ModelPack): void {
    gallery = [...gallery.filter(({ personId }) => personId !== who), entry(who, by)];
    pool.upsert(entry(who, by));
  }

  async function watch(who: Who, purpose: AnalysisPurpose = 'check-in'): Promise<string> {
    numbers += 1;
    const camera = await RtpCamera.open({
      router: slot.router,
      clip: scenes.get(who)!,
      ssrc: 2_000 + numbers,
    });
    const id = `migration-${numbers}`;
    cameras.push({ id, camera });
    const options = { cameraId: id, purpose, rate: 10, minFace: 0.1 };
    pool.watch(new ProducerSource({ producer: camera.producer, slot, watch: options }));
    return id;
  }

  function until<E extends keyof AnalyzerPoolEvents>(
    event: E,
    accept: (value: AnalyzerPoolEvents[E][0]) => boolean,
  ): Promise<AnalyzerPoolEvents[E][0]> {
    return new Promise((resolve) => {
      const listener = (...values: unknown[]) => {
        const [value] = values as AnalyzerPoolEvents[E];
        if (value === undefined || !accept(value)) return;
        pool.off(event, listener as never);
        resolve(value);
      };
      pool.on(event, listener as never);
    });
  }

  const sighted = (cameraId: string) => until('sighting', (s) => s.cameraId === cameraId);
  const captured = (cameraId: string) =>
    until('capture', (c) => c.cameraId === cameraId && c.faces[0]?.embedding !== undefined);

  it('a person enrolled with the former pack is recognized by it, on the similarity scale of the new pack', async () => {
    enroll('man-a', former);
    enroll('man-b', former);
    const sighting = await sighted(await watch('man-a'));
    expect(sighting.personId).toBe('man-a');
    expect(sighting.similarity).toBeGreaterThanOrEqual(pack.thresholds['1e-4']);
    // Without conversion, the similarity by the former pack would be above the highest value on the new scale.
    expect(sighting.similarity).toBeLessThanOrEqual(similarityScale(former.thresholds, pack.thresholds)(1));
    expect(sighting.margin).toBeGreaterThan(0);
  });

  it('a re-enrolled person is recognized by the new pack while other people are not re-enrolled yet', async () => {
    enroll('man-a', former);
    enroll('man-b', former);
    enroll('man-a', pack);
    expect((await sighted(await watch('man-a'))).personId).toBe('man-a');
    expect((await sighted(await watch('man-b'))).personId).toBe('man-b');
    const byFormer = await pool.searchMean(former.contract, known.get(`${former.id} man-a`)!, 5);
    expect(byFormer.map(({ personId }) => personId)).toEqual(['man-b']);
    const [first] = await pool.searchMean(pack.contract, known.get(`${pack.id} man-a`)!, 5);
    expect(first).toMatchObject({ personId: 'man-a' });
  });

  it('a stranger stays unknown with either pack', async () => {
    for (const by of [former, pack]) {
      enroll('man-a', by);
      const id = await watch('man-b');
      const observation = await until(
        'observation',
        (o) => o.camera === id && o.faces.some((f) => f.state === 'unknown' || f.personId !== undefined),
      );
      expect(observation.faces.map(({ personId }) => personId)).toEqual([undefined]);
    }
  });

  it('an enrollment is captured with embeddings of both packs as long as a person needs the former one', async () => {
    enroll('man-a', former);
    const id = await watch('man-a', 'enrollment');
    const both = (await captured(id)).faces[0]!;
    expect(both.embedding).toHaveLength(pack.embeddingLength);
    expect(both.formerEmbedding).toHaveLength(former.embeddingLength);
    // A duplicate is found by the former pack's embedding, where the new one's says nothing.
    const [duplicate] = await pool.searchMean(former.contract, [both.formerEmbedding!], 2);
    expect(duplicate!.personId).toBe('man-a');
    expect(duplicate!.similarity).toBeGreaterThan(pack.thresholds['1e-5']);
    expect(await pool.searchMean(pack.contract, [both.embedding!], 2)).toEqual([]);

    enroll('man-a', pack);
    const alone = await until(
      'capture',
      (c) => c.cameraId === id && c.faces[0]?.embedding !== undefined && !c.faces[0].formerEmbedding,
    );
    const [same] = await pool.searchMean(pack.contract, [alone.faces[0]!.embedding!], 2);
    expect(same).toMatchObject({ personId: 'man-a' });
  });

  it('a restarted analyzer gets the galleries of both packs', async () => {
    enroll('man-a', former);
    enroll('man-b', pack);
    const up = new Promise((resolve) => {
      pool.once('up', resolve);
    });
    for (const { pid } of pool.list()) process.kill(pid, 'SIGKILL');
    await up;
    expect((await sighted(await watch('man-a'))).personId).toBe('man-a');
    expect((await sighted(await watch('man-b'))).personId).toBe('man-b');
  });
});
