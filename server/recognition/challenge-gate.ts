/**
 * Holds a sighting back until an active challenge is completed. Pure.
 *
 * Evidence decides who the face is. If liveness is not certain enough for the policy, the sighting waits here while the
 * face is challenged. A completed challenge releases the sighting; a failed one keeps it for another try later. If the
 * evidence withdraws the recognition (the face is another one, or a picture after all), the sighting is dropped.
 */
import type { Match } from '../protocol/analyzer.ts';
import type { ChallengeProgress, FaceState } from '../protocol/results.ts';
import type { Pose } from '../protocol/face.ts';
import { nosePlace } from '../vision/nose-place.ts';
import { answer, drawChallenge, facesCamera, instruction, remaining, retryAt } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { depthOf } from '../vision/depth.ts';
import { forgotten, livenessOf } from './evidence.ts';
import { judgeLiveness } from './liveness.ts';
import { isAbout, subjectIn, subjectOf } from './look-alike-evidence.ts';
import type { EvidencePolicy, EvidenceSighting, Gate, Track } from './types.ts';

/**
 * A mask moves as it is asked to, with the head that wears it, and its eyes are behind its paper. So a turn is enough only if it
 * has shown some depth; else another one is asked for, at most so many.
 */
const MOST_TURNS = 3;

export interface GatedFrame {
  /** Epoch ms. */
  at: number;
  pose: Pose;
  /** The people most similar to the face in this frame, most similar first; null if it was not compared. */
  matches: readonly Match[] | null;
  /** The sighting that weighing this frame resulted in. */
  sighting: EvidenceSighting | null;
  /** The challenge this subject failed earlier at this camera, on another track. */
  failed?: Challenge | undefined;
}

/**
 * Processes one frame of a track after its evidence was weighed.
 * @param random returns an integer from 0 to n − 1 from a cryptographic source
 * @returns the track with its gate, and the sighting to release now
 */
export function applyGate(
  before: Track,
  frame: GatedFrame,
  policy: EvidencePolicy,
  random: (n: number) => number,
): { track: Track; sighting: EvidenceSighting | null } {
  const track = inForce(before);
  const { gate } = track;
  const { at, sighting } = frame;
  const draw = (failures: number, isForDepth = false) => {
    const { challengePolicy: rule } = policy;
    const drawn = { random, eyes: track.face.eyes !== undefined, failures };
    return drawChallenge(at, drawn, isForDepth ? { ...rule, steps: 1 } : rule);
  };
  const again = (failed: Challenge, isForDepth?: boolean) =>
    at < retryAt(failed, policy.challengePolicy) ? failed : draw(failed.failures + 1, isForDepth);
  if (sighting) {
    const missing = missingFor(track, sighting, policy);
    if (!missing) return { track: without(track), sighting };
    const isForDepth = missing === 'depth';
    // Who is asked for depth may be the person whose picture was held up before: only the first wait is left of that.
    const failed = frame.failed && isForDepth ? { ...frame.failed, failures: 0 } : frame.failed;
    const challenge = failed ? again(failed, isForDepth) : draw(0, isForDepth);
    const waiting = { sighting, challenge, ...(isForDepth && { isForDepth }) };
    return { track: { ...track, gate: waiting }, sighting: null };
  }
  if (!gate) return { track, sighting: null };
  if (gate.challenge.state === 'failed') {
    const challenge = again(gate.challenge, gate.isForDepth);
    return { track: { ...track, gate: { ...gate, challenge, turns: 0 } }, sighting: null };
  }
  if (isSettledByDepth(track, policy)) return released(track, gate);
  const sample = {
    at,
    pose: frame.pose,
    nose: nosePlace(track.face.landmarks),
    eyes: track.face.eyes ?? null,
    same: isSame(gate, frame, policy),
    doubtful: track.doubt === at,
  };
  const challenge = answer(gate.challenge, sample, policy.challengePolicy);
  if (challenge.state !== 'completed') {
    const compared = frame.matches && { compared: at };
    return { track: { ...track, gate: { ...gate, challenge, ...compared } }, sighting: null };
  }
  if (gate.isForDepth && !provesDepth(track, gate.sighting, policy.depthAfterTurn)) {
    const turns = (gate.turns ?? 0) + 1;
    const next: Challenge =
      turns < MOST_TURNS
        ? otherWay(draw(challenge.failures, true), challenge)
        : { ...challenge, state: 'failed', fault: 'flat' };
    return { track: { ...track, gate: { ...gate, challenge: next, turns } }, sighting: null };
  }
  return released(track, gate);
}

/** To the other side than the last turn: both sides together show depth much better than one side twice. */
function otherWay(drawn: Challenge, last: Challenge): Challenge {
  const act = last.steps[0]?.act === 'turn-left' ? 'turn-right' : 'turn-left';
  return { ...drawn, steps: drawn.steps.map((step) => ({ ...step, act })) };
}

function released(track: Track, { sighting }: Gate): { track: Track; sighting: EvidenceSighting } {
  return { track: { ...without(track), cleared: subjectOf(sighting) }, sighting };
}

/**
 * Whether a sighting that waits for a proof of depth need not wait any longer, although the movement that was asked for is not
 * complete. Not in a frame that may be of another face.
 */
export function isSettledByDepth(track: Track, policy: EvidencePolicy): boolean {
  const { gate, doubt, at } = track;
  if (!gate?.isForDepth || gate.challenge.state !== 'running' || doubt === at) return false;
  return provesDepth(track, gate.sighting, policy.depth);
}

/** Whether the movement of this person's face, and of nobody else's, has proved depth. */
function provesDepth({ depth }: Track, sighting: EvidenceSighting, needed: number): boolean {
  return depth?.of != null && isAbout(sighting, depth.of) && depthOf(depth) >= needed;
}

/** True or null, never false: a face that does not match may just be turned too far, which is not a failure. */
function isSame({ sighting }: Gate, { matches }: GatedFrame, { holdThreshold }: EvidencePolicy): true | null {
  const best = matches?.[0];
  return best && isAbout(sighting, best.personId) && best.similarity >= holdThreshold ? true : null;
}

/**
 * Whether a face that is turned away because the challenge asked for it still has to be compared. The comparison is not
 * evidence of who it is; it shows that the movement is made by the recognized person.
 */
export function needsComparison({ gate }: Track): boolean {
  if (gate?.challenge.state !== 'running') return false;
  return gate.challenge.phase === 'act' && !gate.challenge.same;
}

/**
 * Whether a frame of this track may be used as evidence of who it is. Not while the head is turned away because the
 * challenge asked for it: the real person matches badly then and would be taken for another one.
 */
export function isComparable({ gate }: Track, pose: Pose, { challengePolicy }: EvidencePolicy): boolean {
  if (gate?.challenge.state !== 'running') return true;
  const { front } = gate.challenge;
  if (!front) return facesCamera(pose, challengePolicy);
  const { back } = challengePolicy;
  return Math.abs(pose.yaw - front.yaw) <= back && Math.abs(pose.pitch - front.pitch) <= back;
}

/** What the station shows of a face behind its gate; null if there is no gate. */
export function gateState(
  { gate }: Track,
  at: number,
  { challengePolicy }: EvidencePolicy,
): { state: FaceState; challenge?: ChallengeProgress } | null {
  if (!gate) return null;
  const { challenge } = gate;
  if (challenge.state !== 'running') return { state: 'not-live' };
  return {
    state: 'challenge',
    challenge: {
      act: instruction(challenge),
      step: challenge.step,
      of: challenge.steps.length,
      remaining: Math.round(remaining(challenge, at, challengePolicy)),
      limit: challengePolicy.timeLimit,
    },
  };
}

/** What is missing before the sighting may pass: certainty that it is a live person, or only depth. Null: nothing. */
function missingFor(
  track: Track,
  sighting: EvidenceSighting,
  policy: EvidencePolicy,
): 'certainty' | 'depth' | null {
  if (policy.challenge === 'never' || track.cleared === subjectOf(sighting)) return null;
  if (policy.challenge === 'always') return 'certainty';
  // A recording on a screen has depth too, so that depth does not settle a doubt.
  const isLive =
    policy.liveness === 'off' || judgeLiveness(livenessOf(track.evidence), policy).verdict === 'live';
  if (!isLive) return 'certainty';
  return policy.challenge === 'auto' && !provesDepth(track, sighting, policy.depth) ? 'depth' : null;
}

/** The track without the gate and the clearance of a person whom the evidence no longer finds in it. */
function inForce(track: Track): Track {
  const { evidence, gate, cleared } = track;
  const named = subjectIn(evidence);
  const gated = gate && subjectOf(gate.sighting);
  const kept = gated !== undefined && gated !== named ? forgotten(without(track), gated) : track;
  // While new evidence is being gathered, it may still be the same person. Any other state means that it is not.
  const replaced = evidence.state !== 'looking' && cleared !== undefined && cleared !== named;
  return replaced ? forgotten({ ...kept, cleared: undefined }, cleared) : kept;
}

function without(track: Track): Track {
  const { gate: _, ...rest } = track;
  return rest;
}
