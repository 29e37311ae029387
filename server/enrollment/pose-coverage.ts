/** Determines to which part of the ring a face is turned. Left and right are those of the person, as in `Pose`. */
import { POSE_BINS, type Pose, type PoseBin } from '../protocol/face.ts';
import type { PosePolicy } from './policy.ts';

/** The bins of the ring, counter-clockwise in the plane (yaw to the person's left, pitch up), beginning at the left. */
const RING = ['left', 'up-left', 'up', 'up-right', 'right', 'down-right', 'down', 'down-left'] as const;
const SECTOR = 360 / RING.length;
/** How fast the neutral pose follows a face that looks straight ahead, as a fraction of the difference per frame. */
const NEUTRAL_DRIFT = 0.03;

/** The head pose over the frames of a session. */
export interface PoseTrail {
  /** Smoothed, degrees; null before the first frame. */
  smooth: { yaw: number; pitch: number; at: number } | null;
  /** The measured pose when this person looks straight ahead, degrees; null until it is known. */
  neutral: { yaw: number; pitch: number } | null;
  /** Recent poses, until `neutral` is known. */
  settling: { yaw: number; pitch: number }[];
  /** The bin of the last frame, null between bins. */
  bin: PoseBin | null;
}

export function emptyTrail(): PoseTrail {
  return { smooth: null, neutral: null, settling: [], bin: null };
}

/**
 * Adds one frame. Pure.
 *
 * Pitch estimated from five landmarks has a different offset for every person, because nose length and camera height have
 * the same effect as nodding. So a session first learns the neutral pose from a few steady frames near the front, and
 * measures turns relative to it.
 */
export function followPose(trail: PoseTrail, pose: Pose, at: number, policy: PosePolicy): PoseTrail {
  const before = trail.smooth;
  // After a gap of more than a few time constants, the gain is nearly 1 and the old pose is ignored.
  const gain = before ? 1 - Math.exp(-Math.max(0, at - before.at) / policy.smoothing) : 1;
  const smooth = {
    yaw: (before?.yaw ?? pose.yaw) + gain * (pose.yaw - (before?.yaw ?? pose.yaw)),
    pitch: (before?.pitch ?? pose.pitch) + gain * (pose.pitch - (before?.pitch ?? pose.pitch)),
    at,
  };
  if (!trail.neutral) {
    const settling = settle(trail.settling, pose, policy);
    if (settling.length < policy.neutralFrames) return { ...trail, smooth, settling, bin: null };
    const neutral = { yaw: mean(settling.map((p) => p.yaw)), pitch: mean(settling.map((p) => p.pitch)) };
    return { smooth, neutral, settling: [], bin: 'front' };
  }
  const bin = binOf(offset(smooth, trail.neutral, policy), trail.bin, policy);
  const neutral = bin === 'front' ? drift(trail.neutral, smooth, policy) : trail.neutral;
  return { smooth, neutral, settling: [], bin };
}

/** The offset from the neutral pose, in units of the reach: x to the person's left, y up. */
function offset(
  pose: { yaw: number; pitch: number },
  neutral: { yaw: number; pitch: number },
  policy: PosePolicy,
): { x: number; y: number } {
  return {
    x: (pose.yaw - neutral.yaw) / policy.yawReach,
    y: (pose.pitch - neutral.pitch) / policy.pitchReach,
  };
}

/** The bin of an offset. The bin `last` is kept a little past its borders, so that jitter at a border has no effect. */
export function binOf(
  { x, y }: { x: number; y: number },
  last: PoseBin | null,
  policy: PosePolicy,
): PoseBin | null {
  const radius = Math.hypot(x, y);
  const hold = policy.radiusHysteresis;
  if (radius < policy.frontRadius + (last === 'front' ? hold : 0)) return 'front';
  const inRing = last !== null && last !== 'front';
  if (radius < 1 - (inRing ? hold : 0)) return null;
  const angle = (Math.atan2(y, x) * 180) / Math.PI;
  if (inRing && apart(angle, angleOf(last)) <= SECTOR / 2 + policy.sectorHysteresis) return last;
  return RING[Math.round((angle + 360) / SECTOR) % RING.length]!;
}

/**
 * The bin among `missing` to which the person should be guided: the front first, then the four main directions, then the
 * diagonals; within each group, the smallest turn first. Null if none is missing.
 */
export function nearestBin(
  trail: PoseTrail,
  missing: readonly PoseBin[],
  policy: PosePolicy,
): PoseBin | null {
  if (missing.length === 0) return null;
  if (missing.includes('front') || !trail.neutral || !trail.smooth) return 'front';
  const from = offset(trail.smooth, trail.neutral, policy);
  const distance = (bin: PoseBin) => {
    const angle = (angleOf(bin) * Math.PI) / 180;
    return Math.hypot(Math.cos(angle) - from.x, Math.sin(angle) - from.y);
  };
  const plain = missing.filter((bin) => !bin.includes('-'));
  const choice = plain.length > 0 ? plain : missing;
  // If two are equally near, the order of POSE_BINS decides.
  return POSE_BINS.filter((bin) => choice.includes(bin)).reduce((best, bin) =>
    distance(bin) < distance(best) - 1e-9 ? bin : best,
  );
}

/** Collects frames that are near the front and similar to each other. A frame that differs starts a new collection. */
function settle(
  frames: readonly { yaw: number; pitch: number }[],
  { yaw, pitch }: Pose,
  policy: PosePolicy,
): { yaw: number; pitch: number }[] {
  if (Math.abs(yaw) > policy.neutralYaw || Math.abs(pitch) > policy.neutralPitch) return [];
  const alike = frames.every(
    (p) => Math.abs(p.yaw - yaw) <= policy.neutralSpread && Math.abs(p.pitch - pitch) <= policy.neutralSpread,
  );
  return alike ? [...frames, { yaw, pitch }] : [{ yaw, pitch }];
}

function drift(
  neutral: { yaw: number; pitch: number },
  pose: { yaw: number; pitch: number },
  policy: PosePolicy,
): { yaw: number; pitch: number } {
  return {
    yaw: within(neutral.yaw + NEUTRAL_DRIFT * (pose.yaw - neutral.yaw), policy.neutralYaw),
    pitch: within(neutral.pitch + NEUTRAL_DRIFT * (pose.pitch - neutral.pitch), policy.neutralPitch),
  };
}

function within(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}

function angleOf(bin: PoseBin): number {
  return RING.indexOf(bin as (typeof RING)[number]) * SECTOR;
}

/** The angle between two directions, 0..180 degrees. */
function apart(a: number, b: number): number {
  const difference = Math.abs(a - b) % 360;
  return Math.min(difference, 360 - difference);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
