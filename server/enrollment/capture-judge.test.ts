import { describe, expect, it } from 'vitest';
import type { Capture, CapturedFace } from '../protocol/analyzer.ts';
import { POSE_BINS, type Box, type Pose, type Quality } from '../protocol/face.ts';
import type { EnrollmentInstruction } from '../protocol/results.ts';
import { instructionFor, judgeCapture } from './capture-judge.ts';
import { enrollmentPolicy } from './policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';

const { capture: rules, pose: poses } = enrollmentPolicy({
  thresholds,
  far: '1e-4',
  requiredBins: 3,
  timeout: 1,
});

interface Change {
  box?: Box;
  pose?: Partial<Pose>;
  quality?: Partial<Quality>;
  embedding?: null;
}

function face({ box = [0.35, 0.2, 0.3, 0.5], pose, quality, embedding }: Change = {}): CapturedFace {
  const p = [0.5, 0.5] as const;
  return {
    box,
    landmarks: [p, p, p, p, p],
    pose: { yaw: 0, pitch: 0, roll: 0, ...pose },
    quality: { eyeDistance: 70, sharpness: 90, brightness: 120, contrast: 40, score: 0.9, ...quality },
    ...(embedding === undefined && { embedding: new Float32Array(512) }),
  };
}

function judge(...faces: CapturedFace[]) {
  const capture: Capture = { cameraId: 'c', frame: 1, at: 1, width: 640, height: 480, faces };
  return judgeCapture(capture, rules, poses);
}

describe('a frame', () => {
  it.each<[name: string, faces: CapturedFace[], fault: EnrollmentInstruction | null]>([
    ['of a face seen well', [face()], null],
    ['of nobody', [], 'no-face'],
    ['of two people', [face(), face({ box: [0.7, 0.2, 0.2, 0.4] })], 'one-face-only'],
    ['with somebody far behind', [face(), face({ box: [0.8, 0.2, 0.09, 0.12] })], null],
    ['from too far', [face({ quality: { eyeDistance: 30 } })], 'come-closer'],
    [
      'of a turned head, whose eyes are close in the picture',
      [face({ pose: { yaw: 40 }, quality: { eyeDistance: 30 } })],
      null,
    ],
    ['from too near', [face({ box: [0.2, 0.05, 0.6, 0.9] })], 'move-back'],
    ['at the left edge', [face({ box: [0, 0.2, 0.3, 0.5] })], 'center-face'],
    ['at the bottom', [face({ box: [0.35, 0.6, 0.3, 0.4] })], 'center-face'],
    ['in the dark', [face({ quality: { brightness: 40 } })], 'too-dark'],
    ['in glaring light', [face({ quality: { brightness: 240 } })], 'too-bright'],
    ['smeared', [face({ quality: { sharpness: 12 } })], 'too-blurred'],
    ['in full profile', [face({ pose: { yaw: -60 } })], 'look-straight'],
    ['with a poor crop for another reason', [face({ quality: { score: 0.1 } })], 'hold-still'],
    ['without an embedding', [face({ embedding: null })], 'hold-still'],
    [
      'far off and dark: first things first',
      [face({ quality: { eyeDistance: 20, brightness: 20 } })],
      'come-closer',
    ],
  ])('%s', (_, faces, fault) => {
    expect(judge(...faces).fault).toBe(fault);
  });

  it('is of one face or of none to judge', () => {
    expect(judge(face(), face()).face).toBeNull();
    expect(judge(face({ quality: { eyeDistance: 20 } })).face).not.toBeNull();
  });
});

it('every bin has an instruction of its own', () => {
  expect(new Set(POSE_BINS.map(instructionFor)).size).toBe(POSE_BINS.length);
  expect(instructionFor('left')).toBe('turn-left');
});
