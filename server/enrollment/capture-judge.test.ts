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
  asks: false,
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
    ['of a clearly visible face is used', [face()], null],
    ['without a face is not used', [], 'no-face'],
    ['of two people is not used', [face(), face({ box: [0.7, 0.2, 0.2, 0.4] })], 'one-face-only'],
    [
      'with another person far in the background is used',
      [face(), face({ box: [0.8, 0.2, 0.09, 0.12] })],
      null,
    ],
    [
      'from too far away asks the person to come closer',
      [face({ quality: { eyeDistance: 30 } })],
      'come-closer',
    ],
    [
      'of a turned head, whose eyes appear closer together, is used',
      [face({ pose: { yaw: 40 }, quality: { eyeDistance: 30 } })],
      null,
    ],
    ['from too near asks the person to move back', [face({ box: [0.2, 0.05, 0.6, 0.9] })], 'move-back'],
    ['with the face at the left edge asks to center it', [face({ box: [0, 0.2, 0.3, 0.5] })], 'center-face'],
    ['with the face at the bottom asks to center it', [face({ box: [0.35, 0.6, 0.3, 0.4] })], 'center-face'],
    ['in the dark is not used', [face({ quality: { brightness: 40 } })], 'too-dark'],
    ['in glaring light is not used', [face({ quality: { brightness: 240 } })], 'too-bright'],
    ['that is smeared is not used', [face({ quality: { sharpness: 12 } })], 'too-blurred'],
    [
      'in full profile asks the person to look straight ahead',
      [face({ pose: { yaw: -60 } })],
      'look-straight',
    ],
    ['of poor quality for another reason is not used', [face({ quality: { score: 0.1 } })], 'hold-still'],
    ['without an embedding is not used', [face({ embedding: null })], 'hold-still'],
    [
      'that is too far away and dark asks the person to come closer first',
      [face({ quality: { eyeDistance: 20, brightness: 20 } })],
      'come-closer',
    ],
  ])('a frame %s', (_, faces, fault) => {
    expect(judge(...faces).fault).toBe(fault);
  });

  it('a frame with two equally large faces is judged without a face', () => {
    expect(judge(face(), face()).face).toBeNull();
    expect(judge(face({ quality: { eyeDistance: 20 } })).face).not.toBeNull();
  });
});

it('each pose bin has an instruction of its own', () => {
  expect(new Set(POSE_BINS.map(instructionFor)).size).toBe(POSE_BINS.length);
  expect(instructionFor('left')).toBe('turn-left');
});
