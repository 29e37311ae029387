/**
 * The active liveness check: a few movements, chosen by chance, that a face has to make while it is watched. Pure.
 *
 * Each step is: hold still facing the camera (for a time that nobody can know beforehand), make the movement that is
 * then named, come back. What it is worth against what:
 * - a photograph, however it is turned, tilted or swung: the nose of a flat picture does not move across the plane
 *   of eyes and mouth (see `nosePlace`), so no angle alone passes;
 * - a photograph bent round a vertical axis has a little of that parallax, but far less than its narrowing warrants;
 * - a photograph held before a face that makes the movements itself: the face is compared while it makes each, too;
 * - a photograph or a screen swapped for another: the change is mostly a jump or a gap;
 * - a replayed recording: order and moment of the movements are drawn anew for each try, and a wrong one fails.
 * What it does not stop: whoever has recordings of every movement and plays the right one at once, a face rendered
 * live, a mask with a nose. Against those stands the passive check, which goes on meanwhile and ends the recognition.
 */
import type { ChallengeAct, ChallengeInstruction } from '../protocol/results.ts';
import type { Pose } from '../protocol/face.ts';
import type { NosePlace } from '../vision/nose-place.ts';
import { backoff, type Backoff } from '../async/backoff.ts';

export interface ChallengePolicy {
  /** Movements asked for in one challenge. */
  steps: number;
  /** For all of them, ms. */
  timeLimit: number;
  /** The face is held still for between these before a movement is named, ms. */
  hold: readonly [least: number, most: number];
  /** Nobody answers sooner than this, ms: the movement had begun before it was asked for. */
  reaction: number;
  /** Still and facing the camera: absolute bounds of the front, and how far a pose may stray from its mean, degrees. */
  front: { yaw: number; pitch: number; stray: number };
  /** A movement counts from this angle, degrees, and this shift of the nose (`NosePlace`), both from the own front. */
  turn: { angle: number; shift: number };
  nod: { angle: number; shift: number };
  /** Back at the own front: degrees from it. */
  back: number;
  /** Openness of the eyes over their own while open, below which they are closed and above which open. */
  eyes: { closed: number; open: number };
  /** Least part of a head's parallax that the narrowing of a turned face must be matched by. */
  parallax: number;
  /** Fastest change of pose that is one movement, degrees a second, and the change that is noise, degrees. */
  speed: number;
  noise: number;
  /** Longest time between two samples of one movement, ms. */
  gap: number;
  /** Samples in a row that settle something: one alone may be a slip of the landmarks. */
  samples: number;
  /** Samples in a row with the angle of a movement and not half of its parallax: a flat picture. */
  flatSamples: number;
  /** Wait between a failure and the next try. */
  retryAfter: Readonly<Backoff>;
}

/** The nose of a head moves across by this times the tangent of its turn; men and a woman of the clips: 0.35 to 0.47. */
const HEAD_PARALLAX = 0.35;
/** Narrowing is measured up to this turn: beyond, the far eye is a guess. */
const MOST_NARROW = Math.cos((60 * Math.PI) / 180);
/** Narrowing below this turn is noise. */
const LEAST_NARROW = Math.cos((20 * Math.PI) / 180);

/** One frame of the face under challenge. */
export interface ChallengeSample {
  /** Epoch ms. */
  at: number;
  pose: Pose;
  nose: NosePlace;
  /** Openness of the eyes (any unit, larger is wider), or null where the engine cannot tell. */
  eyes: number | null;
  /** Whether the face matches the person it was taken for; null where this frame was not compared. */
  same: boolean | null;
  /** The tracker is not sure that this is the face of the frame before. */
  doubtful: boolean;
}

export type ChallengeFault =
  /** The time is up. */
  | 'time'
  /** Another movement than the one that was asked for. */
  | 'wrong-way'
  /** The movement began before it was asked for. */
  | 'too-soon'
  /** The angle changed and the nose did not move across the face: a picture. */
  | 'flat'
  | 'face-changed';

interface Posture {
  yaw: number;
  pitch: number;
  nose: NosePlace;
  eyes: number | null;
}

/** Plain data: it travels with the track between threads. */
export interface Challenge {
  steps: readonly { act: ChallengeAct; hold: number }[];
  step: number;
  phase: 'still' | 'act' | 'back';
  state: 'running' | 'completed' | 'failed';
  fault?: ChallengeFault;
  /** Epoch ms: of the first sample, of the begin of the phase, and of the last sample. */
  began: number;
  since: number;
  at: number;
  /** Mean of the `settled` samples of the own front. */
  front: Posture | null;
  settled: number;
  last: Posture | null;
  /** Samples in a row that are where the phase wants them, in another movement, and flat. */
  reached: number;
  astray: number;
  flat: number;
  /** The movement that is asked for was made long enough. */
  made: boolean;
  /** The face was compared and found the same: while it made the movement, and anew since it came back. */
  same: boolean;
  /** Earlier tries that failed. */
  failures: number;
}

/**
 * Draws a challenge.
 * @param random an integer from 0 to n − 1 of a cryptographic source
 * @param eyes whether the engine can tell closed eyes
 */
export function drawChallenge(
  at: number,
  options: { random: (n: number) => number; eyes: boolean; failures?: number },
  policy: ChallengePolicy,
): Challenge {
  const { random, eyes, failures = 0 } = options;
  const series = seriesOf(policy.steps, eyes);
  const acts = series[random(series.length)]!;
  const [least, most] = policy.hold;
  return {
    steps: acts.map((act) => ({ act, hold: least + random(most - least + 1) })),
    step: 0,
    phase: 'still',
    state: 'running',
    began: at,
    since: at,
    at,
    front: null,
    settled: 0,
    last: null,
    reached: 0,
    astray: 0,
    flat: 0,
    made: false,
    same: false,
    failures,
  };
}

const TURNS: readonly ChallengeAct[] = ['turn-left', 'turn-right'];

/**
 * All that may be asked for, each as likely as the next: no movement twice running, and a turn, whose parallax is
 * checked hardest, among them.
 */
function seriesOf(steps: number, eyes: boolean): ChallengeAct[][] {
  const acts: ChallengeAct[] = [...TURNS, 'look-up', 'look-down', ...(eyes ? (['close-eyes'] as const) : [])];
  let series: ChallengeAct[][] = [[]];
  for (let step = 0; step < steps; step++) {
    series = series.flatMap((made) =>
      acts.filter((act) => act !== made.at(-1)).map((act) => made.concat(act)),
    );
  }
  return series.filter((made) => made.some((act) => TURNS.includes(act)));
}

/** The one thing to do now. */
export function instruction({ phase, steps, step }: Challenge): ChallengeInstruction {
  return phase === 'act' ? (steps[step]?.act ?? 'look-straight') : 'look-straight';
}

/** Ms from `at` to the end of the time, not below 0. */
export function remaining(challenge: Challenge, at: number, policy: ChallengePolicy): number {
  return Math.min(policy.timeLimit, Math.max(0, challenge.began + policy.timeLimit - at));
}

/** Epoch ms from which a failed challenge may be followed by another. */
export function retryAt({ at, failures }: Challenge, policy: ChallengePolicy): number {
  return at + backoff(policy.retryAfter, failures);
}

/** Whether the pose alone says that this frame is near the front, where a face can be compared. */
export function facesCamera(pose: Pose, policy: ChallengePolicy): boolean {
  return Math.abs(pose.yaw) <= policy.front.yaw && Math.abs(pose.pitch) <= policy.front.pitch;
}

/** Adds one frame. A decided challenge stays as it is. */
export function answer(challenge: Challenge, sample: ChallengeSample, policy: ChallengePolicy): Challenge {
  if (challenge.state !== 'running') return challenge;
  const now: Posture = {
    yaw: sample.pose.yaw,
    pitch: sample.pose.pitch,
    nose: sample.nose,
    eyes: sample.eyes,
  };
  const { at } = sample;
  const next: Challenge = { ...challenge, at, last: now };
  if (at - challenge.began > policy.timeLimit || at < challenge.at) return failed(next, 'time');
  if (sample.same === false || sample.doubtful) return failed(next, 'face-changed');
  // What was seen before a gap or a jump is not joined to what came after it: the step begins anew.
  if (challenge.last && isJump(challenge.last, now, at - challenge.at, policy)) return still(next, at);
  if (challenge.phase === 'still') return settle(next, now, sample, policy);
  return challenge.phase === 'act' ? act(next, now, sample, policy) : comeBack(next, now, sample, policy);
}

function failed(challenge: Challenge, fault: ChallengeFault): Challenge {
  return { ...challenge, state: 'failed', fault };
}

function still(challenge: Challenge, since: number): Challenge {
  return {
    ...challenge,
    phase: 'still',
    since,
    front: null,
    settled: 0,
    reached: 0,
    astray: 0,
    flat: 0,
    made: false,
    same: false,
  };
}

function isJump(before: Posture, now: Posture, elapsed: number, policy: ChallengePolicy): boolean {
  if (elapsed > policy.gap) return true;
  const most = Math.max(policy.noise, (policy.speed * elapsed) / 1000);
  return Math.abs(now.yaw - before.yaw) > most || Math.abs(now.pitch - before.pitch) > most;
}

/** Waits until the face has been still and in front for the time that was drawn, and takes its mean. */
function settle(
  challenge: Challenge,
  now: Posture,
  { at, pose }: ChallengeSample,
  policy: ChallengePolicy,
): Challenge {
  if (!facesCamera(pose, policy)) return still(challenge, at);
  const { front, settled } = challenge;
  if (!front) return { ...challenge, front: now, settled: 1, since: at };
  const stray = Math.max(Math.abs(now.yaw - front.yaw), Math.abs(now.pitch - front.pitch));
  if (stray > policy.front.stray) return { ...still(challenge, at), front: now, settled: 1 };
  const mean = (a: number, b: number) => (a * settled + b) / (settled + 1);
  const met: Challenge = {
    ...challenge,
    settled: settled + 1,
    front: {
      yaw: mean(front.yaw, now.yaw),
      pitch: mean(front.pitch, now.pitch),
      nose: {
        across: mean(front.nose.across, now.nose.across),
        along: mean(front.nose.along, now.nose.along),
        breadth: mean(front.nose.breadth, now.nose.breadth),
      },
      // The widest of them: a blink while waiting must not make half-closed eyes the measure.
      eyes: front.eyes === null || now.eyes === null ? null : Math.max(front.eyes, now.eyes),
    },
  };
  const held = at - challenge.since;
  if (held < challenge.steps[challenge.step]!.hold || met.settled <= policy.samples) return met;
  return { ...met, phase: 'act', since: at, reached: 0, astray: 0, flat: 0, same: false };
}

function act(
  challenge: Challenge,
  now: Posture,
  { same, at }: ChallengeSample,
  policy: ChallengePolicy,
): Challenge {
  const { steps, step, front, since } = challenge;
  const wanted = steps[step]!.act;
  const made = movement(wanted, now, front!, policy);
  const wrong = MOVES.some((move) => move !== wanted && movement(move, now, front!, policy) === 'made');
  const counted: Challenge = {
    ...challenge,
    reached: made === 'made' ? challenge.reached + 1 : 0,
    astray: wrong ? challenge.astray + 1 : 0,
    flat: MOVES.some((move) => movement(move, now, front!, policy) === 'flat') ? challenge.flat + 1 : 0,
    same: challenge.same || (made === 'made' && same === true),
  };
  if (counted.astray >= policy.samples && counted.reached === 0) return failed(counted, 'wrong-way');
  if (counted.flat >= policy.flatSamples) return failed(counted, 'flat');
  if (!counted.made && counted.reached < policy.samples) return counted;
  if (!counted.made && at - since < policy.reaction) return failed(counted, 'too-soon');
  // Whose movement it is: another face may have taken the place of a picture for just as long.
  if (!counted.same) return { ...counted, made: true };
  return { ...counted, phase: 'back', since: at, reached: 0, made: false, same: false };
}

function comeBack(
  challenge: Challenge,
  now: Posture,
  { same, at }: ChallengeSample,
  policy: ChallengePolicy,
): Challenge {
  const front = challenge.front!;
  const open = now.eyes === null || front.eyes === null || now.eyes >= policy.eyes.open * front.eyes;
  const there =
    open && Math.abs(now.yaw - front.yaw) <= policy.back && Math.abs(now.pitch - front.pitch) <= policy.back;
  const counted: Challenge = {
    ...challenge,
    reached: there ? challenge.reached + 1 : 0,
    same: challenge.same || (there && same === true),
  };
  if (counted.reached < policy.samples) return counted;
  if (counted.step + 1 < counted.steps.length) return still({ ...counted, step: counted.step + 1 }, at);
  // The last word is who came back: a face that was compared after the movement, not before it.
  return counted.same ? { ...counted, state: 'completed' } : counted;
}

/** The movements of the head that a wrong one is told by; closed eyes may be a blink. */
const MOVES = ['turn-left', 'turn-right', 'look-up', 'look-down'] as const;

/** Whether the face makes this movement; `flat` where its angle is there and not half of the parallax of a head. */
function movement(
  wanted: ChallengeAct,
  now: Posture,
  front: Posture,
  policy: ChallengePolicy,
): 'made' | 'flat' | 'none' {
  if (wanted === 'close-eyes') {
    // Upright: lids come down with a look down, too.
    const upright =
      Math.abs(now.yaw - front.yaw) <= policy.back && Math.abs(now.pitch - front.pitch) <= policy.back;
    const closed = now.eyes !== null && front.eyes !== null && now.eyes <= policy.eyes.closed * front.eyes;
    return upright && closed ? 'made' : 'none';
  }
  const turns = wanted === 'turn-left' || wanted === 'turn-right';
  const sign = wanted === 'turn-left' || wanted === 'look-up' ? 1 : -1;
  const angle = sign * (turns ? now.yaw - front.yaw : now.pitch - front.pitch);
  // Looking up, the nose rises toward the eyes.
  const shift = sign * (turns ? now.nose.across - front.nose.across : front.nose.along - now.nose.along);
  const need = turns ? policy.turn : policy.nod;
  if (angle < need.angle) return 'none';
  const warranted = turns ? policy.parallax * parallaxOf(now.nose.breadth / front.nose.breadth) : 0;
  if (shift >= Math.max(need.shift, warranted)) return 'made';
  return shift < Math.max(need.shift, warranted) / 2 ? 'flat' : 'none';
}

/** The shift of the nose that a head would show whose face has narrowed to `ratio` of its breadth. */
function parallaxOf(ratio: number): number {
  if (!(ratio < LEAST_NARROW)) return 0;
  const cos = Math.max(MOST_NARROW, ratio);
  return HEAD_PARALLAX * (Math.sqrt(1 - cos * cos) / cos);
}
