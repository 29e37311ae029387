/** The guided capture of one person, as a pure function from state and frame to state. */
import { randomInt } from 'node:crypto';
import type { Capture, CapturedFace } from '../protocol/analyzer.ts';
import { POSE_BINS, type PoseBin } from '../protocol/face.ts';
import type {
  CaptureDoubt,
  CaptureMovements,
  EnrollmentInstruction,
  EnrollmentProgress,
  EnrollmentState,
} from '../protocol/results.ts';
import { instructionFor, judgeCapture } from './capture-judge.ts';
import { firstInstruction, instruct, type ShownInstruction } from './instruction.ts';
import type { EnrollmentPolicy } from './policy.ts';
import {
  addToProof,
  doubtOf,
  isExhausted,
  moved,
  movementOf,
  openProof,
  type Proof,
  type ProofFrame,
  reopenProof,
} from './proof.ts';
import { emptyTrail, followPose, nearestBin, type PoseTrail } from './pose-coverage.ts';
import { similarity, weightedMean, type Sample } from './template.ts';

/** Longer than the movements may take, so that a try ends before the session does, ms. */
const SPARE = 5_000;

/** Plain data. It never holds more than `samplesPerBin` embeddings for each of the nine bins. */
export interface EnrollmentSession {
  state: EnrollmentState;
  /** When the time is up, epoch ms. */
  deadline: number;
  trail: PoseTrail;
  /** What has shown that this is a person who is there. */
  proof: Proof;
  /** The best captures of each bin, best first. */
  samples: ReadonlyMap<PoseBin, readonly Sample[]>;
  /** Time of the last accepted capture, epoch ms. */
  sampledAt: number;
  /** Number of good frames in a row that show another face. */
  disagreeing: number;
  /** How often the session started over because the face changed. */
  restarts: number;
  instruction: ShownInstruction;
  /** The bin to which the person is currently guided. */
  target: PoseBin | null;
  /** Since when, epoch ms. */
  targetSince: number;
  face: EnrollmentProgress['face'];
}

export function openSession(
  at: number,
  policy: EnrollmentPolicy,
  proof: Proof = openProof(),
): EnrollmentSession {
  return {
    state: 'capturing',
    deadline: at + policy.timeout,
    trail: emptyTrail(),
    proof,
    samples: new Map(),
    sampledAt: 0,
    disagreeing: 0,
    restarts: 0,
    instruction: firstInstruction('look-straight', at),
    target: null,
    targetSince: at,
    face: undefined,
  };
}

/**
 * Adds one frame. It changes nothing if the session is not capturing. Pure.
 * @param random returns an integer from 0 to n − 1 from a cryptographic source, for drawing movements
 */
export function acceptCapture(
  session: EnrollmentSession,
  capture: Capture,
  policy: EnrollmentPolicy,
  random: (n: number) => number = randomInt,
): EnrollmentSession {
  const now = expire(session, capture.at);
  if (now.state !== 'capturing') return now;
  const { face, fault } = judgeCapture(capture, policy.capture, policy.pose);
  if (!face) return tell({ ...now, face: undefined }, fault ?? 'no-face', capture.at, policy);
  const trail = followPose(now.trail, face.pose, capture.at, policy.pose);
  const next: EnrollmentSession = { ...now, trail, face: view(face, false) };
  const ask = (told: EnrollmentSession, same: true | null) => {
    const { at, width, height } = capture;
    return doubtIn(told, policy) === 'unmoved'
      ? move(told, { at, face, width, height, same }, policy, random)
      : told;
  };
  if (fault || !face.embedding) return ask(tell(next, fault ?? 'hold-still', capture.at, policy), null);

  const reference = referenceOf(now);
  if (reference && similarity(reference, face.embedding) < policy.changedBelow) {
    const disagreeing = now.disagreeing + 1;
    if (disagreeing < policy.changedFrames) {
      // A few such frames are ignored. The pose of another person must not affect the pose trail of this one either.
      return tell({ ...next, trail: now.trail, disagreeing }, 'hold-still', capture.at, policy);
    }
    const afresh = restartSession(next, capture.at, policy);
    return tell({ ...afresh, restarts: now.restarts + 1 }, 'face-changed', capture.at, policy);
  }
  return ask(collect({ ...next, disagreeing: 0 }, face, face.embedding, capture.at, policy), true);
}

/** The movements that are asked for at the end. */
function move(
  session: EnrollmentSession,
  frame: ProofFrame,
  policy: EnrollmentPolicy,
  random: (n: number) => number,
): EnrollmentSession {
  const rule = policy.proof.challenge!;
  const { at } = frame;
  const proof = moved(session.proof, frame, rule, random);
  if (isExhausted(proof, policy.proof)) return { ...session, proof, state: 'timed-out', face: undefined };
  const challenge = proof.challenge!;
  const isNew = challenge.began !== session.proof.challenge?.began;
  return {
    ...session,
    proof,
    // What was captured must not be lost because the movements are asked for late.
    deadline: isNew ? Math.max(session.deadline, at + rule.timeLimit + SPARE) : session.deadline,
    // At once, because it is about how soon the person follows.
    instruction: firstInstruction(movementOf(challenge), at),
  };
}

function collect(
  session: EnrollmentSession,
  face: CapturedFace,
  embedding: Float32Array,
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentSession {
  const { bin } = session.trail;
  const apart = at - session.sampledAt >= policy.sampleSpacing;
  const isFront = bin === 'front';
  let next: EnrollmentSession = {
    ...session,
    proof: addToProof(session.proof, face, { at, isFront }, policy.proof),
  };
  if (bin !== null && apart) {
    const { formerEmbedding } = face;
    const sample: Sample = {
      embedding: Float32Array.from(embedding),
      quality: Math.max(1e-3, face.quality.score),
      ...(formerEmbedding && { former: Float32Array.from(formerEmbedding) }),
    };
    const kept = [...(session.samples.get(bin) ?? []), sample]
      .sort((a, b) => b.quality - a.quality)
      .slice(0, policy.samplesPerBin);
    const samples = new Map(session.samples).set(bin, kept);
    next = { ...next, samples, sampledAt: at, face: view(face, true) };
  }
  const missing = missingBins(next, policy);
  if (missing.length === 0) {
    const doubt = doubtIn(next, policy);
    if (doubt === null) return tell({ ...next, state: 'complete', target: null }, 'done', at, policy);
    if (doubt !== 'flat') return tell(next, 'look-straight', at, policy);
    // Nothing is missing but depth, and what shows it best is a turn from one side to the other.
    next = aim(next, bin === 'left' ? ['right'] : ['left'], at, policy);
    return tell(next, instructionFor(next.target!), at, policy);
  }
  next = aim(next, missing, at, policy);
  const there = bin !== null && missing.includes(bin);
  const instruction = there || next.target === null ? 'hold-still' : instructionFor(next.target);
  return tell(next, instruction, at, policy);
}

/**
 * Chooses the bin to which the person is guided. It stays the same until it is captured, so that the person is not sent
 * back and forth between two. If the person does not reach it in time, another bin is chosen.
 */
function aim(
  session: EnrollmentSession,
  missing: readonly PoseBin[],
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentSession {
  const { target } = session;
  const pending = target !== null && missing.includes(target);
  if (pending && at - session.targetSince < policy.targetPatience) return session;
  const others = missing.filter((bin) => bin !== target);
  const from = pending && others.length > 0 ? others : missing;
  return { ...session, target: nearestBin(session.trail, from, policy.pose), targetSince: at };
}

/** Ends a session that is still capturing when its time is up. */
export function expire(session: EnrollmentSession, at: number): EnrollmentSession {
  if (session.state !== 'capturing' || at < session.deadline) return session;
  return { ...session, state: 'timed-out', face: undefined };
}

/** Continues with what was captured so far, with the full time again. */
export function continueSession(
  session: EnrollmentSession,
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentSession {
  return { ...session, state: 'capturing', deadline: at + policy.timeout, face: undefined };
}

/** Starts over without any captures; only the number of restarts is kept. */
export function restartSession(
  session: EnrollmentSession,
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentSession {
  return { ...openSession(at, policy, reopenProof(session.proof)), restarts: session.restarts };
}

/** The bins that are not full, in the order of POSE_BINS. */
export function missingBins(session: EnrollmentSession, policy: EnrollmentPolicy): PoseBin[] {
  return POSE_BINS.filter((bin) => fill(session, bin, policy) < 1);
}

/** Why a capture with angles enough may not be of a person who is there; null also while angles are missing. */
export function doubtIn(session: EnrollmentSession, policy: EnrollmentPolicy): CaptureDoubt | null {
  return hasAngles(session, policy) ? doubtOf(session.proof, policy.proof) : null;
}

/** Whether the capture can be saved: angles enough, of a person who is there. */
export function isAcceptable(session: EnrollmentSession, policy: EnrollmentPolicy): boolean {
  return hasAngles(session, policy) && doubtIn(session, policy) === null;
}

/** Whether the front and enough other bins are full. */
export function hasAngles(session: EnrollmentSession, policy: EnrollmentPolicy): boolean {
  const missing = missingBins(session, policy);
  return !missing.includes('front') && POSE_BINS.length - 1 - missing.length >= policy.requiredBins;
}

export function progressOf(
  enrollment: string,
  session: EnrollmentSession,
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentProgress {
  return {
    type: 'enrollment',
    enrollment,
    state: session.state,
    instruction: session.instruction.shown,
    bins: Object.fromEntries(POSE_BINS.map((bin) => [bin, fill(session, bin, policy)])) as Record<
      PoseBin,
      number
    >,
    requiredBins: policy.requiredBins,
    acceptable: isAcceptable(session, policy),
    doubt: doubtIn(session, policy),
    ...movementsOf(session.proof, policy),
    missing: missingBins(session, policy),
    ...(session.face && { face: session.face }),
    restarts: session.restarts,
    remaining: session.state === 'capturing' ? Math.max(0, session.deadline - at) : 0,
  };
}

function movementsOf(
  { isOwn, failures, challenge }: Proof,
  { proof: policy }: EnrollmentPolicy,
): { movements?: CaptureMovements } {
  if (isExhausted({ isOwn, failures }, policy)) return { movements: { made: 0, of: 0, state: 'exhausted' } };
  if (!challenge || challenge.state === 'completed') return {};
  const state = challenge.state === 'failed' ? 'wrong' : 'asked';
  return { movements: { made: challenge.step, of: challenge.steps.length, state } };
}

function fill(session: EnrollmentSession, bin: PoseBin, policy: EnrollmentPolicy): number {
  return Math.min(1, (session.samples.get(bin)?.length ?? 0) / policy.samplesPerBin);
}

/** The mean direction of all embeddings so far, or null before the first capture. */
function referenceOf({ samples }: EnrollmentSession): Float32Array | null {
  const all = [...samples.values()].flat();
  return all.length === 0 ? null : weightedMean(all).embedding;
}

function tell(
  session: EnrollmentSession,
  instruction: EnrollmentInstruction,
  at: number,
  policy: EnrollmentPolicy,
): EnrollmentSession {
  return { ...session, instruction: instruct(session.instruction, instruction, at, policy) };
}

function view({ box, landmarks, pose }: CapturedFace, accepted: boolean): EnrollmentProgress['face'] {
  return { box, landmarks, yaw: pose.yaw, pitch: pose.pitch, accepted };
}
