import { describe, expect, it } from 'vitest';
import { estimatePose } from './pose.ts';

/**
 * A face as measured on people (shape from motion over photographs), in eye distances: x right, y down, z to
 * the camera. Not the model that the estimate uses, which is tuned for real landmarks and their errors.
 */
const HEAD = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.59, 0.49],
  [-0.41, 1.15, 0.06],
  [0.41, 1.15, 0.06],
] as const;

/** The landmarks of that face at a pose in degrees, somewhere in a picture. */
function seen(yaw: number, pitch: number, roll: number, scale = 60): Float32Array {
  const [a, b, c] = [yaw, pitch, roll].map((v) => (v * Math.PI) / 180) as [number, number, number];
  return Float32Array.from(
    HEAD.flatMap(([x, y, z]) => {
      const px = x * Math.cos(a) + z * Math.sin(a);
      const py = y * Math.cos(b) - (z * Math.cos(a) - x * Math.sin(a)) * Math.sin(b);
      return [px * Math.cos(c) - py * Math.sin(c), px * Math.sin(c) + py * Math.cos(c)];
    }),
    (v, i) => 300 + (i % 2) * 40 + scale * v,
  );
}

describe('estimatePose', () => {
  const zero = estimatePose(seen(0, 0, 0)).pose;

  it('estimatePose finds a face that looks into the camera frontal, as far as five points can tell', () => {
    expect(Math.abs(zero.yaw)).toBeLessThan(1);
    expect(Math.abs(zero.pitch)).toBeLessThan(8);
    expect(Math.abs(zero.roll)).toBeLessThan(1);
  });

  it.each([
    [15, 0, 0],
    [30, 0, 0],
    [-15, 0, 0],
    [-30, 0, 0],
    [0, 15, 0],
    [0, -15, 0],
    [0, 0, 30],
    [0, 0, -80],
    [25, 10, -20],
    [-30, -10, 15],
  ])('estimatePose follows a turn to yaw %i, pitch %i, roll %i', (yaw, pitch, roll) => {
    const { pose } = estimatePose(seen(yaw, pitch, roll));
    expect(Math.abs(pose.yaw - yaw)).toBeLessThan(2 + Math.abs(yaw) * 0.25);
    expect(Math.abs(pose.pitch - zero.pitch - pitch)).toBeLessThan(5 + Math.abs(pitch) * 0.35);
    expect(Math.abs(pose.roll - roll)).toBeLessThan(5);
  });

  it('the pose has positive yaw when the nose moves right in the image, and positive pitch when it moves up', () => {
    const front = seen(0, 0, 0);
    const moved = (dx: number, dy: number) => front.map((v, i) => (i === 4 ? v + dx : i === 5 ? v + dy : v));
    expect(estimatePose(moved(12, 0)).pose.yaw).toBeGreaterThan(10);
    expect(estimatePose(moved(-12, 0)).pose.yaw).toBeLessThan(-10);
    expect(estimatePose(moved(0, -8)).pose.pitch).toBeGreaterThan(zero.pitch + 8);
    expect(estimatePose(moved(0, 8)).pose.pitch).toBeLessThan(zero.pitch - 8);
  });

  it('the pose has positive roll when the eye on the right is the lower one', () => {
    const { pose } = estimatePose(seen(0, 0, 0).map((v, i) => (i === 3 ? v + 20 : v)));
    expect(pose.roll).toBeGreaterThan(5);
  });

  it('estimatePose does not depend on place or size of the face', () => {
    const a = estimatePose(seen(18, 7, 12, 20)).pose;
    const b = estimatePose(seen(18, 7, 12, 400).map((v) => v - 900)).pose;
    expect(a.yaw).toBeCloseTo(b.yaw, 1);
    expect(a.pitch).toBeCloseTo(b.pitch, 1);
    expect(a.roll).toBeCloseTo(b.roll, 1);
  });

  it('estimatePose does not take a wider smile for a turned head', () => {
    const front = seen(0, 0, 0);
    const smile = front.map((v, i) => (i === 6 ? v - 10 : i === 8 ? v + 10 : v));
    expect(estimatePose(smile).pose.yaw).toBeCloseTo(estimatePose(front).pose.yaw, 1);
  });

  it('estimatePose reports a large misfit for landmarks that are not a face, and a small one for a turned face', () => {
    expect(estimatePose(seen(30, 10, 20)).misfit).toBeLessThan(0.1);
    const front = seen(0, 0, 0);
    const swapped = front.slice();
    swapped.set(front.subarray(4, 6), 0);
    swapped.set(front.subarray(0, 2), 4);
    expect(estimatePose(swapped).misfit).toBeGreaterThan(0.2);
  });

  it('the pose is finite for landmarks in one place', () => {
    const { pose, misfit } = estimatePose(new Float32Array(10).fill(50));
    for (const v of [pose.yaw, pose.pitch, pose.roll, misfit]) expect(Number.isFinite(v)).toBe(true);
  });
});
