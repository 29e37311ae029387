/** The presentations of the depth bench: people in clips, and prints and masks of other people. The same in every run. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { estimatePose } from '../../../server/vision/pose.ts';
import type { FaceEngine, I420Frame } from '../../../server/vision/types.ts';
import { readFrame, readFrames } from '../../fixtures/frames.ts';
import { clips, sharedClips, stills } from '../../fixtures/pictures.ts';
import { hasTestModels, testModel } from '../../fixtures/test-models.ts';
import { drawCamera, drawPoorCamera, seenBy } from './camera.ts';
import { drawHand, type Grip } from './hand.ts';
import { maskOf, worn } from './mask.ts';
import { type Held, paint, type Paper } from './paper.ts';
import { between, seeded, type Random } from './random.ts';

/** Bounds were chosen on `bounds`, figures come from `figures`. No person and no clip is in both. */
export type Half = 'bounds' | 'figures';

const PRINTS = [
  'print, still',
  'print, moved',
  'print, turned',
  'print, tilted',
  'print, turned and tilted',
  'print, bent',
  'print, being bent',
] as const satisfies Grip[];
export const ATTACKS = [...PRINTS, 'mask, flat', 'mask, bent'] as const;
export const PEOPLE = ['person', 'person, poor picture'] as const;
export type Species = (typeof ATTACKS)[number] | (typeof PEOPLE)[number];

/** Analyzed pictures a second, as of a server by default. */
export const RATE = 10;
const SECONDS = 3;
export const SIZE = { width: 640, height: 480 };
/** Of prints and masks. The detector of the default pack sees 320 × 240 of any of them. */
const SIZES = [SIZE, { width: 400, height: 300 }, { width: 320, height: 240 }, { width: 320, height: 240 }];
export const PHOTO = { width: 480, height: 480 };

interface Clip {
  name: string;
  file: string;
  seconds: number;
}

const shared = (name: 'woman' | 'man', seconds: number) =>
  sharedClips ? [{ name, file: sharedClips[name].file, seconds }] : [];

/** Clips of one face each. The man of cap12 and cap13 is one person. */
export function clipsOf(half: Half): Clip[] {
  return half === 'bounds'
    ? [{ name: 'franck', ...clips.franck }, ...shared('woman', 1.9)]
    : [{ name: 'cap12', ...clips.cap12 }, { name: 'cap13', ...clips.cap13 }, ...shared('man', 5.1)];
}

/** Photographs of people who are in no clip, one a person. */
export function photosOf(half: Half): string[] {
  const own = half === 'bounds' ? [stills.audrey.file] : [stills.connery.file, stills.bieber.file];
  if (!hasTestModels) return own;
  const folder = testModel('data/lfw_mini/images');
  const names = readdirSync(folder).sort();
  const mine = names.filter((_, i) => i % 2 === (half === 'bounds' ? 0 : 1));
  return [
    ...own,
    ...mine.map((name) => path.join(folder, name, readdirSync(path.join(folder, name)).sort()[0]!)),
  ];
}

/** The `n`-th presentation of a species. @param seconds a print is held for so long; the others are cut from clips */
export async function* picturesOf(
  species: Species,
  n: number,
  half: Half,
  engine: FaceEngine,
  seconds = SECONDS,
): AsyncGenerator<I420Frame, void> {
  const random = seeded(`${species} ${n} ${half}`);
  const isPerson = species === 'person' || species === 'person, poor picture';
  const camera = species === 'person, poor picture' ? drawPoorCamera(random) : drawCamera(random);
  if (isPerson) {
    yield* seenBy(camera, personIn(n, half, random), random, RATE);
    return;
  }
  const photos = photosOf(half);
  const photo = photos[n % photos.length]!;
  const pictures =
    species === 'mask, flat' || species === 'mask, bent'
      ? maskIn(photo, species === 'mask, bent', n, half, engine, random)
      : printIn(photo, species, half, random, seconds);
  yield* seenBy(camera, pictures, random, RATE);
}

/** Which clip the `n`-th window is cut from, and where it begins, s. */
export function windowOf(n: number, half: Half): { clip: Clip; from: number } {
  const starts = clipsOf(half).flatMap((clip) => {
    const count = Math.max(1, Math.floor(clip.seconds - SECONDS));
    return Array.from({ length: count }, (_, from) => ({ clip, from }));
  });
  // Steps that share no divisor with their number visit all of them before one comes again.
  const step = 37;
  return starts[(n * step) % starts.length]!;
}

async function* personIn(n: number, half: Half, random: Random): AsyncGenerator<I420Frame, void> {
  const { clip, from } = windowOf(n, half);
  const part = { fps: RATE, from, to: from + SECONDS };
  const scale = random() < 0.5 ? 1 : between(random, 0.45, 0.9);
  const size = { width: even(SIZE.width * scale), height: even(SIZE.height * scale) };
  for await (const picture of readFrames(clip.file, { ...size, ...part })) yield placed(picture);
}

export const even = (value: number) => 2 * Math.round(value / 2);

/** In the middle of a gray picture. */
export function placed(picture: I420Frame): I420Frame {
  const { width, height } = SIZE;
  if (picture.width === width) return picture;
  const data = new Uint8Array((width * height * 3) / 2)
    .fill(100, 0, width * height)
    .fill(128, width * height);
  let from = 0;
  let to = 0;
  for (const scale of [1, 2, 2]) {
    const [w, h] = [picture.width / scale, picture.height / scale];
    const [left, top] = [Math.floor((width / scale - w) / 2), Math.floor((height / scale - h) / 2)];
    for (let y = 0; y < h; y++) {
      data.set(
        picture.data.subarray(from + y * w, from + (y + 1) * w),
        to + ((top + y) * width) / scale + left,
      );
    }
    from += w * h;
    to += (width * height) / scale ** 2;
  }
  return { data, width, height };
}

async function* printIn(
  file: string,
  grip: Grip,
  half: Half,
  random: Random,
  seconds: number,
): AsyncGenerator<I420Frame, void> {
  const photo = await readFrame(file, PHOTO);
  const behind = stage(half, sizeOf(random));
  const size = between(random, 0.6, 0.9);
  const paper: Paper = { photo, width: size, height: size };
  const held: (t: number) => Held = drawHand(grip, size, random);
  for (let i = 0; i < RATE * seconds; i++) yield paint(behind, paper, held(i / RATE));
}

export const sizeOf = (random: Random) => SIZES[Math.floor(SIZES.length * random())]!;

/** A wall with stripes, and no face. */
function stage(half: Half, { width, height }: { width: number; height: number }): I420Frame {
  const data = new Uint8Array(width * height * 1.5).fill(128, width * height);
  const random = seeded(`stage ${half}`);
  const [a, b, c] = [6 * random(), 6 * random(), 6 * random()];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [(x * 480) / height, (y * 480) / height];
      data[y * width + x] =
        110 + 40 * Math.sin(px / 90 + a) + 25 * Math.sin(py / 70 + b) + 9 * Math.sin((px + py) / 9 + c);
    }
  }
  return { data, width, height };
}

async function* maskIn(
  file: string,
  isBent: boolean,
  n: number,
  half: Half,
  engine: FaceEngine,
  random: Random,
): AsyncGenerator<I420Frame, void> {
  const photo = await readFrame(file, PHOTO);
  const [face] = await engine.detect(photo, 0.1);
  if (!face) throw new Error(`${file} shows no face`);
  // Heads are 1.3 distances of the eyes wide on either side: paper can be bent to a radius of 1.4.
  const bend = isBent ? between(random, 0.25, 0.7) : 0;
  const mask = maskOf(photo, face.landmarks, { bend, gap: between(random, 0.08, 0.3) });
  const { clip, from } = windowOf(n, half);
  let last: Float32Array | null = null;
  const size = sizeOf(random);
  for await (const picture of readFrames(clip.file, { ...size, fps: RATE, from, to: from + SECONDS })) {
    const [found] = await engine.detect(picture, 0.1);
    const seen = found ? Float32Array.from(found.landmarks) : last;
    if (!seen) continue;
    const before = last;
    // Paper follows the head without the jitter of the landmarks.
    const smooth: Float32Array = before ? seen.map((v, i) => 0.5 * v + 0.5 * before[i]!) : seen;
    last = smooth;
    yield paint(picture, mask.paper, worn(mask, smooth, estimatePose(smooth).pose, size));
  }
}
