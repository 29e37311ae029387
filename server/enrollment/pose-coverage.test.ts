import { describe, expect, it } from 'vitest';
import type { PoseBin } from '../protocol/face.ts';
import { enrollmentPolicy } from './policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { binOf, emptyTrail, followPose, nearestBin, type PoseTrail } from './pose-coverage.ts';

const policy = enrollmentPolicy({
  thresholds,
  far: '1e-4',
  requiredBins: 3,
  timeout: 90_000,
  asks: false,
}).pose;

/** Plays frames at 10 per second: [yaw, pitch, number of frames]. */
function turn(poses: [yaw: number, pitch: number, frames: number][], from = emptyTrail()): PoseTrail {
  let trail = from;
  let at = (trail.smooth?.at ?? 900) + 100;
  for (const [yaw, pitch, frames] of poses) {
    for (let i = 0; i < frames; i++, at += 100) {
      trail = followPose(trail, { yaw, pitch, roll: 0 }, at, policy);
    }
  }
  return trail;
}

describe('binOf', () => {
  it.each<[x: number, y: number, last: PoseBin | null, bin: PoseBin | null]>([
    [0, 0, null, 'front'],
    [0.6, 0, null, 'front'],
    [0.7, 0, null, null],
    [1, 0, null, 'left'],
    [-1, 0, null, 'right'],
    [0, 1, null, 'up'],
    [0, -1, null, 'down'],
    [0.8, 0.8, null, 'up-left'],
    [-0.8, 0.8, null, 'up-right'],
    [0.8, -0.8, null, 'down-left'],
    [-0.8, -0.8, null, 'down-right'],
    [-3, 0.1, null, 'right'],
    // A bin is kept a little past its borders.
    [0.75, 0, 'front', 'front'],
    [0.85, 0, 'front', null],
    [0.9, 0, 'left', 'left'],
    [0.8, 0, 'left', null],
    [1, Math.tan((26 * Math.PI) / 180), 'left', 'left'],
    [1, Math.tan((26 * Math.PI) / 180), 'up', 'up-left'],
    [1, Math.tan((30 * Math.PI) / 180), 'left', 'up-left'],
    [-1, 0, 'left', 'right'],
    [-1, -0.05, 'right', 'right'],
  ])('the bin of (%d, %d) after %s is %s', (x, y, last, bin) => {
    expect(binOf({ x, y }, last, policy)).toBe(bin);
  });
});

describe('the bin of a head', () => {
  it.each<[name: string, neutral: [number, number], yaw: number, pitch: number, bin: PoseBin | null]>([
    ['is the front if it looks straight ahead', [0, 0], 0, 0, 'front'],
    ['is left if it turns to its own left', [0, 0], 20, 0, 'left'],
    ['is right if it turns to its own right', [0, 0], -20, 0, 'right'],
    ['is up if it looks up', [0, 0], 0, 15, 'up'],
    ['is down if it looks down', [0, 0], 0, -15, 'down'],
    ['is up-left if it turns up and left', [0, 0], 14, 10, 'up-left'],
    // For this person, the landmarks measure a raised head when the person looks straight ahead.
    ['is the front for a short nose', [0, 11], 0, 11, 'front'],
    ['is up for a short nose that looks up', [0, 11], 0, 26, 'up'],
    ['is down for a short nose that looks down', [0, 11], 0, -4, 'down'],
    ['is the front in front of a low camera', [3, -9], 3, -9, 'front'],
    ['is up in front of a low camera', [3, -9], 3, 4, 'up'],
  ])('the bin of a head %s', (_, [yaw0, pitch0], yaw, pitch, bin) => {
    const trail = turn([
      [yaw0, pitch0, 6],
      [yaw, pitch, 10],
    ]);
    expect(trail.bin).toBe(bin);
  });

  it('the bin of a head is unknown, like the neutral pose, if it never looks straight ahead', () => {
    expect(turn([[25, 0, 50]])).toMatchObject({ neutral: null, bin: null });
  });

  it('the bin of a head is unknown while it keeps moving, because there is no neutral pose', () => {
    const restless = Array.from({ length: 20 }, (_, i): [number, number, number] => [i % 2 ? 9 : -9, 0, 1]);
    expect(turn(restless).neutral).toBeNull();
  });

  it('the bin of a head stays the front when the person slumps: the neutral pose follows slowly, within its limits', () => {
    const slump = (pitch: number) =>
      turn([
        [0, 0, 6],
        [0, pitch, 400],
      ]).neutral!.pitch;
    expect(slump(-5)).toBeCloseTo(-5, 0);
    expect(
      turn([
        [0, 19, 6],
        [0, 24, 400],
      ]).neutral!.pitch,
    ).toBeLessThanOrEqual(policy.neutralPitch);
  });

  it('the bin of a head does not change if the pose jumps for one frame', () => {
    const trail = turn([
      [0, 0, 10],
      [15, 0, 1],
    ]);
    expect(trail.bin).toBe('front');
  });

  it('the bin of a head does not flicker if the pose trembles at a border', () => {
    let trail = turn([
      [0, 0, 6],
      [20, 0, 6],
    ]);
    let changes = 0;
    for (let i = 0; i < 60; i++) {
      const { bin } = trail;
      trail = turn([[16 + (i % 3), 6.5 + (i % 2 ? 1.5 : -1.5), 1]], trail);
      if (trail.bin !== bin) changes += 1;
    }
    expect(changes).toBeLessThanOrEqual(1);
  });
});

function from(yaw: number, pitch: number): PoseTrail {
  return turn([
    [0, 0, 6],
    [yaw, pitch, 10],
  ]);
}

describe('the bin to which a person is guided', () => {
  it.each<[name: string, trail: PoseTrail, missing: PoseBin[], bin: PoseBin | null]>([
    ['is null if no bin is missing', from(0, 0), [], null],
    ['is the front if it is missing', from(20, 0), ['front', 'left'], 'front'],
    ['is the front before the neutral pose is known', emptyTrail(), ['left'], 'front'],
    ['is the one to which the head is turned already', from(12, 0), ['left', 'right', 'up', 'down'], 'left'],
    ['is the neighbor of the current bin', from(20, 3), ['right', 'up', 'down'], 'up'],
    ['is a main direction rather than a diagonal', from(20, 0), ['up-left', 'right'], 'right'],
    ['is a diagonal if only diagonals are missing', from(20, 0), ['up-left', 'down-right'], 'up-left'],
  ])('the bin to which a person is guided %s', (_, trail, missing, bin) => {
    expect(nearestBin(trail, missing, policy)).toBe(bin);
  });
});
