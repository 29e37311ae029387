/** The numbers behind a guided capture, each with its reason. */
import { thresholdAt } from '../vision/pack.ts';
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';

export interface EnrollmentPolicy {
  /** Pose bins beside the front that suffice. */
  requiredBins: number;
  /** Time for one guided capture, ms. */
  timeout: number;
  /** Good captures that fill a bin; the best so many are kept. */
  samplesPerBin: number;
  /** Captures closer together than this are the same picture, ms. */
  sampleSpacing: number;
  pose: PosePolicy;
  capture: CapturePolicy;
  /** A good frame whose similarity to the session's mean is below this disagrees with it. */
  changedBelow: number;
  /** Frames in a row that disagree until the session starts over with the new face. */
  changedFrames: number;
  /** An instruction stays at least this long, ms, … */
  instructionHold: number;
  /** … and another must have been called for that long before it is shown, ms. */
  instructionDelay: number;
  /** A direction that is not reached in this time gives way to another one, ms. */
  targetPatience: number;
  /** A similarity to another enrolled person from which on a save is refused. */
  duplicateThreshold: number;
}

export interface PosePolicy {
  /** Degrees from the neutral pose at which the ring begins; between, the ellipse is in proportion. */
  yawReach: number;
  pitchReach: number;
  /** In units of the reach: inside is the front. Between this and 1 a face is on its way, in no bin. */
  frontRadius: number;
  /** A face stays in its bin until it is this far past the border: in units of the reach, and in degrees of sector. */
  radiusHysteresis: number;
  sectorHysteresis: number;
  /** Time constant of the smoothing of yaw and pitch, ms. */
  smoothing: number;
  /** Beyond this a turned head shows too little of the face, degrees from straight ahead. */
  maxYaw: number;
  maxPitch: number;
  /** Steady frames that give the neutral pose, and how much they may differ, degrees. */
  neutralFrames: number;
  neutralSpread: number;
  /** How far a person's neutral pose may be from 0, degrees. */
  neutralYaw: number;
  neutralPitch: number;
}

export interface CapturePolicy {
  /** Inter-eye distance, pixels of the frame. */
  minEyeDistance: number;
  /** Height of the face in fractions of the frame. */
  maxHeight: number;
  /** How far the middle of the face may be from that of the frame, in fractions of the frame. */
  maxOffsetX: number;
  maxOffsetY: number;
  /** Mean luma of the aligned crop, 0..255. */
  minBrightness: number;
  maxBrightness: number;
  /** Variance of the Laplacian of the aligned crop. */
  minSharpness: number;
  /** Quality score, 0..1. */
  minQuality: number;
  /** A second face narrower than this fraction of the first stands in the background. */
  otherFace: number;
}

/**
 * @param thresholds cosine similarity at each false accept rate, from the pack's manifest
 * @param far the rate that is chosen
 * @param requiredBins bins beside the front that suffice, 0..8
 * @param timeout ms
 */
export function enrollmentPolicy({
  thresholds,
  far,
  requiredBins,
  timeout,
}: {
  thresholds: Thresholds;
  far: FalseAcceptRate;
  requiredBins: number;
  timeout: number;
}): EnrollmentPolicy {
  return {
    requiredBins,
    timeout,
    // A head that turns slowly through a bin gives three frames at five a second; their mean evens out blinks.
    samplesPerBin: 3,
    sampleSpacing: 60,
    pose: {
      // Seen of people told to turn "a little": yaw 16 to 21, pitch −23 to +18 from their own neutral pose.
      // Pitch is estimated too small from five landmarks, hence the shorter reach.
      yawReach: 14,
      pitchReach: 10,
      frontRadius: 0.65,
      radiusHysteresis: 0.15,
      sectorHysteresis: 6,
      // Jitter is 1 to 2 degrees; a turn takes about half a second.
      smoothing: 120,
      maxYaw: 50,
      maxPitch: 45,
      // Half a second of looking straight.
      neutralFrames: 5,
      neutralSpread: 6,
      // People look straight ahead to within this; nose length alone moves pitch by 15 degrees (seen: −9 to +11).
      neutralYaw: 10,
      neutralPitch: 20,
    },
    capture: {
      // As many pixels as the recognizer's own 112 × 112 crop has between the eyes.
      minEyeDistance: 36,
      maxHeight: 0.85,
      maxOffsetX: 0.25,
      maxOffsetY: 0.25,
      minBrightness: 50,
      maxBrightness: 225,
      // A webcam's VP8 stream gives 50 to 130 with the head held still, below 20 it is smeared.
      minSharpness: 22,
      minQuality: 0.2,
      otherFace: 0.35,
    },
    // Turned faces of one person measured 0.65 and more to the mean of their session, others at most 0.37.
    changedBelow: thresholdAt(thresholds, far),
    changedFrames: 4,
    // Read, understand, begin to move.
    instructionHold: 800,
    instructionDelay: 300,
    // Looking down far enough is hard with stiff glasses or a stiff neck: no reason to be stuck there.
    targetPatience: 6_000,
    // The strictest the pack has, since a gallery of hundreds is searched with ten templates: a false alarm stops
    // an operator, and a real duplicate is at 0.8 and more.
    duplicateThreshold: Math.max(thresholdAt(thresholds, far), thresholds['1e-5']),
  };
}
