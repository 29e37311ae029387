/** The active challenge on real pictures: who turns the head as asked passes, a print that is turned as asked does not. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseCheckIn, type CheckInResult } from '../../server/analyzer/analyse-frame.ts';
import type { ChallengeInstruction, FaceState } from '../../server/protocol/results.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { evidencePolicy, trackPolicy } from '../../server/recognition/policy.ts';
import { emptyTracks } from '../../server/recognition/tracker.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { shotOfPrint } from '../bench/pad/attacks.ts';
import { readRgb, toI420 } from '../bench/pad/rgb.ts';
import { embeddingsOf } from '../face-templates.ts';
import { readFrames } from '../fixtures/frames.ts';
import { Obedient, OBEDIENT } from '../fixtures/obedient.ts';
import { clips } from '../fixtures/pictures.ts';

const FPS = 10;
const START = 1_700_000_000_000;
const SIZE = { width: 640, height: 480 };
/** Longer than any challenge, and as long as somebody tries with a print, s. */
const LONGEST = 23;
const TRYING = 9;

let pack: ModelPack;
let engine: FaceEngine;
let gallery: SharedGallery;
/** 25 pictures a second of the obedient man. */
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
  /** Without repetitions. */
  states: FaceState[];
  asked: ChallengeInstruction[];
}

/**
 * Somebody before a station that challenges everybody, until the challenge is passed or failed.
 * @param draws what chance comes to, over and over
 * @param show the picture, given ms since the beginning and what the station says
 */
async function visit(
  draws: readonly number[],
  show: (at: number, asked: ChallengeInstruction | undefined) => I420Frame,
  seconds = LONGEST,
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
    evidencePolicy: evidencePolicy(pack.thresholds, '1e-4', 'off', 'always'),
    run: 'run',
  };
  const common = { cameraId: 'door', wait: 0, minFace: 0.08, readTimecode: false };
  const seen: Visit = { sighted: [], states: [], asked: [] };
  let result: CheckInResult | null = null;
  for (let frame = 0; frame < seconds * FPS && !decided(seen); frame++) {
    const at = (frame * 1_000) / FPS;
    const before = result?.observation.faces[0]?.challenge?.act;
    const job = { ...common, ...rules, frame, at: START + at, tracks: result?.tracks ?? emptyTracks() };
    result = await analyseCheckIn(show(at, before), job, parts);
    seen.sighted.push(...result.sightings.map(({ personId }) => personId));
    const [face] = result.observation.faces;
    if (face && face.state !== seen.states.at(-1)) seen.states.push(face.state);
    if (face?.challenge && face.challenge.act !== seen.asked.at(-1)) seen.asked.push(face.challenge.act);
  }
  return seen;
}

const decided = ({ sighted, states }: Visit) => sighted.length > 0 || states.at(-1) === 'not-live';

/** Draws: which step is the turn, then act and act (places in the lists of `drawChallenge`), then the two times. */
const SEQUENCES = [
  { draws: [0, 0, 1, 300, 300], acts: ['turn-left', 'look-up'] },
  { draws: [0, 1, 2, 0, 700], acts: ['turn-right', 'look-down'] },
  { draws: [1, 2, 0, 500, 0], acts: ['look-up', 'turn-left'] },
  { draws: [1, 0, 0, 100, 200], acts: ['turn-left', 'turn-right'] },
] as const;

describe('a man at a station that challenges everybody', { timeout: 120_000 }, () => {
  it.each(SEQUENCES)('passes by $acts.0 and $acts.1', async ({ draws, acts }) => {
    const person = new Obedient(OBEDIENT);
    const { sighted, states, asked } = await visit(draws, (at, said) => manAt(person.moment(at, said)));
    expect(sighted).toEqual(['alan']);
    expect(states).toEqual(['challenge', 'recognised']);
    expect(asked).toEqual(['look-straight', acts[0], 'look-straight', acts[1], 'look-straight']);
  });

  it('does not pass by turning to the other side', async () => {
    const person = new Obedient(OBEDIENT);
    const { sighted, states } = await visit(SEQUENCES[0].draws, (at, said) =>
      manAt(person.moment(at, said === 'turn-left' ? 'turn-right' : said)),
    );
    expect(sighted).toEqual([]);
    expect(states).toEqual(['challenge', 'not-live']);
  });

  it('does not pass as a picture that stands still', async () => {
    const { sighted, states } = await visit(SEQUENCES[0].draws, () => manAt(OBEDIENT.from));
    expect(sighted).toEqual([]);
    expect(states).toEqual(['challenge', 'not-live']);
  });
});

/** One picture's part of a turn by 60 degrees a second. */
const towards = (from: number, to: number) => from + Math.max(-6, Math.min(6, to - from));

describe('a print that is turned as the station asks', { timeout: 240_000 }, () => {
  const held: Partial<Record<ChallengeInstruction, object>> = {
    'turn-left': { yaw: -1 },
    'turn-right': { yaw: 1 },
    'look-up': { pitch: 1 },
    'look-down': { pitch: -1 },
  };

  it.each([
    { name: 'flat', radius: null, angle: 45 },
    { name: 'bent', radius: 0.5, angle: 35 },
  ])('does not pass: $name', async ({ radius, angle }) => {
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
            yaw: towards(now.yaw, wanted.yaw * angle),
            pitch: towards(now.pitch, wanted.pitch * angle),
          };
          return toI420(shotOfPrint(photo, now, radius, background));
        },
        TRYING,
      );
      expect(states).toContain('challenge');
      expect(sighted).toEqual([]);
    }
  });
});
