/** The parameters of a guided capture, each with its reason. */
import { thresholdAt } from '../vision/pack.ts';
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';
import { defaultChallengePolicy, defaultDepth, defaultLiveRule } from '../recognition/policy.ts';
import type { ChallengePolicy } from '../recognition/challenge.ts';
import type { ProofPolicy } from './proof.ts';

export interface EnrollmentPolicy {
  /** How many pose bins are needed besides the front. */
  requiredBins: number;
  /** Maximum duration of one guided capture, ms. */
  timeout: number;
  /** How many good captures fill a bin. Of more, the best are kept. */
  samplesPerBin: number;
  /** Minimum time between two captures; closer ones show practically the same picture, ms. */
  sampleSpacing: number;
  pose: PosePolicy;
  capture: CapturePolicy;
  /** A good frame whose similarity to the session's mean is below this disagrees with it. */
  changedBelow: number;
  /** After this many disagreeing frames in a row, the session starts over with the new face. */
  changedFrames: number;
  /** How long an instruction is shown at least, ms. */
  instructionHold: number;
  /** How long the frames must call for another instruction before it is shown, ms. */
  instructionDelay: number;
  /** After this time, a direction that the person does not reach is replaced by another, ms. */
  targetPatience: number;
  /** A save is refused from this similarity to another enrolled person. */
  duplicateThreshold: number;
  proof: ProofPolicy;
}

/** Of those who capture their own face. They hold a phone, and nobody explains what they did wrong. */
const ownChallenge: ChallengePolicy = {
  ...defaultChallengePolicy,
  // One of 34 series, and longer waits: more than at a door, because it is asked for once, and a wrong template stays.
  steps: 3,
  hold: [400, 1_800],
  timeLimit: 30_000,
  // Time to read that it was another movement. The number of tries is what bounds guesses.
  retryAfter: { first: 2_000, cap: 2_000 },
};

/** The most look-alikes recorded of one person, the most similar: a face that resembles more people was badly captured. */
export const MOST_LOOK_ALIKES = 8;

export interface PosePolicy {
  /** Where the ring begins horizontally, degrees from the neutral pose. The border of the ring is an ellipse. */
  yawReach: number;
  /** Where the ring begins vertically, degrees from the neutral pose. */
  pitchReach: number;
  /** Radius of the front, in units of the reach. Between it and 1, a face is in no bin. */
  frontRadius: number;
  /** How far past the border a face stays in its bin, in units of the reach. */
  radiusHysteresis: number;
  /** How far past the border of its sector a face stays in its bin, degrees. */
  sectorHysteresis: number;
  /** Time constant of the smoothing of yaw and pitch, ms. */
  smoothing: number;
  /** Largest yaw from straight ahead at which enough of the face is visible, degrees. */
  maxYaw: number;
  /** Largest pitch from straight ahead at which enough of the face is visible, degrees. */
  maxPitch: number;
  /** Number of steady frames that determine the neutral pose. */
  neutralFrames: number;
  /** How much these frames may differ, degrees. */
  neutralSpread: number;
  /** Largest yaw of the neutral pose, degrees. */
  neutralYaw: number;
  /** Largest pitch of the neutral pose, degrees. */
  neutralPitch: number;
}

export interface CapturePolicy {
  /** Smallest distance between the eyes, pixels of the frame. */
  minEyeDistance: number;
  /** Largest height of the face, as a fraction of the frame height. */
  maxHeight: number;
  /** Largest horizontal distance of the face from the center, as a fraction of the frame width. */
  maxOffsetX: number;
  /** Largest vertical distance of the face from the center, as a fraction of the frame height. */
  maxOffsetY: number;
  /** Smallest mean luma of the aligned crop, 0..255. */
  minBrightness: number;
  /** Largest mean luma of the aligned crop, 0..255. */
  maxBrightness: number;
  /** Smallest variance of the Laplacian of the aligned crop. */
  minSharpness: number;
  /** Smallest quality score, 0..1. */
  minQuality: number;
  /** A second face that is narrower than this fraction of the first is in the background and is ignored. */
  otherFace: number;
}

/**
 * @param thresholds cosine similarity at each false accept rate, from the pack's manifest
 * @param far the chosen false accept rate
 * @param requiredBins how many pose bins are needed besides the front, 0..8
 * @param timeout ms
 * @param asks whether people are asked for movements at all; if not, pictures are left to photo detection
 */
export function enrollmentPolicy({
  thresholds,
  far,
  requiredBins,
  timeout,
  asks,
}: {
  thresholds: Thresholds;
  far: FalseAcceptRate;
  requiredBins: number;
  timeout: number;
  asks: boolean;
}): EnrollmentPolicy {
  return {
    requiredBins,
    timeout,
    proof: {
      depth: asks ? defaultDepth : null,
      live: defaultLiveRule,
      challenge: asks ? ownChallenge : null,
      tries: 4,
    },
    // A head that turns slowly through a bin gives three frames at 5 frames per second; their mean evens out blinks.
    samplesPerBin: 3,
    sampleSpacing: 60,
    pose: {
      // Measured for people asked to turn "a little": yaw 16 to 21, pitch −23 to +18 from their own neutral pose.
      // The reach for pitch is shorter because pitch estimated from five landmarks is too small.
      yawReach: 14,
      pitchReach: 10,
      frontRadius: 0.65,
      radiusHysteresis: 0.15,
      sectorHysteresis: 6,
      // Jitter measures 1 to 2 degrees, and a turn takes about half a second.
      smoothing: 120,
      maxYaw: 50,
      maxPitch: 45,
      // Half a second of looking straight.
      neutralFrames: 5,
      neutralSpread: 6,
      // People who look straight ahead are within these limits. Nose length alone changes pitch by 15 degrees
      // (measured: −9 to +11).
      neutralYaw: 10,
      neutralPitch: 20,
    },
    capture: {
      // The distance between the eyes in the 112 × 112 crop of the recognizer.
      minEyeDistance: 36,
      maxHeight: 0.85,
      maxOffsetX: 0.25,
      maxOffsetY: 0.25,
      minBrightness: 50,
      maxBrightness: 225,
      // The VP8 stream of a webcam gives 50 to 130 if the head is still; below 20 it is smeared.
      minSharpness: 22,
      minQuality: 0.2,
      otherFace: 0.35,
    },
    // Measured similarity to the mean of the session: 0.65 and more for turned faces of the same person, at most 0.37
    // for others.
    changedBelow: thresholdAt(thresholds, far),
    changedFrames: 4,
    // Time to read the instruction, understand it and begin to move.
    instructionHold: 800,
    instructionDelay: 300,
    // Some people cannot look down far enough, for example with a stiff neck, and must not get stuck there.
    targetPatience: 6_000,
    // A strict threshold, because a gallery of hundreds is searched with ten templates: a false alarm interrupts the
    // operator, and real duplicates measure 0.8 and more.
    duplicateThreshold: Math.max(thresholdAt(thresholds, far), thresholds['1e-5']),
  };
}
