/**
 * Holds a sighting back until an active challenge is passed. Pure.
 *
 * Evidence says who it is; where liveness is not certain enough for the policy, the sighting waits here while the face
 * is challenged. Passing lets it through, failing keeps it for another try later, and where the evidence takes the
 * recognition back (another face, a picture after all), it is forgotten.
 */
import type { Match } from '../protocol/analyzer.ts';
import type { ChallengeProgress, FaceState } from '../protocol/results.ts';
import type { Pose } from '../protocol/face.ts';
import { nosePlace } from '../vision/nose-place.ts';
import { answer, drawChallenge, facesCamera, instruction, remaining, retryAt } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { judgeLiveness } from './liveness.ts';
import type { EvidencePolicy, EvidenceSighting, Gate, Track } from './types.ts';

export interface GatedFrame {
  /** Epoch ms. */
  at: number;
  pose: Pose;
  /** Whom the face is most like in this frame, most similar first; null where it was not compared. */
  matches: readonly Match[] | null;
  /** What weighing it gave. */
  sighting: EvidenceSighting | null;
  /** What this person failed at this camera before, on another track. */
  failed?: Challenge | undefined;
}

/**
 * Takes one frame of a track, after its evidence was weighed.
 * @param random an integer from 0 to n − 1 of a cryptographic source
 * @returns the track with its gate, and the sighting that may go out now
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
  const draw = (failures: number) =>
    drawChallenge(at, { random, eyes: track.face.eyes !== undefined, failures }, policy.challengePolicy);
  const again = (failed: Challenge) =>
    at < retryAt(failed, policy.challengePolicy) ? failed : draw(failed.failures + 1);
  if (sighting) {
    if (!isAsked(track, sighting, policy)) return { track: without(track), sighting };
    const challenge = frame.failed ? again(frame.failed) : draw(0);
    return { track: { ...track, gate: { sighting, challenge } }, sighting: null };
  }
  if (!gate) return { track, sighting: null };
  if (gate.challenge.state === 'failed') {
    return { track: { ...track, gate: { ...gate, challenge: again(gate.challenge) } }, sighting: null };
  }
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
  const { personId } = gate.sighting;
  return { track: { ...without(track), cleared: personId }, sighting: gate.sighting };
}

/** True, or null: a face that is not found the same may be turned too far, which is nothing against it. */
function isSame({ sighting }: Gate, { matches }: GatedFrame, { holdThreshold }: EvidencePolicy): true | null {
  const best = matches?.[0];
  return best?.personId === sighting.personId && best.similarity >= holdThreshold ? true : null;
}

/**
 * Whether a face that is turned away as it was asked to is compared all the same: not as evidence of who it is, but
 * for the challenge, whose movement must be that of the person.
 */
export function needsComparison({ gate }: Track): boolean {
  if (gate?.challenge.state !== 'running') return false;
  return gate.challenge.phase === 'act' && !gate.challenge.same;
}

/**
 * Whether a frame of this track is evidence of who it is: not while the head is turned away as it was asked to,
 * where a true face matches badly and would be taken for another.
 */
export function isComparable({ gate }: Track, pose: Pose, { challengePolicy }: EvidencePolicy): boolean {
  if (gate?.challenge.state !== 'running') return true;
  const { front } = gate.challenge;
  if (!front) return facesCamera(pose, challengePolicy);
  const { back } = challengePolicy;
  return Math.abs(pose.yaw - front.yaw) <= back && Math.abs(pose.pitch - front.pitch) <= back;
}

/** What the station says of a face behind its gate; null where it has none. */
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

function isAsked(track: Track, { personId }: EvidenceSighting, policy: EvidencePolicy): boolean {
  if (policy.challenge === 'never' || track.cleared === personId) return false;
  if (policy.challenge === 'always') return true;
  return policy.liveness !== 'off' && judgeLiveness(track.evidence.liveness, policy).verdict !== 'live';
}

/** The track without what was said of somebody whom the evidence does not find in it any more. */
function inForce(track: Track): Track {
  const { evidence, gate, cleared } = track;
  const named = evidence.state === 'recognized' ? evidence.personId : null;
  const kept =
    gate && gate.sighting.personId !== named ? forgotten(without(track), gate.sighting.personId) : track;
  // Looked at anew, it may still be the same; another name, or none, says that it is not.
  const replaced = evidence.state !== 'looking' && cleared !== undefined && cleared !== named;
  return replaced ? forgotten({ ...kept, cleared: undefined }, cleared) : kept;
}

function without(track: Track): Track {
  const { gate: _, ...rest } = track;
  return rest;
}

/** The person may be sighted on this track once more, and then has a challenge to pass. */
function forgotten(track: Track, personId: string): Track {
  const sighted = track.evidence.sighted.filter((other) => other !== personId);
  return { ...track, evidence: { ...track.evidence, sighted } };
}
