/**
 * The presentations that are shown to the station, about forty: real people, and attacks that imitate them. The camera
 * files are created once.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FaceEngine } from '../../../server/vision/types.ts';
import { fakeCamera, type Scene } from '../../fixtures/clips.ts';
import { readFrame, readFrames } from '../../fixtures/frames.ts';
import { cacheFolder, clips, sharedClips, stills } from '../../fixtures/pictures.ts';
import { cutOut, heldPrint, type Points, replay } from './attacks.ts';
import { readRgb, type Rgb, type RgbSource, writeCamera } from './rgb.ts';
import { hasTestModels, testModel } from '../../fixtures/test-models.ts';

export const SPECIES = [
  'print, held and moved',
  'print, bent',
  'screen replay',
  'paper mask',
  'collected still',
] as const;
type Species = (typeof SPECIES)[number];

export interface Presentation {
  name: string;
  /** The attack species; null for a real person. */
  species: Species | null;
  /** Key in `people` of the person whose templates are in the gallery. */
  person: string;
  /** Returns the file for Chromium's fake camera. */
  camera: () => Promise<string>;
}

export interface Person {
  /** The scene from which the person is enrolled. */
  scene: Scene;
}

const SIZE = { width: 640, height: 480 } as const;
const FPS = 15;
const SECONDS = 5;
/** Increase this when `attacks.ts` paints differently: files of an earlier edition are not taken from the cache. */
const EDITION = 1;

const spoof = (name: string) => testModel('data/spoof', `${name}.jpg`);

/** Stills of attacks that others collected, shown unchanged. Deepfakes are left out: they are not shown to a camera. */
const COLLECTED = ['silent_F1', 'silent_F2', 'inspire_rgb_fake', 'doubango_spoof'];

export const people: Record<string, Person> = {
  alan: { scene: { clip: 'cap12', from: 19, to: 31, boomerang: true } },
  bob: { scene: { clip: 'franck', from: 95, to: 105, boomerang: true } },
  audrey: { scene: { still: 'audrey', fit: 'cover' } },
  connery: { scene: { still: 'connery', fit: 'cover' } },
  bieber: { scene: { still: 'bieber' } },
  ...(sharedClips !== null && {
    wilma: { scene: { file: sharedClips.woman.file, from: 0.6, to: 1.9, speed: 0.15, boomerang: true } },
    max: { scene: { file: sharedClips.man.file, to: 5, boomerang: true } },
  }),
  ...(hasTestModels &&
    Object.fromEntries(
      COLLECTED.map((name) => [name, { scene: { file: spoof(name), fit: 'contain' as const } }]),
    )),
};

/** Clips of real people, by whom; several of one person are other moments or another take. */
const LIVE: { person: string; scene: Scene }[] = [
  { person: 'alan', scene: { clip: 'cap12', from: 1, to: 6 } },
  { person: 'alan', scene: { clip: 'cap12', from: 36, to: 41 } },
  { person: 'alan', scene: { clip: 'cap13', from: 1, to: 6 } },
  { person: 'alan', scene: { clip: 'cap13', from: 18, to: 23 } },
  { person: 'bob', scene: { clip: 'franck', from: 22, to: 27 } },
  { person: 'bob', scene: { clip: 'franck', from: 62, to: 67 } },
  { person: 'bob', scene: { clip: 'franck', from: 130, to: 135 } },
  { person: 'bob', scene: { clip: 'franck', from: 170, to: 175 } },
  ...(sharedClips === null
    ? []
    : [
        { person: 'wilma', scene: { file: sharedClips.woman.file, to: 1.9, speed: 0.4, boomerang: true } },
        { person: 'max', scene: { file: sharedClips.man.file, to: 5, boomerang: true } },
        { person: 'max', scene: { file: sharedClips.both.file, to: 4.5, boomerang: true } },
      ]),
];

/** The photographs that an attacker has of each person: a still, or a moment of a recording. */
const PHOTOS: { person: string; source: RgbSource }[] = [
  { person: 'alan', source: { file: clips.cap13.file, from: 2, to: 2.2 } },
  { person: 'bob', source: { file: clips.franck.file, from: 24, to: 24.2 } },
  { person: 'audrey', source: { file: stills.audrey.file } },
  { person: 'connery', source: { file: stills.connery.file } },
  { person: 'bieber', source: { file: stills.bieber.file } },
  ...(sharedClips === null
    ? []
    : [{ person: 'max', source: { file: sharedClips.man.file, from: 1, to: 1.2 } }]),
];

const RECORDINGS: { person: string; source: RgbSource }[] = [
  { person: 'alan', source: { file: clips.cap12.file, from: 1, to: 6 } },
  { person: 'alan', source: { file: clips.cap13.file, from: 18, to: 23 } },
  { person: 'bob', source: { file: clips.franck.file, from: 22, to: 27 } },
  { person: 'bob', source: { file: clips.franck.file, from: 95, to: 100 } },
  ...(sharedClips === null
    ? []
    : [
        { person: 'wilma', source: { file: sharedClips.woman.file, to: 1.9 } },
        { person: 'max', source: { file: sharedClips.man.file, to: 5 } },
      ]),
];

/** Paper masks: the face of `person` is worn by the person in the clip `wearer`. */
const MASKS = [
  { person: 'audrey', wearer: { file: clips.cap13.file, from: 18, to: 23 } },
  { person: 'connery', wearer: { file: clips.franck.file, from: 62, to: 67 } },
  { person: 'bieber', wearer: { file: clips.cap12.file, from: 19, to: 24 } },
  { person: 'bob', wearer: { file: clips.cap13.file, from: 1, to: 6 } },
  { person: 'alan', wearer: { file: clips.franck.file, from: 130, to: 135 } },
];

/** `engine` finds the landmarks of the faces that masks are fitted to. */
export function presentations(engine: FaceEngine): Presentation[] {
  const all: Presentation[] = [];
  for (const { person, scene } of LIVE) {
    const name = `${person} ${scene.clip ?? path.parse(scene.file ?? '').name} ${scene.from ?? 0} s`;
    const seconds = scene.boomerang === true ? undefined : SECONDS;
    const picture = { ...scene, ...SIZE, ...(seconds !== undefined && { seconds }) };
    all.push({ name, species: null, person, camera: () => fakeCamera(picture) });
  }
  const photographs = new Map(PHOTOS.map((photo) => [photo.person, photo.source]));
  for (const [seed, { person, source }] of PHOTOS.entries()) {
    const paint = (radius: number | null) => async () =>
      heldPrint(await photograph(source), { ...(await stage(person)), seed, radius });
    all.push(painted(`print of ${person}`, 'print, held and moved', person, paint(null)));
    // The bending radius is 0.45 to 0.75 of the width of the print: two hands can bend stiff paper about this far.
    all.push(painted(`bent print of ${person}`, 'print, bent', person, paint(0.45 + 0.06 * seed)));
  }
  for (const [seed, { person, source }] of RECORDINGS.entries()) {
    const paint = async () =>
      replay(await readRgb(source, { ...SIZE, fps: FPS }), { ...(await stage(person)), seed });
    all.push(painted(`replay ${seed + 1} of ${person}`, 'screen replay', person, paint));
  }
  for (const { person, wearer } of MASKS) {
    const source = photographs.get(person)!;
    all.push(painted(`mask of ${person}`, 'paper mask', person, () => mask(engine, source, wearer)));
  }
  for (const name of hasTestModels ? COLLECTED : []) {
    const still = { file: spoof(name), fit: 'contain' as const, seconds: 2, to: 2, ...SIZE };
    all.push({ name, species: 'collected still', person: name, camera: () => fakeCamera(still) });
  }
  return all;
}

function painted(
  name: string,
  species: Species,
  person: string,
  paint: () => Promise<Iterable<Rgb>>,
): Presentation {
  const key = createHash('sha256')
    .update(JSON.stringify([name, EDITION, SIZE, FPS, SECONDS]))
    .digest('hex');
  const file = path.join(cacheFolder, `pad-${name.replaceAll(/\W/g, '-')}-${key.slice(0, 8)}.mjpeg`);
  const camera = async () => {
    if (!existsSync(file)) await writeCamera(file, await paint(), FPS);
    return file;
  };
  return { name, species, person, camera };
}

/** Larger than it is shown, so that the camera's resolution is the limit. */
const photograph = async (source: RgbSource) =>
  (await readRgb(source, { width: 600, height: 600, fps: FPS }))[0]!;

/** A room out of focus, other than the attacked person's. */
async function stage(person: string) {
  const file = person === 'alan' ? clips.franck.file : clips.cap13.file;
  const behind = await readRgb({ file, from: 24, to: 24.2 }, { ...SIZE, fps: FPS, filter: 'gblur=sigma=30' });
  return { fps: FPS, seconds: SECONDS, background: behind[0]! };
}

async function mask(engine: FaceEngine, photo: RgbSource, wearer: RgbSource): Promise<Iterable<Rgb>> {
  const size = { width: 600, height: 600 };
  const [face] = await engine.detect(await readFrame(photo.file, { ...size, ...moment(photo) }), 0.1);
  if (!face) throw new Error(`${photo.file} shows no face`);
  const own = Float32Array.from(face.landmarks);
  const pictures = await readRgb(wearer, { ...SIZE, fps: FPS });
  const marked: Points[] = [];
  for await (const frame of readFrames(wearer.file, { ...SIZE, ...moment(wearer), fps: FPS })) {
    const [found] = await engine.detect(frame, 0.1);
    const last = marked.at(-1);
    const points = found ? Float32Array.from(found.landmarks) : last;
    if (!points) throw new Error(`${wearer.file} shows no face at first`);
    // Paper follows the head without the detector's jitter.
    marked.push(last ? points.map((v, i) => 0.5 * v + 0.5 * last[i]!) : points);
  }
  const worn = pictures.slice(0, marked.length).map((picture, i) => ({ picture, points: marked[i]! }));
  return cutOut(await photograph(photo), own, worn);
}

const moment = ({ from, to }: RgbSource) => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});
