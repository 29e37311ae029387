import { describe, expect, it } from 'vitest';
import { POSE_BINS } from '#protocol/face.ts';
import { RING_BINS, SEGMENT_ANGLE, headDirection, onCircle, segmentPath } from './ring-geometry.ts';

describe('the ring of poses', () => {
  it('the ring of poses has a segment for every bin but the front', () => {
    expect(new Set([...RING_BINS, 'front'])).toEqual(new Set(POSE_BINS));
  });

  it.each([
    { bin: 'left', side: 'x', sign: -1 },
    { bin: 'right', side: 'x', sign: 1 },
    { bin: 'up', side: 'y', sign: -1 },
    { bin: 'down', side: 'y', sign: 1 },
    { bin: 'up-left', side: 'x', sign: -1 },
    { bin: 'up-left', side: 'y', sign: -1 },
    { bin: 'down-right', side: 'x', sign: 1 },
    { bin: 'down-right', side: 'y', sign: 1 },
  ] as const)('the segment $bin lies at $sign on $side', ({ bin, side, sign }) => {
    expect(Math.sign(onCircle(100, SEGMENT_ANGLE[bin])[side])).toBe(sign);
  });

  it.each([
    { turned: 'to their own left', yaw: 25, pitch: 0, bin: 'left' },
    { turned: 'to their own right', yaw: -25, pitch: 0, bin: 'right' },
    { turned: 'up', yaw: 0, pitch: 18, bin: 'up' },
    { turned: 'down and right', yaw: -25, pitch: -18, bin: 'down-right' },
  ] as const)('a head turned $turned points at the segment $bin', ({ yaw, pitch, bin }) => {
    const head = headDirection({ yaw, pitch });
    const segment = onCircle(1, SEGMENT_ANGLE[bin]);
    expect(head.x * segment.x + head.y * segment.y).toBeGreaterThan(0.85);
  });

  it('the ring of poses never points beyond the ring, and straight on is its middle', () => {
    const far = headDirection({ yaw: 80, pitch: -70 });
    expect(Math.hypot(far.x, far.y)).toBeCloseTo(1);
    expect(headDirection({ yaw: 0, pitch: 0 })).toEqual({ x: 0, y: 0 });
  });

  it('draws a segment as one arc about its middle', () => {
    expect(segmentPath('up', 100)).toBe('M -31.73 -94.83 A 100 100 0 0 1 31.73 -94.83');
  });
});
