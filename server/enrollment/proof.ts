/**
 * What shows that a capture is of a person who is there, and not of a picture or a film of one. Pure.
 *
 * - Depth over the whole turn (`depth.ts`): a print does not show it, however it is turned.
 * - The passive check of the front, where photo detection is installed: most screens do not pass it.
 * - A few movements at the end, which are drawn for each try (`challenge.ts`), of those who capture their own face with nobody
 *   beside them: a film of another draw makes others.
 */
import type { CapturedFace } from '../protocol/analyzer.ts';
import type { CaptureDoubt, EnrollmentInstruction } from '../protocol/results.ts';
import {
  answer,
  type Challenge,
  type ChallengePolicy,
  drawChallenge,
  instruction,
  retryAt,
} from '../recognition/challenge.ts';
import { addLook, judgeLiveness, openLiveness } from '../recognition/liveness.ts';
import type { LivenessEvidence, LiveRule } from '../recognition/types.ts';
import { addView, type DepthEvidence, depthOf, openDepth } from '../vision/depth.ts';
import { nosePlace } from '../vision/nose-place.ts';

export interface ProofPolicy {
  /** `depthOf` over the whole turn must reach this. Null: depth is not looked for. */
  depth: number | null;
  live: LiveRule;
  /** What those must do who capture their own face. Null: nothing. */
  challenge: ChallengePolicy | null;
  /** After so many failed tries, staff must enroll the person. */
  tries: number;
}

/** Plain data. */
export interface Proof {
  /** The person captures their own face. */
  isOwn: boolean;
  depth: DepthEvidence;
  /** Whether that has been enough. A later frame does not take it back. */
  hasDepth: boolean;
  liveness: LivenessEvidence;
  /** Null until everything else is there. */
  challenge: Challenge | null;
  /** Tries of the challenge that failed, those of earlier captures by the same invitation included. */
  failures: number;
}

/** A frame of the face that is captured. */
export interface ProofFrame {
  /** Epoch ms. */
  at: number;
  face: CapturedFace;
  /** Size of the frame, pixels. */
  width: number;
  height: number;
  /** Whether the face is the one that was captured before; null if this frame was not good enough to compare it. */
  same: true | null;
}

export function openProof({
  isOwn = false,
  failures = 0,
}: { isOwn?: boolean; failures?: number } = {}): Proof {
  return {
    isOwn,
    depth: openDepth(),
    hasDepth: false,
    liveness: openLiveness(),
    challenge: null,
    failures,
  };
}

/** The same of somebody else's face, or from the beginning. Failed tries stay failed. */
export function reopenProof({ isOwn, failures }: Proof): Proof {
  return openProof({ isOwn, failures });
}

/** Adds what a good frame of the same person shows. @param isFront the face is turned to the camera */
export function addToProof(
  proof: Proof,
  { points, live }: CapturedFace,
  { at, isFront }: { at: number; isFront: boolean },
  policy: ProofPolicy,
): Proof {
  // The nets have learned faces from the front.
  const liveness =
    isFront && live !== undefined ? addLook(proof.liveness, { at, live, planar: null }) : proof.liveness;
  if (proof.hasDepth || policy.depth === null || !points) return { ...proof, liveness };
  const depth = addView(proof.depth, { landmarks: points });
  return { ...proof, liveness, depth, hasDepth: depthOf(depth) >= policy.depth };
}

/** What is missing until the capture counts as one of a person; null if nothing is. */
export function doubtOf(proof: Proof, policy: ProofPolicy): CaptureDoubt | null {
  if (judgeLiveness(proof.liveness, policy).verdict === 'not-live') return 'picture';
  if (policy.depth !== null && !proof.hasDepth) return 'flat';
  return proof.isOwn && policy.challenge && proof.challenge?.state !== 'completed' ? 'unmoved' : null;
}

/** Whether there were too many failed tries of the challenge. */
export function isExhausted(
  { isOwn, failures }: Pick<Proof, 'isOwn' | 'failures'>,
  { tries }: ProofPolicy,
): boolean {
  return isOwn && failures >= tries;
}

/**
 * Shows a frame to the challenge, and draws one where there is none or the last one failed. Call it while the movements are
 * what is missing, also with frames that are too poor to be captured: a face that moves is blurred.
 * @param random returns an integer from 0 to n − 1 from a cryptographic source
 */
export function moved(
  proof: Proof,
  { at, face, width, height, same }: ProofFrame,
  rule: ChallengePolicy,
  random: (n: number) => number,
): Proof {
  const draw = (failures: number) => drawChallenge(at, { random, eyes: false, failures }, rule);
  const before = proof.challenge ?? draw(0);
  if (before.state === 'failed') {
    const isTime = at >= retryAt(before, rule);
    return { ...proof, challenge: isTime ? draw(before.failures + 1) : before };
  }
  const landmarks = Float32Array.from(face.landmarks.flatMap(([x, y]) => [x * width, y * height]));
  const sample = { at, pose: face.pose, nose: nosePlace(landmarks), eyes: null, same, doubtful: false };
  const challenge = answer(before, sample, rule);
  const failed = challenge.state === 'failed' ? 1 : 0;
  return { ...proof, challenge, failures: proof.failures + failed };
}

/** What the person should do now; between two tries, look straight. */
export function movementOf(challenge: Challenge): EnrollmentInstruction {
  const now = challenge.state === 'running' ? instruction(challenge) : 'look-straight';
  // Never drawn here: a capture does not measure the eyes.
  return now === 'close-eyes' ? 'look-straight' : now;
}
