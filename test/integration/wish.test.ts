/** Real faces and real models at doors that ask for the wish to be seen: who walks up, who stands behind, what hangs on the wall. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  analyzeCheckIn,
  type CheckInJob,
  type CheckInResult,
  type FrameParts,
} from '../../server/analyzer/analyze-frame.ts';
import type { WishAsked } from '#protocol/devices.ts';
import type { Place } from '#protocol/face.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { evidencePolicy, trackPolicy } from '../../server/recognition/policy.ts';
import { emptyTracks } from '../../server/recognition/tracker.ts';
import { knowing, thingsOf } from '../../server/recognition/wish-gate.ts';
import { wishPolicies } from '../../server/recognition/wish-policy.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { embeddingsOf } from '../support/face-templates.ts';

const VGA = { width: 640, height: 480 };
/** Time between two pictures, ms. */
const PACE = 100;
const START = 1_700_000_000_000;

let pack: ModelPack;
let engine: FaceEngine;
let search: FrameParts['search'];

beforeAll(async () => {
  pack = await loadPack(defaultModels.pack);
  engine = await createEngine(pack, defaultModels.cacheDir);
  const gallery = SharedGallery.create({ length: pack.embeddingLength, capacity: 64 });
  gallery.upsert({
    personId: 'man-a',
    embeddings: await embeddingsOf(engine, clips.cap12.file, { from: 2, to: 8 }),
  });
  gallery.upsert({
    personId: 'man-b',
    embeddings: await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 }),
  });
  const reader = new GalleryReader(gallery.share());
  search = (embeddings, limit) => reader.search(embeddings, limit);
});
afterAll(() => engine?.close());

const gray = ({ width, height } = VGA): I420Frame => ({
  data: new Uint8Array((width * height * 3) / 2).fill(128),
  width,
  height,
});

/** Shows the pictures on gray, each with its left upper corner at an even place. */
function montage(parts: { picture: I420Frame; x: number; y: number }[], size = VGA): I420Frame {
  const whole = gray(size);
  for (const { picture, x, y } of parts) {
    let [from, to] = [0, 0];
    for (const scale of [1, 2, 2]) {
      const width = picture.width / scale;
      const rows = picture.height / scale;
      for (let row = 0; row < rows; row += 1) {
        const at = to + ((y / scale + row) * size.width) / scale + x / scale;
        whole.data.set(picture.data.subarray(from + row * width, from + (row + 1) * width), at);
      }
      from += width * rows;
      to += (size.width * size.height) / scale ** 2;
    }
  }
  return whole;
}

async function pictures(file: string, width: number, height: number, from: number, count: number) {
  const all: I420Frame[] = [];
  const to = from + (count + 1) / 10;
  for await (const picture of readFrames(file, { width, height, fps: 10, from, to })) all.push(picture);
  return all.slice(0, count);
}

interface Playing {
  /** The camera begins with the first picture. */
  began?: boolean;
  /** The analyzer was replaced: what it was given of the camera. */
  things?: readonly Place[] | undefined;
  minFace?: number;
}

/** Plays pictures at a door whose camera has been running, in front of an empty room, unless `began` or `things`. */
async function play(
  wish: WishAsked,
  film: readonly (I420Frame | { after: number; picture: I420Frame })[],
  { began = false, minFace = 0.08, things }: Playing = {},
) {
  const results: (CheckInResult & { picture: number })[] = [];
  let tracks = things ? knowing(emptyTracks(), things) : emptyTracks();
  let clock = 0;
  const show = async (picture: I420Frame, number: number) => {
    const job: CheckInJob = {
      purpose: 'check-in',
      cameraId: 'door',
      frame: number,
      at: START + clock,
      wait: 0,
      minFace,
      readTimecode: false,
      tracks,
      trackPolicy: trackPolicy(1_000 / PACE),
      evidencePolicy: evidencePolicy(pack.thresholds, '1e-4'),
      wish: { policy: wishPolicies[wish], clock },
      run: 'run',
    };
    const result = await analyzeCheckIn(picture, job, {
      engine,
      search,
      random: () => 0,
      now: () => performance.now(),
    });
    ({ tracks } = result);
    results.push({ ...result, picture: number });
  };
  if (!began && !things) await show(gray(), -1);
  clock = 10_000;
  for (const [i, shot] of film.entries()) {
    clock += 'after' in shot ? shot.after : PACE;
    await show('after' in shot ? shot.picture : shot, i);
  }
  return {
    results,
    things: thingsOf(tracks),
    sighted: results.flatMap(({ sightings, picture }) =>
      sightings.map(({ personId }) => ({ personId, picture })),
    ),
    faces: results.flatMap(({ observation }) => observation.faces),
  };
}

/** Of the only face in a picture, as a fraction of the picture. */
const heightAt = (results: readonly (CheckInResult & { picture: number })[], number: number) =>
  results.find(({ picture }) => picture === number)!.observation.faces[0]!.box[3];

const people = (sighted: { personId: string }[]) => sighted.map(({ personId }) => personId).sort();

describe('man B in front, and man A behind him in the same picture', () => {
  let film: I420Frame[];

  beforeAll(async () => {
    const front = await pictures(clips.franck.file, 416, 480, 60, 14);
    const back = await pictures(clips.cap13.file, 224, 168, 0, 14);
    film = front.map((picture, i) =>
      montage([
        { picture, x: 0, y: 0 },
        { picture: back[i]!, x: 416, y: 120 },
      ]),
    );
  });

  it('only the man in front is sighted at a kiosk, at once; the other one is seen without a name', async () => {
    const { sighted, faces } = await play('kiosk', film);
    expect(people(sighted)).toEqual(['man-b']);
    expect(sighted[0]!.picture).toBeLessThanOrEqual(3);
    const seen = faces.filter(({ state }) => state === 'seen');
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.some(({ personId }) => personId !== undefined)).toBe(false);
    expect(new Set(faces.flatMap(({ personId }) => personId ?? []))).toEqual(new Set(['man-b']));
  });

  it('both are sighted where everyone who is recognized counts', async () => {
    expect(people((await play('everyone', film)).sighted)).toEqual(['man-a', 'man-b']);
  });

  it('the man behind is sighted at the kiosk when the one in front has left', async () => {
    const back = await pictures(clips.cap13.file, 224, 168, 2, 6);
    const alone = back.map((picture) => montage([{ picture, x: 416, y: 120 }]));
    const { sighted } = await play('kiosk', [...film, ...alone]);
    expect(sighted).toEqual([
      { personId: 'man-b', picture: expect.any(Number) as number },
      { personId: 'man-a', picture: expect.any(Number) as number },
    ]);
    expect(sighted[1]!.picture).toBeGreaterThanOrEqual(film.length);
  });
});

it('a man who sits almost still when the camera begins is sighted within seconds', async () => {
  // Of all pieces of the clips, he moves least in this one.
  const film = await pictures(clips.franck.file, 480, 360, 62, 60);
  expect(people((await play('kiosk', film, { began: true })).sighted)).toEqual(['man-b']);
});

describe('man A, who walks up', () => {
  const SIZE = { width: 1280, height: 960 };
  /** Of the parts that show him. The height of his face is 0.42 of it. */
  const HEIGHTS = Array.from({ length: 11 }, (_, i) => 2 * Math.round(66 * 1.12 ** i));
  const NEAR_FROM = HEIGHTS.findIndex((height) => height * 0.42 >= 0.14 * SIZE.height);
  const film: { after: number; picture: I420Frame }[] = [];

  beforeAll(async () => {
    for (const [i, height] of HEIGHTS.entries()) {
      const width = 2 * Math.round((height * 2) / 3);
      const [picture] = await pictures(clips.cap13.file, width, height, 0.5 + i / 5, 1);
      const x = 400 - 2 * Math.round(width / 4);
      film.push({ after: 200, picture: montage([{ picture: picture!, x, y: 40 }], SIZE) });
    }
  });

  it('he is sighted at a kiosk as soon as he is near, and not before', async () => {
    const { sighted, results } = await play('kiosk', film, { minFace: 0.05 });
    expect(people(sighted)).toEqual(['man-a']);
    expect(Math.abs(sighted[0]!.picture - NEAR_FROM)).toBeLessThanOrEqual(1);
    expect(heightAt(results, sighted[0]!.picture)).toBeGreaterThanOrEqual(0.14);
    // He was recognized on the way, so nothing was left to find out.
    const before = results.find(({ picture }) => picture === sighted[0]!.picture - 1)!;
    expect(before.observation.faces.map(({ state }) => state)).toEqual(['seen']);
  });

  it('he is sighted in a corridor while he is still farther away', async () => {
    const { sighted, results } = await play('corridor', film, { minFace: 0.05 });
    expect(people(sighted)).toEqual(['man-a']);
    expect(heightAt(results, sighted[0]!.picture)).toBeLessThan(0.14);
  });

  it.each(['kiosk', 'corridor'] as const)(
    'he is not sighted at a %s while he stays far away',
    async (wish) => {
      const back = await pictures(clips.cap13.file, 144, 144, 0, 10);
      const far = back.map((picture) => montage([{ picture, x: 300, y: 40 }]));
      const { sighted, faces } = await play(wish, far);
      expect(sighted).toEqual([]);
      expect(faces.some(({ state }) => state === 'seen')).toBe(true);
    },
  );
});

/** The same photograph, with the noise of a camera and light that flickers. */
function photographed(photo: I420Frame, i: number): I420Frame {
  const data = photo.data.slice();
  const light = 1 + 0.04 * Math.sin(i);
  let seed = i + 1;
  for (let k = 0; k < VGA.width * VGA.height; k += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    data[k] = Math.max(16, Math.min(235, data[k]! * light + (seed >>> 28) - 7.5));
  }
  return { ...photo, data };
}

describe('a poster of man A on the wall', () => {
  it('a poster makes no sighting for minutes, nor after somebody stood in front of it; a moving face there does', async () => {
    const [photo] = await pictures(clips.cap13.file, VGA.width, VGA.height, 0, 1);
    const second = (i: number) => ({ after: 1_000, picture: photographed(photo!, i) });
    const hung = Array.from({ length: 64 }, (_, i) => second(i));
    const hidden = { after: 5_000, picture: gray() };
    const film = [...hung, hidden, ...hung.slice(0, 4)];
    const { sighted, faces } = await play('kiosk', film, { began: true });
    expect(sighted).toEqual([]);
    expect(faces.filter(({ state }) => state === 'seen').length).toBeGreaterThan(60);
    const alive = await pictures(clips.cap12.file, VGA.width, VGA.height, 36, 15);
    expect(people((await play('kiosk', alive, { began: true })).sighted)).toContain('man-a');
  });

  it('after the analyzer was replaced, a motionless person is sighted at once, and a poster that hung there is not', async () => {
    const [photo] = await pictures(clips.cap13.file, VGA.width, VGA.height, 0, 1);
    const still = Array.from({ length: 10 }, (_, i) => photographed(photo!, i));
    const arrived = await play('kiosk', still, { things: [] });
    expect(people(arrived.sighted)).toEqual(['man-a']);
    expect(arrived.sighted[0]!.picture).toBeLessThanOrEqual(3);
    const hung = Array.from({ length: 65 }, (_, i) => ({ after: 1_000, picture: photographed(photo!, i) }));
    const { things } = await play('kiosk', hung, { began: true });
    expect(things).toHaveLength(1);
    expect((await play('kiosk', still, { things })).sighted).toEqual([]);
  });

  it('a poster makes a sighting where everyone who is recognized counts', async () => {
    const [photo] = await pictures(clips.cap13.file, VGA.width, VGA.height, 0, 1);
    const film = Array.from({ length: 4 }, (_, i) => photographed(photo!, i));
    expect(people((await play('everyone', film, { began: true })).sighted)).toEqual(['man-a']);
  });
});
