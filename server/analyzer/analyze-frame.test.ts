/** Runs the pack's real models on recorded faces. The gallery holds a few embeddings. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clips, stills } from '../../test/fixtures/pictures.ts';
import { readFrame, readFrames } from '../../test/fixtures/frames.ts';
import { embeddingsOf } from '../../test/support/face-templates.ts';
import { DECISION_FRAMES } from '#protocol/decisions.ts';
import type { Zone } from '../protocol/zone.ts';
import { SharedGallery, GalleryReader } from '../recognition/gallery.ts';
import { evidencePolicy, trackPolicy } from '../recognition/policy.ts';
import { emptyTracks } from '../recognition/tracker.ts';
import type { Trace, Track } from '../recognition/types.ts';
import { createEngine } from '../vision/engine.ts';
import { faceCrop } from '../vision/face-crop.ts';
import { openFormerRecognizer } from '../vision/former-recognizer.ts';
import { loadPack, type ModelPack } from '../vision/pack.ts';
import type { Recognizer } from '../vision/recognizer.ts';
import type { Detection, FaceEngine, I420Frame } from '../vision/types.ts';
import {
  analyzeCheckIn,
  analyzeEnrollment,
  EMBEDDING_BUDGET,
  type CheckInJob,
  type CheckInResult,
  type FormerParts,
  type FrameParts,
} from './analyze-frame.ts';
import { defaultModels } from '../../test/fixtures/default-pack.ts';

const size = { width: 640, height: 480 };

let pack: ModelPack;
let engine: FaceEngine;
let known: Float32Array[];

beforeAll(async () => {
  pack = await loadPack(defaultModels.pack);
  engine = await createEngine(pack, defaultModels.cacheDir);
  known = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
});
afterAll(() => engine?.close());

function reader(entries: { personId: string; embeddings: Float32Array[] }[]): GalleryReader {
  const gallery = SharedGallery.create({ length: pack.embeddingLength, capacity: 64 });
  for (const entry of entries) gallery.upsert(entry);
  return new GalleryReader(gallery.share());
}

function job(frame: number, more: Partial<CheckInJob> = {}): CheckInJob {
  return {
    purpose: 'check-in',
    cameraId: 'door',
    frame,
    at: 1_000_000 + frame * 200,
    wait: 3,
    minFace: 0.1,
    readTimecode: false,
    tracks: emptyTracks(),
    trackPolicy: trackPolicy(5),
    evidencePolicy: evidencePolicy(pack.thresholds, '1e-4'),
    run: 'run',
    ...more,
  };
}

/** Plays pictures through, passing the tracks from each picture to the next, and counts the embedded faces. */
async function play(
  pictures: AsyncIterable<I420Frame> | Iterable<I420Frame>,
  gallery: GalleryReader,
  crop?: FrameParts['crop'],
  more: Partial<CheckInJob> = {},
) {
  const results: CheckInResult[] = [];
  const embedded: number[] = [];
  const counting: FaceEngine = Object.assign(Object.create(engine) as FaceEngine, {
    contract: engine.contract,
    detect: engine.detect.bind(engine),
    judge: engine.judge.bind(engine),
    embed: (picture: I420Frame, faces: Parameters<FaceEngine['embed']>[1]) => {
      embedded[results.length] = faces.length;
      return engine.embed(picture, faces);
    },
  });
  let tracks = emptyTracks();
  for await (const picture of pictures) {
    const result = await analyzeCheckIn(picture, job(results.length, { tracks, ...more }), {
      engine: counting,
      search: (embeddings, limit) => gallery.search(embeddings, limit),
      random: (n) => n - 1,
      now: () => performance.now(),
      crop,
    });
    results.push(result);
    tracks = result.tracks;
  }
  return { results, embedded };
}

/** A picture of six people, three by two. */
async function sixFaces(): Promise<I420Frame> {
  const tile = { width: 320, height: 240 };
  const { audrey, connery, cage, bieber } = stills;
  const tiles = await Promise.all([
    readFrame(clips.franck.file, { ...tile, from: 12 }),
    readFrame(clips.cap12.file, { ...tile, from: 3 }),
    ...[audrey, connery, cage, bieber].map(({ file }) => readFrame(file, { ...tile, fit: 'contain' })),
  ]);
  const width = 3 * tile.width;
  const height = 2 * tile.height;
  const data = new Uint8Array((width * height * 3) / 2);
  let [from, to] = [0, 0];
  for (const scale of [1, 2, 2]) {
    const [w, h] = [tile.width / scale, tile.height / scale];
    for (const [i, { data: pixels }] of tiles.entries()) {
      for (let y = 0; y < h; y += 1) {
        const row = to + (Math.floor(i / 3) * h + y) * 3 * w + (i % 3) * w;
        data.set(pixels.subarray(from + y * w, from + (y + 1) * w), row);
      }
    }
    from += w * h;
    to += 6 * w * h;
  }
  return { data, width, height };
}

const franck = () => readFrames(clips.franck.file, { ...size, fps: 5, from: 10, to: 14 });

describe('analyzeCheckIn', () => {
  it('tracks one face, names it once it is sure, and sights it exactly once', async () => {
    const { results } = await play(franck(), reader([{ personId: 'b', embeddings: known }]));
    const sightings = results.flatMap((r) => r.sightings);
    expect(sightings).toHaveLength(1);
    const [sighting] = sightings;
    expect(sighting).toMatchObject({ cameraId: 'door', personId: 'b', id: `run/door/${sighting!.track}/b` });
    const at = results.findIndex((r) => r.sightings.length > 0);
    expect(sighting!.at).toBe(1_000_000 + at * 200);
    const faces = results.slice(at).map((r) => r.observation.faces[0]);
    expect(faces.every((f) => f?.state === 'recognized' && f.personId === 'b')).toBe(true);
    expect(results.slice(0, at).every((r) => r.observation.faces.every((f) => !f.personId))).toBe(true);
    expect(new Set(faces.map((f) => f?.track)).size).toBe(1);
  });

  it('analyzeCheckIn makes a picture of the face only for a sighting, and only if snapshots are requested', async () => {
    const gallery = reader([{ personId: 'b', embeddings: known }]);
    let made = 0;
    const crop: FrameParts['crop'] = (...of) => {
      made += 1;
      return faceCrop(...of);
    };
    const withCrop = (await play(franck(), gallery, crop)).results.flatMap((r) => r.sightings);
    expect(withCrop).toHaveLength(1);
    expect(made).toBe(1);
    expect(withCrop[0]!.crop).toHaveLength(54 + 3 * 112 * 112);
    // A face is not a surface of one color.
    expect(new Set(withCrop[0]!.crop!.subarray(54)).size).toBeGreaterThan(50);
    const without = (await play(franck(), gallery)).results.flatMap((r) => r.sightings);
    expect(without).toHaveLength(1);
    expect(without[0]).not.toHaveProperty('crop');
  });

  it('a face whose middle is outside of the zone is neither followed nor embedded', async () => {
    const picture = await sixFaces();
    const left: Zone = [
      [0, 0],
      [1 / 3, 0],
      [1 / 3, 1],
      [0, 1],
    ];
    const right = left.map(([x, y]): [number, number] => [1 - x, y]);
    const seen = async (zone: Zone | null) => {
      const { results, embedded } = await play(Array(8).fill(picture), reader([]), undefined, { zone });
      const middles = results.at(-1)!.observation.faces.map(({ box: [x, , width] }) => x + width / 2);
      return {
        middles,
        followed: results.at(-1)!.tracks.tracks.length,
        embedded: Math.max(0, ...Object.values(embedded)),
      };
    };
    const whole = await seen(null);
    expect(whole.middles).toHaveLength(6);
    for (const [zone, isIn] of [
      [left, (x: number) => x < 1 / 3],
      [right, (x: number) => x > 2 / 3],
    ] as const) {
      const { middles, followed, embedded } = await seen(zone);
      expect(middles).toHaveLength(2);
      expect(middles.every(isIn)).toBe(true);
      expect(followed).toBe(2);
      expect(embedded).toBeLessThanOrEqual(2);
    }
  });

  it('embeds a face that is already decided only now and then', async () => {
    const { embedded, results } = await play(franck(), reader([{ personId: 'b', embeddings: known }]));
    const spent = embedded.reduce((sum, n) => sum + (n ?? 0), 0);
    expect(results).toHaveLength(20);
    expect(spent).toBeLessThan(10);
  });

  it('analyzeCheckIn calls a face unknown when the gallery is empty or holds only other people', async () => {
    const strangers = await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 5 });
    for (const gallery of [reader([{ personId: 'a', embeddings: strangers }]), reader([])]) {
      const { results } = await play(franck(), gallery);
      expect(results.at(-1)?.observation.faces[0]?.state).toBe('unknown');
      expect(results.flatMap((r) => r.sightings)).toEqual([]);
      expect(results.some((r) => r.observation.faces.some((f) => 'personId' in f))).toBe(false);
    }
  });

  it('a sighting says why: the frames, what was needed, and nobody but the person of the sighting', async () => {
    const strangers = await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 5 });
    const gallery = reader([
      { personId: 'b', embeddings: known },
      { personId: 'somebody-else', embeddings: strangers },
    ]);
    const { results } = await play(franck(), gallery);
    const [sighting] = results.flatMap((r) => r.sightings);
    const { thresholds, best, frames, samples } = sighting!.why!;
    expect(best!.similarity).toBeGreaterThan(thresholds.similarity);
    expect(best!.margin).toBeGreaterThan(thresholds.margin);
    expect(frames.agreeing).toBeGreaterThan(0);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.every(({ same }) => same !== false)).toBe(true);
    expect(JSON.stringify(sighting!.why)).not.toMatch(/somebody-else|"b"|embedding/);
    expect(results.flatMap((r) => r.decisions)).toEqual([]);
  });

  it('what cannot be explained is decided all the same', async () => {
    const gallery = reader([{ personId: 'b', embeddings: known }]);
    // A trace that no version of this code has made.
    const broken = { samples: null, named: null } as unknown as Trace;
    let tracks = emptyTracks();
    const results: CheckInResult[] = [];
    for await (const picture of franck()) {
      const result = await analyzeCheckIn(picture, job(results.length, { tracks }), {
        engine,
        search: (embeddings, limit) => gallery.search(embeddings, limit),
        random: (n) => n - 1,
        now: () => performance.now(),
      });
      results.push(result);
      tracks = {
        ...result.tracks,
        tracks: result.tracks.tracks.map((track): Track => Object.assign({}, track, { trace: broken })),
      };
    }
    const [sighting, ...others] = results.flatMap((r) => r.sightings);
    expect(others).toEqual([]);
    expect(sighting).toMatchObject({ personId: 'b' });
    expect(sighting).not.toHaveProperty('why');
    expect(results.some(({ unexplained }) => unexplained !== undefined)).toBe(true);
  });

  it('an unknown face is explained once, with the frame that was nearest to being recognized', async () => {
    const strangers = await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 5 });
    const { results } = await play(franck(), reader([{ personId: 'a', embeddings: strangers }]));
    const decisions = results.flatMap((r) => r.decisions);
    expect(decisions).toHaveLength(1);
    const [{ kind, people, why }] = decisions as [(typeof decisions)[number]];
    expect({ kind, people }).toEqual({ kind: 'unknown', people: [] });
    expect(why.best!.similarity).toBeLessThan(why.thresholds.similarity);
    expect(why.samples.length).toBeLessThanOrEqual(DECISION_FRAMES);
    expect(JSON.stringify(why)).not.toContain('"a"');
  });

  it('embeds no more faces of a crowd in one picture than the budget allows', async () => {
    const crowd = await sixFaces();
    const { results, embedded } = await play(
      Array.from({ length: 8 }, () => crowd),
      reader([]),
    );
    expect(results.at(-1)!.observation.faces.length).toBeGreaterThan(EMBEDDING_BUDGET);
    expect(Math.max(...Array.from(embedded, (n) => n ?? 0))).toBe(EMBEDDING_BUDGET);
  });

  it('analyzeCheckIn returns an empty observation for a picture without a face', async () => {
    const gray = { data: new Uint8Array(640 * 480 * 1.5).fill(128), ...size };
    const { results } = await play([gray], reader([]));
    expect(results[0]).toMatchObject({
      sightings: [],
      observation: { faces: [], timings: { wait: 3 } },
    });
  });

  it('analyzeCheckIn reads the number in the picture only when the job asks for it', async () => {
    const white = { data: new Uint8Array(640 * 480 * 1.5).fill(235), ...size };
    const parts = { engine, search: () => [], random: () => 0, now: () => 0 };
    const read = await analyzeCheckIn(white, job(1, { readTimecode: true }), parts);
    expect(read.observation.timecode).toBe(1023);
    expect((await analyzeCheckIn(white, job(1), parts)).observation).not.toHaveProperty('timecode');
  });

  it('analyzeCheckIn rejects when a model rejects', async () => {
    const torn = { data: new Uint8Array(10), ...size };
    const parts = { engine, search: () => [], random: () => 0, now: () => 0 };
    await expect(analyzeCheckIn(torn, job(1), parts)).rejects.toThrow(/10/);
  });
});

describe('analyzeCheckIn and analyzeEnrollment while a model pack is being replaced', () => {
  let former: FormerParts;
  let asked: number;
  let recognizer: Recognizer;
  beforeAll(async () => {
    recognizer = await openFormerRecognizer(pack, defaultModels.cacheDir, { threads: 1, providers: ['cpu'] });
    const then = reader([{ personId: 'then', embeddings: known }]);
    former = {
      embed: (picture, faces) => {
        asked += faces.length;
        return recognizer.embed(picture, faces);
      },
      search: (embeddings, limit) => then.search(embeddings, limit),
    };
  });
  beforeEach(() => {
    asked = 0;
  });
  afterAll(() => recognizer?.close());

  async function visit(needed: boolean, current: GalleryReader) {
    const results: CheckInResult[] = [];
    let tracks = emptyTracks();
    for await (const picture of franck()) {
      const one = job(results.length, { tracks, former: needed });
      const result = await analyzeCheckIn(picture, one, {
        engine,
        search: (embeddings, limit) => current.search(embeddings, limit),
        former,
        random: (n) => n - 1,
        now: () => performance.now(),
      });
      results.push(result);
      tracks = result.tracks;
    }
    return results.flatMap((r) => r.sightings.map((s) => s.personId));
  }

  it('a person known only by the former pack is recognized, and that pack embeds only the faces that are due', async () => {
    expect(await visit(true, reader([]))).toEqual(['then']);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(10);
  });

  it('the former pack is not used when no person needs it', async () => {
    expect(await visit(false, reader([]))).toEqual([]);
    expect(await visit(false, reader([{ personId: 'now', embeddings: known }]))).toEqual(['now']);
    expect(asked).toBe(0);
  });

  it('nobody is named when the two packs match the face to different people', async () => {
    expect(await visit(true, reader([{ personId: 'now', embeddings: known }]))).toEqual([]);
  });

  it('embeds a captured face with both packs if the job asks for it, otherwise with the pack in use', async () => {
    const crowd = await readFrame(stills.group.file, { width: 1280, height: 720, fit: 'contain' });
    const enrollment = { ...job(1), minFace: 0.05, purpose: 'enrollment' as const };
    const both = await analyzeEnrollment(crowd, { ...enrollment, former: true }, { engine, former });
    const [first, ...others] = both.capture.faces;
    expect(first!.formerEmbedding!.buffer.byteLength).toBe(4 * pack.embeddingLength);
    expect(others.some((face) => face.formerEmbedding)).toBe(false);
    const alone = await analyzeEnrollment(crowd, { ...enrollment, former: false }, { engine, former });
    expect(alone.capture.faces[0]).not.toHaveProperty('formerEmbedding');
  });
});

describe('analyzeEnrollment', () => {
  const enrollment = {
    purpose: 'enrollment' as const,
    cameraId: 'booth',
    frame: 4,
    at: 99,
    wait: 0,
    minFace: 0.05,
    readTimecode: false,
  };

  it('embeds the largest face and only judges the others', async () => {
    const crowd = await readFrame(stills.group.file, { width: 1280, height: 720, fit: 'contain' });
    const { capture } = await analyzeEnrollment(crowd, enrollment, { engine });
    expect(capture).toMatchObject({ cameraId: 'booth', frame: 4, at: 99, width: 1280, height: 720 });
    const areas = capture.faces.map(({ box }) => box[2] * box[3]);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    expect(capture.faces.map((f) => f.embedding !== undefined)).toEqual(areas.map((_, i) => i === 0));
    expect(Math.hypot(...capture.faces[0]!.embedding!)).toBeCloseTo(1, 4);
    // The embedding is cloned to the server: a view into a larger buffer would be cloned whole.
    expect(capture.faces[0]!.embedding!.buffer.byteLength).toBe(4 * pack.embeddingLength);
  });

  it('asks photo detection about the face that is captured, and about no other', async () => {
    const crowd = await readFrame(stills.group.file, { width: 1280, height: 720, fit: 'contain' });
    const asked: number[] = [];
    const liveness = {
      live: async (_picture: I420Frame, faces: readonly Detection[]) => {
        asked.push(faces.length);
        return faces.map(() => 0.25);
      },
    };
    const { capture } = await analyzeEnrollment(crowd, enrollment, { engine, liveness });
    expect(asked).toEqual([1]);
    expect(capture.faces.map(({ live }) => live)).toEqual([
      0.25,
      ...capture.faces.slice(1).map(() => undefined),
    ]);
  });

  it('captures nothing in a picture without a face', async () => {
    const gray = { data: new Uint8Array(640 * 480 * 1.5).fill(128), ...size };
    expect((await analyzeEnrollment(gray, enrollment, { engine })).capture.faces).toEqual([]);
  });
});
