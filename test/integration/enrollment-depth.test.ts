/**
 * Enrollment on real pictures: a person who turns the head in a circle can be saved. A print that is turned in a circle, flat or
 * bent, fills as many angles of the ring and can't be; nor can a mask of paper on a head that turns.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnrollmentProgress } from '#protocol/results.ts';
import { analyzeEnrollment } from '../../server/analyzer/analyze-frame.ts';
import { acceptCapture, openSession, progressOf } from '../../server/enrollment/enrollment-session.ts';
import { type EnrollmentPolicy, enrollmentPolicy } from '../../server/enrollment/policy.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { estimatePose } from '../../server/vision/pose.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { maskOf, worn } from '../bench/depth/mask.ts';
import { paint } from '../bench/depth/paper.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { swungPrint } from '../fixtures/swung-print.ts';

const FPS = 8;
const SIZE = { width: 640, height: 480 };

let engine: FaceEngine;
let policy: EnrollmentPolicy;
/** A man who turns his head in a circle, there and back. */
const man: I420Frame[] = [];

beforeAll(async () => {
  const { thresholds, ...pack } = await loadPack('faceplugin');
  engine = await createEngine({ thresholds, ...pack }, path.resolve('models/cache'));
  const rules = { requiredBins: 1, timeout: 60_000, asks: true };
  policy = enrollmentPolicy({ thresholds, far: '1e-4', ...rules });
  const turning = { ...SIZE, from: 19, to: 31, fps: FPS };
  for await (const picture of readFrames(clips.cap12.file, turning)) man.push(picture);
  man.push(...man.toReversed());
});
afterAll(() => engine?.close());

/** Until it can be saved, or the pictures end. */
async function enroll(pictures: Iterable<I420Frame>): Promise<EnrollmentProgress> {
  let session = openSession(0, policy);
  let frame = 0;
  const job = { purpose: 'enrollment', cameraId: 'enroll-1', wait: 0, minFace: 0.1, former: false } as const;
  for (const picture of pictures) {
    const at = (frame * 1_000) / FPS;
    const { capture } = await analyzeEnrollment(
      picture,
      { ...job, frame, at, readTimecode: false },
      { engine },
    );
    session = acceptCapture(session, capture, policy);
    frame += 1;
    if (progressOf('1', session, at, policy).acceptable) break;
  }
  return progressOf('1', session, 0, policy);
}

describe('an enrollment', { timeout: 240_000 }, () => {
  it('a person who turns the head in a circle can be saved', async () => {
    expect(await enroll(man)).toMatchObject({ acceptable: true, doubt: null });
  });

  it.each([
    { name: 'flat', bend: 0, angle: 55 },
    { name: 'bent', bend: 1.5, angle: 45 },
  ])(
    'a $name print that is turned in a circle fills the ring and cannot be saved',
    async ({ bend, angle }) => {
      const pictures = await swungPrint({ bend, angle, seconds: 10, fps: FPS });
      expect(await enroll(pictures)).toMatchObject({ acceptable: false, doubt: 'flat' });
    },
  );

  it('a mask of paper on the head of somebody who turns it in a circle cannot be saved', async () => {
    const photo = await readFrame(clips.cap13.file, { width: 480, height: 480, from: 2 });
    const [face] = await engine.detect(photo, 0.1);
    const mask = maskOf(photo, face!.landmarks, { bend: 0, gap: 0.15 });
    const masked: I420Frame[] = [];
    for (const picture of man.slice(0, man.length / 2)) {
      const [head] = await engine.detect(picture, 0.1);
      const points = head!.landmarks;
      masked.push(paint(picture, mask.paper, worn(mask, points, estimatePose(points).pose, SIZE)));
    }
    expect(await enroll([...masked, ...masked.toReversed()])).toMatchObject({ acceptable: false });
  });
});
