/** Decides whether a frame of an enrollment can be used, and otherwise what to tell the person. */
import type { Capture, CapturedFace } from '../protocol/analyzer.ts';
import type { PoseBin } from '../protocol/face.ts';
import type { EnrollmentInstruction } from '../protocol/results.ts';
import type { CapturePolicy, PosePolicy } from './policy.ts';

/** The face of a frame, if there is exactly one, and the reason why the frame cannot be used. */
export interface CaptureVerdict {
  face: CapturedFace | null;
  /** Null if the picture is good enough. */
  fault: EnrollmentInstruction | null;
}

/**
 * Judges only the picture; the session checks whom it shows and where they look. If there are several faults, returns the
 * one that hides the others.
 */
export function judgeCapture(capture: Capture, policy: CapturePolicy, pose: PosePolicy): CaptureVerdict {
  const [face, ...others] = capture.faces;
  if (!face) return { face: null, fault: 'no-face' };
  if (others.some((other) => other.box[2] >= policy.otherFace * face.box[2])) {
    return { face: null, fault: 'one-face-only' };
  }
  return { face, fault: faultOf(face, policy, pose) };
}

function faultOf(
  { box: [x, y, width, height], pose: head, quality, embedding }: CapturedFace,
  policy: CapturePolicy,
  pose: PosePolicy,
): EnrollmentInstruction | null {
  // In a turned head the eyes appear closer together, so the distance is corrected by the yaw.
  const eyes = quality.eyeDistance / Math.max(0.5, Math.cos((head.yaw * Math.PI) / 180));
  if (eyes < policy.minEyeDistance) return 'come-closer';
  if (height > policy.maxHeight || width > 1) return 'move-back';
  const offCenter =
    Math.abs(x + width / 2 - 0.5) > policy.maxOffsetX || Math.abs(y + height / 2 - 0.5) > policy.maxOffsetY;
  if (offCenter) return 'center-face';
  if (quality.brightness < policy.minBrightness) return 'too-dark';
  if (quality.brightness > policy.maxBrightness) return 'too-bright';
  if (Math.abs(head.yaw) > pose.maxYaw || Math.abs(head.pitch) > pose.maxPitch) return 'look-straight';
  if (quality.sharpness < policy.minSharpness) return 'too-blurred';
  // The remaining reason for a low score is a poor fit of the landmarks: a hand in front of the face, or a moving head.
  if (quality.score < policy.minQuality || !embedding) return 'hold-still';
  return null;
}

const TOWARD: Record<PoseBin, EnrollmentInstruction> = {
  front: 'look-straight',
  left: 'turn-left',
  right: 'turn-right',
  up: 'look-up',
  down: 'look-down',
  'up-left': 'turn-up-left',
  'up-right': 'turn-up-right',
  'down-left': 'turn-down-left',
  'down-right': 'turn-down-right',
};

/** The instruction that guides a person to a bin. */
export function instructionFor(bin: PoseBin): EnrollmentInstruction {
  return TOWARD[bin];
}
