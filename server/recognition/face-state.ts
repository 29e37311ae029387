/** What a station shows of a face, and whether one of its frames can be evidence. */
import type { Pose, Quality } from '../protocol/face.ts';
import type { FaceState } from '../protocol/results.ts';
import type { Evidence, EvidencePolicy } from './types.ts';

/**
 * The state of one face in one frame. A verdict stands whatever this frame looks like. While the face is still being
 * looked at, the state is the hint that would help most.
 */
export function faceState(
  evidence: Evidence,
  quality: Quality,
  pose: Pose,
  policy: EvidencePolicy,
): FaceState {
  if (evidence.state !== 'looking') return evidence.state;
  return hindrance(quality, pose, policy) ?? 'looking';
}

/**
 * The quality to pass to `chooseForEmbedding` and `weigh`, 0..1: the quality of the crop, or 0 if the face is too far,
 * too turned or too dark. Such a frame would match nobody, and must not make a known person unknown.
 */
export function evidenceQuality(quality: Quality, pose: Pose, policy: EvidencePolicy): number {
  return hindrance(quality, pose, policy) === null ? quality.score : 0;
}

/** What keeps a face from being compared; null where nothing does. */
export function hindrance(quality: Quality, pose: Pose, policy: EvidencePolicy): FaceState | null {
  const { face } = policy;
  // The angle first: the eyes of a turned face are also close together.
  if (Math.abs(pose.yaw) > face.maxYaw || Math.abs(pose.pitch) > face.maxPitch) return 'look-at-camera';
  if (quality.eyeDistance < face.minEyeDistance) return 'move-closer';
  if (quality.brightness < face.minBrightness) return 'too-dark';
  return null;
}
