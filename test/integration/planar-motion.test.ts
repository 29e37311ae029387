/** The motion of heads in the clips, and of photographs of them that are turned in a hand, measured on real landmarks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMotion, planarMotion, type MotionSample } from '../../server/recognition/planar-motion.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { turnedPhoto, type Turn } from '../fixtures/turned-photo.ts';
import { defaultModels } from '../fixtures/default-pack.ts';

const RATE = 10;
let engine: FaceEngine;

beforeAll(async () => {
  engine = await createEngine(await loadPack('faceplugin'), defaultModels.cacheDir);
});
afterAll(() => engine?.close());

/** The result after each frame in which the largest face was found. */
async function said(frames: AsyncIterable<I420Frame> | Iterable<I420Frame>): Promise<(number | null)[]> {
  const words: (number | null)[] = [];
  let samples: readonly MotionSample[] = [];
  let at = 1_000;
  for await (const frame of frames) {
    at += 1_000 / RATE;
    const [face] = (await engine.detect(frame, 0.15)).sort((a, b) => b.height - a.height);
    if (!face) continue;
    samples = addMotion(samples, face.landmarks, at);
    words.push(planarMotion(samples));
  }
  return words;
}

function* filmed(photo: I420Frame, motion: (seconds: number) => Turn): Generator<I420Frame> {
  for (let i = 0; i < 4 * RATE; i++) yield turnedPhoto(photo, motion(i / RATE), 640, 480);
}

describe('the motion of a face', () => {
  it.each([
    { clip: 'cap12' as const, from: 19, to: 32, width: 400, height: 300 },
    { clip: 'cap13' as const, from: 0, to: 30, width: 400, height: 300 },
    { clip: 'franck' as const, from: 0, to: 20, width: 360, height: 288 },
  ])('the motion of the face in $clip is never that of a plane', async ({ clip, ...part }) => {
    const words = await said(readFrames(clips[clip].file, { ...part, fps: RATE }));
    expect(words.length).toBeGreaterThan(100);
    expect(Math.max(...words.map((word) => word ?? 0))).toBeLessThan(0.5);
  });

  it('a turning head is not taken for a plane', async () => {
    const words = await said(
      readFrames(clips.cap12.file, { from: 19, to: 32, width: 400, height: 300, fps: RATE }),
    );
    expect(words.filter((word) => word !== null).length).toBeGreaterThan(10);
  });

  it.each<[string, (s: number) => Turn]>([
    ['to the sides', (s) => ({ yaw: 40 * Math.sin(2 * s) })],
    ['up and down', (s) => ({ pitch: 35 * Math.sin(2 * s) })],
    [
      'both ways',
      (s) => ({ yaw: 32 * Math.sin(2 * s), pitch: 20 * Math.cos(1.7 * s), roll: 6 * Math.sin(s) }),
    ],
  ])('the motion of a photograph that is turned %s is that of a plane', async (_, motion) => {
    for (const [clip, from] of [
      ['franck', 5],
      ['cap12', 3],
    ] as const) {
      const photo = await readFrame(clips[clip].file, { width: 360, height: 288, from });
      const words = await said(filmed(photo, motion));
      expect(words.at(-1)).toBeGreaterThan(0.8);
    }
  });

  it('a photograph that is still or tilted gives no planar-motion evidence', async () => {
    const photo = await readFrame(clips.franck.file, { width: 360, height: 288, from: 5 });
    const words = await said(filmed(photo, (s) => ({ roll: 12 * Math.sin(2 * s), yaw: 3 * Math.sin(s) })));
    expect(words.every((word) => word === null)).toBe(true);
  });
});
