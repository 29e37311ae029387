/**
 * What is shown in the bench of attacks: prints, masks and films of people whose templates are in the gallery, and these people
 * themselves. Each is drawn from its number alone, so that every run shows the same.
 */
import { estimatePose } from '../../../server/vision/pose.ts';
import type { FaceEngine, I420Frame } from '../../../server/vision/types.ts';
import { readFrame, readFrames } from '../../fixtures/frames.ts';
import { Obedient, OBEDIENT } from '../../fixtures/obedient.ts';
import { clips, sharedClips } from '../../fixtures/pictures.ts';
import { type Camera, drawCamera, drawPoorCamera, seenBy } from '../depth/camera.ts';
import { isHole, maskOf, worn } from '../depth/mask.ts';
import { paint } from '../depth/paper.ts';
import {
  ATTACKS as PAPER,
  even,
  type Half,
  PHOTO,
  photosOf,
  picturesOf,
  placed,
  RATE,
  SIZE,
  sizeOf,
  windowOf,
} from '../depth/presentations.ts';
import { between, type Random, seeded } from '../depth/random.ts';
import { replay } from './attacks.ts';
import { readRgb, type Rgb, toI420 } from './rgb.ts';
import type { Scene } from './watch.ts';

/** They do what the station asks for: the mask is on a head that obeys. */
const WORN = ['mask, on somebody who obeys', 'print with eyes cut out, on somebody who obeys'] as const;
const FILMS = ['film of a person, on a screen', 'film of a challenge, on a screen'] as const;
export const ATTACKS = [...PAPER, ...WORN, ...FILMS] as const;
export const GENUINE = ['person at a desk', 'person who obeys', 'person who obeys, poor picture'] as const;
export type Species = (typeof ATTACKS)[number] | (typeof GENUINE)[number];

export interface Presentation {
  scene: Scene;
  /** Templates of the person who is shown, from another picture or moment, except for prints and masks: their own photograph. */
  enrolled: Float32Array[];
}

const FPS = 20;
/** Those who obey stand there for so long, s. */
const LONGEST = 20;

export class Stage {
  readonly #engine: FaceEngine;
  readonly #half: Half;
  readonly #seconds: number;
  readonly #faces = new Map<string, Promise<Float32Array[]>>();
  #man: Promise<I420Frame[]> | null = null;

  /** @param seconds prints are held for so long */
  constructor(engine: FaceEngine, { half, seconds }: { half: Half; seconds: number }) {
    this.#engine = engine;
    this.#half = half;
    this.#seconds = seconds;
  }

  async present(species: Species, n: number): Promise<Presentation> {
    const half = this.#half;
    const random = seeded(`pad ${species} ${n} ${half}`);
    const photos = photosOf(half);
    const photo = photos[n % photos.length]!;
    switch (species) {
      case 'mask, on somebody who obeys':
      case 'print with eyes cut out, on somebody who obeys': {
        const scene = await this.#masked(photo, species === 'mask, on somebody who obeys', random);
        return { scene, enrolled: await this.#ofPhoto(photo) };
      }
      case 'film of a person, on a screen':
      case 'film of a challenge, on a screen': {
        const isPerson = species === 'film of a person, on a screen';
        const { clip, from } = isPerson ? windowOf(n, half) : { clip: null, from: 0 };
        const film = clip
          ? await readRgb({ file: clip.file, from, to: from + 3 }, { width: 480, height: 360, fps: RATE })
          : await this.#challengeFilm(random);
        const scene = await screened(film, n, this.#seconds);
        return { scene, enrolled: await this.#ofPerson(clip?.name ?? 'cap12') };
      }
      case 'person at a desk': {
        const { clip, from } = windowOf(n, half);
        const pictures = readFrames(clip.file, { ...SIZE, fps: RATE, from, to: from + 3 });
        return {
          scene: running(seenBy(drawCamera(random), pictures, random, RATE)),
          enrolled: await this.#ofPerson(clip.name),
        };
      }
      case 'person who obeys':
      case 'person who obeys, poor picture': {
        const isPoor = species === 'person who obeys, poor picture';
        const scene = await this.#obeying(isPoor ? drawPoorCamera(random) : drawCamera(random), random);
        return { scene, enrolled: await this.#ofPerson('cap12') };
      }
      default: {
        const pictures = picturesOf(species, n, half, this.#engine, this.#seconds);
        return { scene: running(pictures), enrolled: await this.#ofPhoto(photo) };
      }
    }
  }

  #ofPhoto(file: string): Promise<Float32Array[]> {
    return this.#remembered(file, async () => [await this.#embedding(await readFrame(file, PHOTO))]);
  }

  /** The man of cap12 and cap13 is one person: each clip is enrolled from the other. */
  #ofPerson(clip: string): Promise<Float32Array[]> {
    return this.#remembered(`person ${clip}`, async () => {
      const [file, moments] = otherMoments(clip);
      const templates: Float32Array[] = [];
      for (const from of moments)
        templates.push(await this.#embedding(await readFrame(file, { ...SIZE, from })));
      return templates;
    });
  }

  #remembered(key: string, make: () => Promise<Float32Array[]>): Promise<Float32Array[]> {
    const known = this.#faces.get(key) ?? make();
    this.#faces.set(key, known);
    return known;
  }

  async #embedding(picture: I420Frame): Promise<Float32Array> {
    const [face] = await this.#engine.detect(picture, 0.1);
    if (!face) throw new Error('a picture to enroll from shows no face');
    const [embedding] = await this.#engine.embed(picture, [face]);
    return embedding!.slice();
  }

  /** The pictures of the man who makes every movement. */
  #film(): Promise<I420Frame[]> {
    const { clip, from, to } = OBEDIENT;
    const film = this.#man ?? all(readFrames(clips[clip].file, { ...SIZE, from, to, fps: FPS }));
    this.#man = film;
    return film;
  }

  async #obeying(camera: Camera, random: Random): Promise<Scene> {
    const film = await this.#film();
    const person = obedient(random);
    const scale = between(random, 0.5, 1);
    const size = { width: even(SIZE.width * scale), height: even(SIZE.height * scale) };
    return async (asked, ms) => {
      if (ms > LONGEST * 1_000) return null;
      const picture = placed(smaller(film[person.frame(ms, asked, film.length)]!, size));
      // Encoding needs the pictures that follow, and these depend on what is asked.
      return first(seenBy({ ...camera, kbps: null }, [picture], random, RATE));
    };
  }

  async #masked(file: string, isMask: boolean, random: Random): Promise<Scene> {
    const film = await this.#film();
    const photo = await readFrame(file, PHOTO);
    const [face] = await this.#engine.detect(photo, 0.1);
    if (!face) throw new Error(`${file} shows no face`);
    const bend = isMask && random() < 0.5 ? between(random, 0.25, 0.7) : 0;
    const mask = maskOf(photo, face.landmarks, { bend, gap: between(random, 0.08, 0.3) });
    // The whole sheet, with the holes of the mask.
    const sheet = { ...mask.paper, isPaper: (u: number, v: number) => !isHole(u, v) };
    const paper = isMask ? mask.paper : sheet;
    const person = obedient(random);
    const size = sizeOf(random);
    const camera = { ...drawCamera(random), kbps: null };
    let last: Float32Array | null = null;
    return async (asked, ms) => {
      if (ms > LONGEST * 1_000) return null;
      const picture = smaller(film[person.frame(ms, asked, film.length)]!, size);
      const [found] = await this.#engine.detect(picture, 0.1);
      const seen = found ? Float32Array.from(found.landmarks) : last;
      if (!seen) return picture;
      const before = last;
      last = before ? seen.map((v, i) => 0.5 * v + 0.5 * before[i]!) : seen;
      const painted = paint(picture, paper, worn(mask, last, estimatePose(last).pose, size));
      return first(seenBy(camera, [painted], random, RATE));
    };
  }

  /** The man completes a challenge, of movements that are drawn. */
  async #challengeFilm(random: Random): Promise<Rgb[]> {
    const { clip, movements, front, from } = OBEDIENT;
    const man = await readRgb(
      { file: clips[clip].file, from, to: OBEDIENT.to },
      { width: 480, height: 360, fps: FPS },
    );
    const at = (moment: number) => man[Math.min(man.length - 1, Math.round((moment - from) * FPS))]!;
    const acts = Object.values(movements);
    const film: Rgb[] = [];
    for (let n = 0; n < 2; n += 1) {
      for (let i = 0; i < RATE * between(random, 0.8, 1.6); i += 1) film.push(at(front));
      const [begin, end] = acts[Math.floor(random() * acts.length)]!;
      for (let moment = begin; moment < end; moment += 1 / RATE) film.push(at(moment));
    }
    return film;
  }
}

function otherMoments(clip: string): [file: string, moments: number[]] {
  if (clip === 'cap12') return [clips.cap13.file, [2, 6, 10]];
  if (clip === 'cap13') return [clips.cap12.file, [19.1, 30, 40]];
  if (clip === 'franck') return [clips.franck.file, [10, 24, 132]];
  const shared = clip === 'woman' ? sharedClips?.woman : sharedClips?.man;
  if (!shared) throw new Error(`there is no clip "${clip}"`);
  return [shared.file, [0.5, 1]];
}

/** Somebody who does what is asked after a time of their own. */
function obedient(random: Random) {
  const person = new Obedient({ ...OBEDIENT, reaction: between(random, 300, 1_200) as 400 });
  return {
    frame: (ms: number, asked: Parameters<Scene>[0], length: number) =>
      Math.min(length - 1, Math.max(0, Math.round((person.moment(ms, asked) - OBEDIENT.from) * FPS))),
  };
}

/** Every second, third … pixel: near enough for a person who stands further away. */
function smaller(picture: I420Frame, size: { width: number; height: number }): I420Frame {
  if (picture.width === size.width) return picture;
  const { width, height } = size;
  const data = new Uint8Array((width * height * 3) / 2);
  let to = 0;
  let from = 0;
  for (const scale of [1, 2, 2]) {
    const [w, h] = [width / scale, height / scale];
    const [pw, ph] = [picture.width / scale, picture.height / scale];
    for (let y = 0; y < h; y += 1) {
      for (let x = 0; x < w; x += 1) {
        const [px, py] = [Math.floor(((x + 0.5) * pw) / w), Math.floor(((y + 0.5) * ph) / h)];
        const right = Math.min(pw - 1, px + 1);
        const a = picture.data[from + py * pw + px]!;
        data[to + y * w + x] = (a + picture.data[from + py * pw + right]!) >> 1;
      }
    }
    to += w * h;
    from += pw * ph;
  }
  return { data, width, height };
}

/** A screen that plays a film over and over, before a room that is out of focus. */
async function screened(film: readonly Rgb[], n: number, seconds: number): Promise<Scene> {
  const size = { width: 640, height: 480, fps: RATE, filter: 'gblur=sigma=30' };
  const [background] = await readRgb({ file: clips.franck.file, from: 24, to: 24.2 }, size);
  const long = Array.from({ length: RATE * seconds }, (_, i) => film[i % film.length]!);
  const pictures = replay(long, { fps: RATE, seconds, background: background!, seed: n });
  return running(
    (async function* converted() {
      for (const picture of pictures) yield toI420(picture);
    })(),
  );
}

function running(pictures: AsyncGenerator<I420Frame, void>): Scene {
  return async (_asked, ms) => {
    // A reader of a clip that is left in the middle would wait for ever.
    const { value, done } = ms === Infinity ? await pictures.return() : await pictures.next();
    return done ? null : value;
  };
}

async function all(pictures: AsyncIterable<I420Frame>): Promise<I420Frame[]> {
  const film: I420Frame[] = [];
  for await (const picture of pictures) film.push(picture);
  return film;
}

async function first(pictures: AsyncGenerator<I420Frame, void>): Promise<I420Frame> {
  return (await pictures.next()).value as I420Frame;
}
