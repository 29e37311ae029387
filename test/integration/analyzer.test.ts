/** The real analyzer: media worker, libwebrtc, onnxruntime, child processes and recorded faces. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { loadConfig } from '../../config/config.ts';
import {
  AnalyzerPool,
  type AnalyzerPoolEvents,
  recognitionSettings,
} from '../../server/analyzer/analyzer-pool.ts';
import type { CameraSource } from '../../server/media/camera-source.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import type { AnalysisPurpose, GalleryEntry, Sighting } from '#protocol/analyzer.ts';
import type { ObservedFace } from '#protocol/results.ts';
import type { Zone } from '#protocol/zone.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { loadRtpClip, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';

const log = pino({ level: 'silent' });
const config = loadConfig({
  // Who stands still is not asked to turn.
  MUSTER_CHALLENGE: 'never',
  MUSTER_ANALYZERS: '2',
  MUSTER_VISION_THREADS: '1',
  MUSTER_LOG_LEVEL: 'silent',
  MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
  MUSTER_MODEL_PACK: 'faceplugin',
  MUSTER_FORMER_MODEL_PACK: 'none',
});

let slot: RouterSlot;
let pool: AnalyzerPool;
let pack: ModelPack;
const people = new Map<string, Float32Array[]>();
/** Man B; man A, on the other take than his templates are from. */
const scenes = new Map<string, RtpClip>();
/** The templates that the database would hold. */
let gallery: GalleryEntry[] = [];
let loads = 0;
let cameras: RtpCamera[] = [];
let watched: string[] = [];
let numbers = 0;

beforeAll(async () => {
  pack = await loadPack(config.models.pack);
  const engine = await createEngine(pack, config.models.cacheDir);
  people.set('man-b', await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 }));
  people.set('man-a', await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 8 }));
  await engine.close();
  const size = { width: 640, height: 480, fps: 15 };
  const b = await vp8Clip({ clip: 'franck', from: 10, to: 14, boomerang: true, ...size });
  const a = await vp8Clip({ clip: 'cap13', from: 2, to: 6, boomerang: true, ...size });
  scenes.set('man-b', await loadRtpClip(b, 15));
  scenes.set('man-a', await loadRtpClip(a, 15));
  const both = await vp8Clip({
    clip: 'franck',
    from: 10,
    to: 14,
    boomerang: true,
    ...size,
    beside: { clip: 'cap13', from: 2, to: 6, boomerang: true, fit: 'contain' },
  });
  scenes.set('man A behind man B', await loadRtpClip(both, 15));
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log,
  });
  pool = await AnalyzerPool.create({
    config,
    log,
    limits: { backOffFirst: 50 },
    loadGallery: async () => {
      loads += 1;
      return gallery;
    },
  });
  // As a server does that has booked it; an analyzer repeats what nobody takes.
  pool.on('sighting', (_sighting, safe) => safe());
});

afterEach(async () => {
  for (const id of watched.splice(0)) pool.unwatch(id);
  for (const camera of cameras.splice(0)) camera.close();
  for (const { personId } of gallery) pool.remove(personId);
  gallery = [];
});

afterAll(async () => {
  await pool?.close();
  await slot?.close();
});

function entry(person: string): GalleryEntry {
  return { personId: person, contract: pack.contract, embeddings: people.get(person) ?? [] };
}

function enroll(person: string): void {
  gallery.push(entry(person));
  pool.upsert(entry(person));
}

async function openCamera(person: string, purpose: AnalysisPurpose = 'check-in') {
  numbers += 1;
  const camera = await RtpCamera.open({
    router: slot.router,
    clip: scenes.get(person)!,
    ssrc: 1_000 + numbers,
  });
  cameras.push(camera);
  const cameraId = `camera-${numbers}`;
  watched.push(cameraId);
  const source = new ProducerSource({
    producer: camera.producer,
    slot,
    watch: { cameraId, purpose, rate: 10, minFace: 0.1 },
  });
  return { cameraId, source, camera };
}

async function watch(person: string, purpose?: AnalysisPurpose): Promise<string> {
  const { cameraId, source } = await openCamera(person, purpose);
  pool.watch(source);
  return cameraId;
}

type Events = AnalyzerPoolEvents;

/** The first event that is accepted. */
function until<E extends keyof Events>(
  event: E,
  accept: (value: Events[E][0]) => boolean = () => true,
): Promise<Events[E][0]> {
  return new Promise((resolve) => {
    const listener = (...values: unknown[]) => {
      const [value] = values as Events[E];
      if (value === undefined || !accept(value)) return;
      pool.off(event, listener as never);
      resolve(value);
    };
    pool.on(event, listener as never);
  });
}

/** The next `count` observations of a camera. */
async function observe(cameraId: string, count: number) {
  const seen: Events['observation'][0][] = [];
  await until('observation', (o) => o.camera === cameraId && seen.push(o) >= count);
  return seen;
}

/** Notes sightings until the test ends. */
function noteSightings(): Sighting[] {
  const sightings: Sighting[] = [];
  pool.on('sighting', (sighting) => sightings.push(sighting));
  return sightings;
}

const faulty = () => {
  throw new Error('a faulty listener');
};

const inState = (cameraId: string, state: string) =>
  until('observation', (o) => o.camera === cameraId && o.faces.some((f) => f.state === state));

/** The analyzer that watches the camera. */
const analyzerOf = (cameraId: string) => pool.list().find(({ cameras }) => cameras.includes(cameraId))!;

const killed = (pid: number) => {
  process.kill(pid, 'SIGKILL');
};

/** A watched camera's: the analyzer's own transport, and that of the low-delay tap. */
const EACH_WATCHED = 2;

/** Number of transports on the router that do not belong to a camera. */
async function analyzerTransports(): Promise<number> {
  const { transportIds } = await slot.router.dump();
  // Each open camera has a PlainTransport; the result channel has its direct one.
  return transportIds.length - cameras.length - baseTransports;
}
let baseTransports = 0;
beforeAll(async () => {
  baseTransports = (await slot.router.dump()).transportIds.length;
});

/** Half of the picture, from this fraction of its width on. */
const half = (left: number): Zone => [
  [left, 0],
  [left + 0.5, 0],
  [left + 0.5, 1],
  [left, 1],
];

describe('AnalyzerPool', () => {
  it('the pool reports the face in front of a camera and counts its frames', async () => {
    const id = await watch('man-b');
    const counted = until('camera.stats', (s) => s.cameraId === id && s.fpsAnalyzed > 0 && s.faces === 1);
    const observation = await until('observation', (o) => o.camera === id && o.faces.length === 1);
    expect(observation).toMatchObject({ type: 'observation', width: 640, height: 480 });
    const face = observation.faces[0]!;
    const [x, y, width, height] = face.box;
    expect(x > 0 && y > 0 && x + width < 1 && y + height < 1 && height > 0.2).toBe(true);
    for (const point of face.landmarks) {
      expect(point[0] > x && point[0] < x + width && point[1] > y && point[1] < y + height).toBe(true);
    }
    expect(observation.timings.total).toBeGreaterThanOrEqual(observation.timings.detect);
    expect(observation).not.toHaveProperty('timecode');
    expect(await counted).toMatchObject({ width: 640, height: 480 });
  });

  it('a kiosk sights only the person in front, and a change of what it asks for takes effect at once', async () => {
    enroll('man-a');
    enroll('man-b');
    const { cameraId, source } = await openCamera('man A behind man B');
    const sightings = noteSightings();
    source.lookFor({ minFace: 0.1, wish: 'kiosk' });
    pool.watch(source);
    await until(
      'observation',
      ({ camera, faces }) =>
        camera === cameraId &&
        faces.some(({ state }) => state === 'seen') &&
        faces.some(({ personId }) => personId === 'man-b'),
    );
    expect(sightings.map(({ personId }) => personId)).toEqual(['man-b']);
    const behind = until('sighting', ({ personId }) => personId === 'man-a');
    source.lookFor({ minFace: 0.1, wish: 'everyone' });
    pool.changed(cameraId);
    expect(await behind).toMatchObject({ cameraId, personId: 'man-a' });
  });

  it('a changed minimum face size takes effect without reattaching the camera', async () => {
    const { cameraId, source } = await openCamera('man-b');
    const open = vi.spyOn(source, 'openTransport');
    source.lookFor({ minFace: 0.9 });
    pool.watch(source);
    const [before] = await observe(cameraId, 1);
    expect(before!.faces).toEqual([]);
    const found = until('observation', (o) => o.camera === cameraId && o.faces.length === 1);
    source.lookFor({ minFace: 0.1 });
    pool.changed(cameraId);
    expect((await found).frame).toBeGreaterThan(before!.frame);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('a zone that is drawn while the camera runs ignores the person outside of it at once, also one who is enrolled', async () => {
    enroll('man-a');
    enroll('man-b');
    const { cameraId, source } = await openCamera('man A behind man B');
    const open = vi.spyOn(source, 'openTransport');
    pool.watch(source);
    const both = await until('observation', (o) => o.camera === cameraId && o.faces.length === 2);
    expect(both.faces.filter(({ box: [x] }) => x < 0.5)).toHaveLength(1);
    for (const left of [0, 0.5]) {
      source.lookFor({ minFace: 0.1, zone: half(left) });
      pool.changed(cameraId);
      const within = ({ box: [x, , width] }: ObservedFace) => Math.floor((x + width / 2) * 2) / 2 === left;
      await until(
        'observation',
        (o) => o.camera === cameraId && o.faces.length === 1 && o.faces.every(within),
      );
      const after = (await observe(cameraId, 10)).flatMap(({ faces }) => faces);
      // A picture may show nobody: on a busy machine one comes damaged now and then.
      expect(after.length).toBeGreaterThan(5);
      expect(after.filter((face) => !within(face))).toEqual([]);
    }
    source.lookFor({ minFace: 0.1, zone: null });
    pool.changed(cameraId);
    await until('observation', (o) => o.camera === cameraId && o.faces.length === 2);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('a changed rate takes effect without reattaching the camera', async () => {
    const { cameraId, source } = await openCamera('man-b');
    const open = vi.spyOn(source, 'openTransport');
    pool.watch(source);
    await until('camera.stats', (s) => s.cameraId === cameraId && s.fpsAnalyzed > 7);
    source.lookFor({ minFace: 0.1, rate: 2 });
    pool.changed(cameraId);
    const slow = await until('camera.stats', (s) => s.cameraId === cameraId && s.fpsAnalyzed <= 3);
    expect(slow.fpsAnalyzed).toBeGreaterThan(0);
    expect(slow.fpsIn).toBeGreaterThan(10);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('an enrolled person in view makes exactly one sighting', async () => {
    enroll('man-b');
    enroll('man-a');
    const sightings = noteSightings();
    const id = await watch('man-a');
    const sighting = await until('sighting');
    expect(sighting).toMatchObject({ cameraId: id, personId: 'man-a' });
    expect(sighting.similarity).toBeGreaterThanOrEqual(pack.thresholds['1e-4']);
    expect(sighting.margin).toBeGreaterThan(0);
    const observations = await observe(id, 40);
    expect(observations.every((o) => o.faces.every((f) => (f.personId ?? 'man-a') === 'man-a'))).toBe(true);
    expect(observations.filter((o) => o.faces[0]?.personId === 'man-a').length).toBeGreaterThan(30);
    expect(sightings).toHaveLength(1);
  });

  it('changed settings take effect without a restart, and hold after one', async () => {
    enroll('man-a');
    const usual = recognitionSettings(config, 'off');
    const sightings = noteSightings();
    pool.judgeBy({ ...usual, challenge: 'always' });
    const id = await watch('man-a');
    const { pid } = analyzerOf(id);
    await inState(id, 'challenge');
    expect(analyzerOf(id).pid).toBe(pid);
    const again = until('up');
    killed(pid);
    await again;
    await inState(id, 'challenge');
    expect(sightings).toEqual([]);
    pool.judgeBy({ ...usual, snapshots: true });
    const other = await watch('man-a');
    const sighting = await until('sighting', ({ cameraId }) => cameraId === other);
    expect(sighting.crop?.length).toBeGreaterThan(1_000);
    pool.judgeBy(usual);
  });

  it('a stranger stays unknown, even next to the most similar enrolled person', async () => {
    enroll('man-a');
    const sightings = noteSightings();
    const id = await watch('man-b');
    await inState(id, 'unknown');
    const observations = await observe(id, 40);
    expect(observations.some((o) => o.faces.some((f) => f.personId !== undefined))).toBe(false);
    expect(sightings).toEqual([]);
  });

  it('two cameras are served at once and their people are not mixed up', async () => {
    enroll('man-a');
    enroll('man-b');
    const sightings = noteSightings();
    const [a, b] = [await watch('man-a'), await watch('man-b')];
    expect(analyzerOf(a).name).not.toBe(analyzerOf(b).name);
    await Promise.all([inState(a, 'recognized'), inState(b, 'recognized')]);
    await Promise.all([observe(a, 10), observe(b, 10)]);
    expect(sightings.map((s) => `${s.cameraId} ${s.personId}`).sort()).toEqual([`${a} man-a`, `${b} man-b`]);
  });

  it('a person enrolled while in view is recognized, and a removed person is forgotten', async () => {
    const id = await watch('man-b');
    await inState(id, 'unknown');
    enroll('man-b');
    const known = await inState(id, 'recognized');
    expect(known.faces[0]).toMatchObject({ personId: 'man-b' });
    gallery = [];
    pool.remove('man-b');
    const unknown = await inState(id, 'unknown');
    expect(unknown.faces[0]).not.toHaveProperty('personId');
  });

  it('after every analyzer and thread confirms a removal, no frame names the removed person', async () => {
    const ids = [await watch('man-b'), await watch('man-b')];
    for (let round = 0; round < 4; round += 1) {
      enroll('man-b');
      await Promise.all(ids.map((id) => inState(id, 'recognized')));
      expect(await pool.confirmRemoval('man-b')).toEqual({
        analyzers: 0,
        threads: 2,
        expired: 0,
        everywhere: false,
      });
      gallery = [];
      pool.remove('man-b');
      expect(await pool.confirmRemoval('man-b')).toEqual({
        analyzers: 2,
        threads: 2,
        expired: 0,
        everywhere: true,
      });
      const after = await Promise.all(ids.map((id) => observe(id, 10)));
      expect(after.flat().some((o) => o.faces.some((f) => f.personId !== undefined))).toBe(false);
    }
  });

  it('an analyzer that ended counts as having forgotten a removed person', async () => {
    enroll('man-b');
    const back = until('up', () => pool.status().up === 2);
    gallery = [];
    pool.remove('man-b');
    killed(pool.list()[0]!.pid);
    expect(await pool.confirmRemoval('man-b')).toMatchObject({ analyzers: 2, everywhere: true });
    await back;
    expect(await pool.searchMean(pack.contract, people.get('man-b')!, 5)).toEqual([]);
  });

  it('an enrollment capture carries one L2-normalized embedding of the person in view', async () => {
    const id = await watch('man-b', 'enrollment');
    const capture = await until('capture', (c) => c.cameraId === id && c.faces.length > 0);
    const { embedding, pose, quality } = capture.faces[0]!;
    expect(embedding).toHaveLength(pack.embeddingLength);
    expect(Math.hypot(...embedding!)).toBeCloseTo(1, 4);
    expect(Math.abs(pose.yaw)).toBeLessThan(60);
    expect(quality.score).toBeGreaterThan(0);
    enroll('man-a');
    enroll('man-b');
    const [best, other] = await pool.searchMean(pack.contract, [embedding!], 5);
    expect(best).toMatchObject({ personId: 'man-b' });
    expect(best!.similarity).toBeGreaterThan(pack.thresholds['1e-4']);
    expect(other?.similarity).toBeLessThan(pack.thresholds['1e-4']);
  });

  it('a throwing listener stops neither the frames nor the other listeners', async () => {
    enroll('man-b');
    const events = ['observation', 'sighting', 'camera.stats'] as const;
    for (const event of events) pool.prependListener(event, faulty);
    try {
      const id = await watch('man-b');
      const counted = until('camera.stats', (s) => s.cameraId === id);
      expect(await until('sighting')).toMatchObject({ cameraId: id, personId: 'man-b' });
      expect(await observe(id, 3)).toHaveLength(3);
      await counted;
    } finally {
      for (const event of events) pool.off(event, faulty);
    }
  });

  it('an analyzer that stood still receives its camera anew, and recognizes who is there now', async () => {
    enroll('man-b');
    const { cameraId, source } = await openCamera('man-b');
    const opened = vi.spyOn(source, 'openTransport');
    pool.watch(source);
    const before = await inState(cameraId, 'recognized');
    expect(opened).toHaveBeenCalledTimes(1);
    const { pid } = analyzerOf(cameraId);
    process.kill(pid, 'SIGSTOP');
    await sleep(1_500);
    process.kill(pid, 'SIGCONT');
    await expect.poll(() => opened.mock.calls.length).toBe(2);
    const after = await inState(cameraId, 'recognized');
    expect(after.frame).toBeGreaterThan(before.frame);
    expect(analyzerOf(cameraId).pid).toBe(pid);
  });

  it('a killed analyzer is restarted, gets the gallery and its cameras, and makes sightings again', async () => {
    enroll('man-b');
    const id = await watch('man-b');
    const first = await until('sighting');
    const before = loads;
    const frame = (await observe(id, 1))[0]!.frame;
    const down = until('down');
    const up = until('up');
    const again = until('sighting');
    const { name, pid } = analyzerOf(id);
    killed(pid);
    expect(await down).toBe(name);
    expect(pool.status()).toEqual({ up: 1, of: 2 });
    expect(await up).toBe(name);
    expect(loads).toBe(before + 1);
    const second = await again;
    expect(second).toMatchObject({ cameraId: id, personId: 'man-b' });
    expect(second.id).not.toBe(first.id);
    expect((await observe(id, 1))[0]!.frame).toBeGreaterThan(frame);
    expect(pool.status()).toEqual({ up: 2, of: 2 });
  });

  it('a camera that returns makes a new sighting under a new id', async () => {
    enroll('man-b');
    const { source } = await openCamera('man-b');
    pool.watch(source);
    const first = await until('sighting');
    pool.watch(source);
    const second = await until('sighting');
    expect(second).toMatchObject({ cameraId: first.cameraId, personId: 'man-b' });
    expect(second.id).not.toBe(first.id);
  });

  it('a camera is attached even if its analyzer dies during the attachment', async () => {
    const { cameraId, source } = await openCamera('man-b');
    pool.watch(source);
    killed(analyzerOf(cameraId).pid);
    expect(await observe(cameraId, 3)).toHaveLength(3);
  });

  it('a failed attachment is retried while the source exists', async () => {
    const { cameraId, source } = await openCamera('man-b');
    let tries = 0;
    const stubborn: CameraSource = {
      options: source.options,
      openTransport: async () => {
        tries += 1;
        if (tries < 3) throw new Error('no transport today');
        return source.openTransport();
      },
    };
    pool.watch(stubborn);
    await observe(cameraId, 1);
    expect(tries).toBe(3);
  });

  it('unwatching a camera stops its analysis and closes its transport', async () => {
    const id = await watch('man-b');
    await observe(id, 3);
    pool.unwatch(id);
    let late = 0;
    pool.on('observation', (o) => (late += o.camera === id ? 1 : 0));
    const other = await watch('man-a');
    await observe(other, 10);
    expect(late).toBe(0);
    expect(await analyzerTransports()).toBe(EACH_WATCHED);
  });

  it('unwatching a camera at any moment of its attachment leaves nothing open', async () => {
    for (let i = 0; i < 12; i += 1) {
      const { cameraId, source } = await openCamera('man-b');
      pool.watch(source);
      // A few turns of the worker's channel further each time.
      for (let turns = 0; turns < i; turns += 1) await slot.router.dump();
      pool.unwatch(cameraId);
    }
    await expect.poll(analyzerTransports, { timeout: 10_000 }).toBe(0);
    const { cameraId, source } = await openCamera('man-b');
    // Let go and taken up again at once: answers to the first attempt must not reach the second.
    for (let i = 0; i < 5; i += 1) pool.watch(source);
    await observe(cameraId, 3);
    await expect.poll(analyzerTransports).toBe(EACH_WATCHED);
  });

  it('a search fails with a clear error when no analyzer is up', async () => {
    for (const { pid } of pool.list()) killed(pid);
    const one = Float32Array.from({ length: pack.embeddingLength }, (_, i) => (i === 0 ? 1 : 0));
    await until('down', () => pool.status().up === 0);
    await expect(pool.searchMean(pack.contract, [one], 1)).rejects.toMatchObject({
      code: 'analyzer-unavailable',
      retryable: true,
    });
    await until('up', () => pool.status().up === 2);
    expect(await pool.searchMean(pack.contract, [one], 1)).toEqual([]);
  });

  it('closing the pool ends its processes, may be repeated, and works in any state', async () => {
    await watch('man-a');
    const { source } = await openCamera('man-b');
    pool.watch(source);
    const pids = pool.list().map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    await Promise.all([pool.close(), pool.close()]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect.poll(analyzerTransports).toBe(0);
  });
});

describe('AnalyzerPool.create', () => {
  it('creating a pool with a missing pack or file names it and leaves no process behind', async () => {
    await expect(
      AnalyzerPool.create({
        config: { ...config, models: { ...config.models, cacheDir: '/nonexistent' } },
        log,
        loadGallery: async () => [],
      }),
    ).rejects.toThrow(/did not start.*nonexistent/s);
  });

  it('creating a pool fails when the gallery cannot be loaded', async () => {
    await expect(
      AnalyzerPool.create({
        config: { ...config, analyzer: { ...config.analyzer, processes: 1 } },
        log,
        loadGallery: async () => {
          throw new Error('the database is away');
        },
      }),
    ).rejects.toThrow('the database is away');
  });
});
