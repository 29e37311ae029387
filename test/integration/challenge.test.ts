/**
 * The active challenge on real pictures: a person who turns the head as asked completes it, and a print that is turned as
 * asked does not.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeCheckIn, type CheckInResult } from '../../server/analyzer/analyze-frame.ts';
import type { ChallengeAct, ChallengeInstruction, FaceState } from '#protocol/results.ts';
import { drawChallenge } from '../../server/recognition/challenge.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { defaultChallengePolicy, evidencePolicy, trackPolicy } from '../../server/recognition/policy.ts';
import { emptyTracks } from '../../server/recognition/tracker.ts';
import type { ChallengeWhen } from '../../server/recognition/types.ts';
import { estimatePose } from '../../server/vision/pose.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import { fitSimilarity } from '../../server/vision/align.ts';
import type { Detection, FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { maskOf, worn } from '../bench/depth/mask.ts';
import { paint } from '../bench/depth/paper.ts';
import { shotOfPrint } from '../bench/pad/attacks.ts';
import { readRgb, toI420 } from '../bench/pad/rgb.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { Obedient, OBEDIENT } from '../fixtures/obedient.ts';
import { clips } from '../fixtures/pictures.ts';

const FPS = 10;
const START = 1_700_000_000_000;
const SIZE = { width: 640, height: 480 };
/** Longer than any challenge, s. */
const LONGEST = 23;
/** How long a print is shown, s. */
const TRYING = 9;

let pack: ModelPack;
let engine: FaceEngine;
let gallery: SharedGallery;
/** Frames of the man whose clip `Obedient` replays, 25 per second. */
let man: I420Frame[];

beforeAll(async () => {
  pack = await loadPack('faceplugin');
  engine = await createEngine(pack, path.resolve('models/cache'));
  gallery = SharedGallery.create({ length: engine.embeddingLength, capacity: 16 });
  const embeddings = await embeddingsOf(engine, clips.cap13.file, { from: 1, to: 6 });
  gallery.upsert({ personId: 'alan', embeddings });
  man = [];
  const { from, to } = OBEDIENT;
  for await (const picture of readFrames(clips.cap12.file, { ...SIZE, from, to, fps: 25 })) man.push(picture);
});
afterAll(() => engine?.close());

const manAt = (moment: number) => man[Math.min(man.length - 1, Math.round((moment - OBEDIENT.from) * 25))]!;

interface Visit {
  sighted: string[];
  /** The people that the station showed as recognized. */
  named: Set<string>;
  /** A state is added only when it differs from the one before. */
  states: FaceState[];
  asked: ChallengeInstruction[];
}

/**
 * Shows pictures to a station until the challenge is completed or failed; by default the station challenges everyone.
 * @param draws the random numbers of the challenge; after the last one, they repeat from the first
 * @param show returns the picture; it gets the ms since the beginning and the current instruction of the station
 */
async function visit(
  draws: readonly number[],
  show: (at: number, asked: ChallengeInstruction | undefined) => I420Frame,
  seconds = LONGEST,
  when: ChallengeWhen = 'always',
): Promise<Visit> {
  const reader = new GalleryReader(gallery.share());
  let drawn = 0;
  const parts = {
    engine,
    search: (embeddings: readonly Float32Array[], limit: number) => reader.search(embeddings, limit),
    random: (n: number) => draws[drawn++ % draws.length]! % n,
    now: () => performance.now(),
  };
  const rules = {
    purpose: 'check-in' as const,
    trackPolicy: trackPolicy(FPS),
    evidencePolicy: evidencePolicy(pack.thresholds, '1e-4', 'off', when),
    run: 'run',
  };
  const common = { cameraId: 'door', wait: 0, minFace: 0.08, readTimecode: false };
  const seen: Visit = { sighted: [], named: new Set(), states: [], asked: [] };
  let result: CheckInResult | null = null;
  for (let frame = 0; frame < seconds * FPS && !decided(seen); frame++) {
    const at = (frame * 1_000) / FPS;
    const before = result?.observation.faces[0]?.challenge?.act;
    const job = { ...common, ...rules, frame, at: START + at, tracks: result?.tracks ?? emptyTracks() };
    result = await analyzeCheckIn(show(at, before), job, parts);
    seen.sighted.push(...result.sightings.map(({ personId }) => personId));
    const [face] = result.observation.faces;
    if (face?.personId !== undefined) seen.named.add(face.personId);
    if (face && face.state !== seen.states.at(-1)) seen.states.push(face.state);
    if (face?.challenge && face.challenge.act !== seen.asked.at(-1)) seen.asked.push(face.challenge.act);
  }
  return seen;
}

const decided = ({ sighted, states }: Visit) => sighted.length > 0 || states.at(-1) === 'not-live';

const SEQUENCES = [
  { draws: drawsOf(['turn-left', 'look-up'], 300, 300), acts: ['turn-left', 'look-up'] },
  { draws: drawsOf(['turn-right', 'look-down'], 0, 700), acts: ['turn-right', 'look-down'] },
  { draws: drawsOf(['look-up', 'turn-left'], 500, 0), acts: ['look-up', 'turn-left'] },
  { draws: drawsOf(['turn-left', 'turn-right'], 100, 200), acts: ['turn-left', 'turn-right'] },
] as const;

/**
 * The random numbers that draw these movements, with holding times that exceed the shortest one by `times`, ms.
 */
function drawsOf(acts: readonly ChallengeAct[], ...times: number[]): number[] {
  for (let first = 0; first < 100; first++) {
    const { steps } = drawChallenge(
      0,
      { random: (n) => Math.min(first, n - 1), eyes: true },
      defaultChallengePolicy,
    );
    if (steps.every(({ act }, i) => act === acts[i])) return [first, ...times];
  }
  throw new Error(`${acts.join(', ')} is never drawn`);
}

describe('a real face at a station that challenges everyone', { timeout: 120_000 }, () => {
  it.each(SEQUENCES)('a person completes the challenge by $acts.0 and $acts.1', async ({ draws, acts }) => {
    const person = new Obedient(OBEDIENT);
    const { sighted, states, asked } = await visit(draws, (at, said) => manAt(person.moment(at, said)));
    expect(sighted).toEqual(['alan']);
    expect(states).toEqual(['challenge', 'recognized']);
    expect(asked).toEqual(['look-straight', acts[0], 'look-straight', acts[1], 'look-straight']);
  });

  it('a person who turns to the wrong side does not complete the challenge', async () => {
    const person = new Obedient(OBEDIENT);
    const { sighted, states } = await visit(SEQUENCES[0].draws, (at, said) =>
      manAt(person.moment(at, said === 'turn-left' ? 'turn-right' : said)),
    );
    expect(sighted).toEqual([]);
    expect(states).toEqual(['challenge', 'not-live']);
  });

  it('a still picture does not complete the challenge', async () => {
    const { sighted, states } = await visit(SEQUENCES[0].draws, () => manAt(OBEDIENT.from));
    expect(sighted).toEqual([]);
    expect(states).toEqual(['challenge', 'not-live']);
  });
});

/** The picture, moved, rotated and scaled so that its face (`face`) covers the face `at`. */
function laidOver({ data, width, height }: I420Frame, face: Detection, at: Detection): I420Frame {
  const { a, b, tx, ty } = fitSimilarity(at.landmarks, face.landmarks);
  const laid = new Uint8Array(data.length);
  const planes = [
    { first: 0, by: 1 },
    { first: width * height, by: 2 },
    { first: width * height * 1.25, by: 2 },
  ];
  for (const { first, by } of planes) {
    const [columns, rows] = [width / by, height / by];
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const column = Math.round((a * x * by - b * y * by + tx) / by);
        const row = Math.round((b * x * by + a * y * by + ty) / by);
        const [u, v] = [Math.max(0, Math.min(columns - 1, column)), Math.max(0, Math.min(rows - 1, row))];
        laid[first + y * columns + x] = data[first + v * columns + u]!;
      }
    }
  }
  return { data: laid, width, height };
}

describe('a photograph held in front of a moving face', () => {
  it(
    'a photograph does not complete the challenge, however quickly it is removed and put back',
    { timeout: 120_000 },
    async () => {
      const embeddings = await embeddingsOf(engine, clips.franck.file, { from: 95, to: 100 });
      gallery.upsert({ personId: 'bob', embeddings });
      try {
        const taken = { ...SIZE, from: 95, to: 95.2, fps: 10 };
        let photo: I420Frame | undefined;
        for await (const picture of readFrames(clips.franck.file, taken)) photo ??= picture;
        const [own] = await engine.detect(manAt(OBEDIENT.front), 0.1);
        const [other] = await engine.detect(photo!, 0.1);
        const picture = laidOver(photo!, other!, own!);
        const head = new Obedient(OBEDIENT);
        const [from] = OBEDIENT.movements['turn-right']!;
        const { sighted, named, asked } = await visit(
          drawsOf(['turn-right', 'look-down'], 0, 700),
          (at, said) => {
            const moment = head.moment(at, said);
            // The man behind the photograph has turned a little already when it is taken away.
            return said === 'turn-right' && moment > from + 0.2 ? manAt(moment) : picture;
          },
          TRYING,
        );
        expect(new Set(asked)).toEqual(new Set(['look-straight', 'turn-right']));
        expect(sighted).not.toContain('bob');
        expect([...named]).not.toContain('bob');
      } finally {
        gallery.remove('bob');
      }
    },
  );
});

/** The angle in the next frame of a turn by 60 degrees per second. */
const toward = (from: number, to: number) => from + Math.max(-6, Math.min(6, to - from));

describe('a print turned as the station asks', { timeout: 240_000 }, () => {
  const held: Partial<Record<ChallengeInstruction, object>> = {
    'turn-left': { yaw: -1 },
    'turn-right': { yaw: 1 },
    'look-up': { pitch: 1 },
    'look-down': { pitch: -1 },
  };

  it.each([
    { name: 'flat', radius: null, angle: 45 },
    { name: 'bent', radius: 0.5, angle: 35 },
  ])(
    'a $name print does not complete the challenge, even if it is turned as asked',
    async ({ radius, angle }) => {
      const source = { file: clips.cap13.file, from: 2, to: 2.1 };
      const photo = (await readRgb(source, { width: 600, height: 600, fps: 10 }))[0]!;
      const behind = { file: clips.franck.file, from: 24, to: 24.1 };
      const background = (await readRgb(behind, { ...SIZE, fps: 10, filter: 'gblur=sigma=30' }))[0]!;
      for (const { draws } of SEQUENCES.slice(0, 2)) {
        let now = { yaw: 0, pitch: 0 };
        const { sighted, states } = await visit(
          draws,
          (_, said) => {
            const wanted = { yaw: 0, pitch: 0, ...(said && held[said]) };
            now = {
              yaw: toward(now.yaw, wanted.yaw * angle),
              pitch: toward(now.pitch, wanted.pitch * angle),
            };
            return toI420(shotOfPrint(photo, now, radius, background));
          },
          TRYING,
        );
        expect(states).toContain('challenge');
        expect(sighted).toEqual([]);
      }
    },
  );
});

describe('a station that asks only whom nothing has shown to have depth', { timeout: 240_000 }, () => {
  it('a person who stands still is asked for one turn, and let in after it', async () => {
    const person = new Obedient(OBEDIENT);
    const { sighted, states, asked } = await visit(
      [0],
      (at, said) => manAt(person.moment(at, said)),
      LONGEST,
      'auto',
    );
    expect(sighted).toEqual(['alan']);
    expect(states).toEqual(['challenge', 'recognized']);
    expect(asked.filter((act) => act !== 'look-straight')).toEqual(['turn-left']);
  });

  it('a person who looks around without having been asked is let in', async () => {
    const { sighted, states } = await visit([1], (at) => manAt(OBEDIENT.from + at / 1000), 12, 'auto');
    expect(sighted).toEqual(['alan']);
    expect(states.at(-1)).toBe('recognized');
  });

  it.each([
    { name: 'flat', bend: 0, angle: 40 },
    { name: 'bent', bend: 1.5, angle: 30 },
  ])('a $name print that is swung from side to side is not let in', async ({ bend, angle }) => {
    const photo = await readFrame(clips.cap13.file, { width: 480, height: 480, from: 2 });
    const wall = { data: new Uint8Array(SIZE.width * SIZE.height * 1.5).fill(128), ...SIZE };
    const paper = { photo, width: 0.8, height: 0.8 };
    const still = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, distance: 1.2, bend, axis: 0 };
    const { sighted, states } = await visit(
      [0],
      (at) => paint(wall, paper, { ...still, yaw: angle * Math.sin(at / 500) }),
      TRYING,
      'auto',
    );
    expect(states).toContain('challenge');
    expect(sighted).toEqual([]);
  });

  it('a mask of paper is not let in, whether the head that wears it looks around or does as it is asked', async () => {
    const photo = await readFrame(clips.cap13.file, { width: 480, height: 480, from: 2 });
    const [face] = await engine.detect(photo, 0.1);
    const mask = maskOf(photo, face!.landmarks, { bend: 0, gap: 0.15 });
    const masked: I420Frame[] = [];
    for (const picture of man) {
      const [head] = await engine.detect(picture, 0.1);
      const points = head!.landmarks;
      masked.push(paint(picture, mask.paper, worn(mask, points, estimatePose(points).pose, SIZE)));
    }
    const at = (moment: number) =>
      masked[Math.max(0, Math.min(masked.length - 1, Math.round((moment - OBEDIENT.from) * 25)))]!;
    const around = await visit([1], (ms) => at(OBEDIENT.from + ms / 1000), 12, 'auto');
    expect(around.states).toContain('challenge');
    expect(around.sighted).toEqual([]);
    const wearer = new Obedient(OBEDIENT);
    const obedient = await visit([0], (ms, said) => at(wearer.moment(ms, said)), LONGEST, 'auto');
    expect(obedient.states).toContain('challenge');
    expect(obedient.sighted).toEqual([]);
  });
});
