import { describe, expect, it } from 'vitest';
import type { Pose, Quality } from '../protocol/face.ts';
import type { FaceState } from '../protocol/results.ts';
import { openEvidence } from './evidence.ts';
import { evidenceQuality, faceState } from './face-state.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';

const policy = evidencePolicy(thresholds, '1e-4');
const good: Quality = { eyeDistance: 60, sharpness: 100, brightness: 120, contrast: 40, score: 0.8 };
const front: Pose = { yaw: 0, pitch: 0, roll: 0 };

describe('the state of a face that is being looked at', () => {
  it.each<[name: string, quality: Partial<Quality>, pose: Partial<Pose>, state: FaceState]>([
    ['is looking if the face is seen well', {}, {}, 'looking'],
    ['is look-at-camera if it is turned to the left', {}, { yaw: 36 }, 'look-at-camera'],
    ['is look-at-camera if it is turned to the right', {}, { yaw: -36 }, 'look-at-camera'],
    ['is look-at-camera if it looks down', {}, { pitch: -36 }, 'look-at-camera'],
    ['is looking if it is turned a little', {}, { yaw: 30, pitch: -20 }, 'looking'],
    ['is move-closer if it is far away', { eyeDistance: 12 }, {}, 'move-closer'],
    ['is too-dark in the dark', { brightness: 30 }, {}, 'too-dark'],
    [
      'is look-at-camera if it is turned so far that the eyes are close together',
      { eyeDistance: 12 },
      { yaw: 60 },
      'look-at-camera',
    ],
    [
      'is move-closer if it is far away and in the dark',
      { eyeDistance: 12, brightness: 30 },
      {},
      'move-closer',
    ],
  ])('the state of a face that is being looked at %s', (_, quality, pose, state) => {
    const [q, p] = [
      { ...good, ...quality },
      { ...front, ...pose },
    ];
    expect(faceState(openEvidence(), q, p, policy)).toBe(state);
    // A frame with a hint is not evidence: a known person far away must not become unknown.
    expect(evidenceQuality(q, p, policy)).toBe(state === 'looking' ? 0.8 : 0);
  });
});

describe('the state of a decided face', () => {
  it.each<FaceState>(['recognized', 'unknown', 'not-live'])(
    'the state of a decided face stays %s in a bad frame',
    (state) => {
      const evidence = { ...openEvidence(), state };
      expect(
        faceState(evidence, { ...good, brightness: 10, eyeDistance: 5 }, { ...front, yaw: 80 }, policy),
      ).toBe(state);
    },
  );
});
