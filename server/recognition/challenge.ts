/**
 * The active liveness check: a few randomly chosen movements that a face has to make while it is watched. Pure.
 *
 * Each step: hold still facing the camera (for an unpredictable time), make the movement that is then named, come back.
 * What it stops:
 * - a photograph, however it is turned, tilted or swung: the nose of a flat picture does not move across the plane
 *   of eyes and mouth (see `nosePlace`), so the angle alone is not enough;
 * - a photograph bent around a vertical axis: it has a little of that parallax, but far less than its narrowing requires;
 * - a photograph held in front of a face that makes the movements: the face is also compared during each movement;
 * - a photograph or screen swapped for another: the swap is usually a jump or a gap;
 * - a replayed recording: order and moment of the movements are drawn again for each attempt, and a wrong movement fails.
 * What it does not stop: an attacker who has recordings of every movement and plays the right one at once, a face
 * rendered live, and a mask with a nose. The passive check covers those: it continues during the challenge and ends the
 * recognition.
 */
import type { ChallengeAct, ChallengeInstruction } from '../protocol/results.ts';
import type { Pose } from '../protocol/face.ts';
import type { NosePlace } from '../vision/nose-place.ts';
import { backoff, type Backoff } from '../async/backoff.ts';

export interface ChallengePolicy {
  /** Number of movements in one challenge. */
  steps: number;
  /** Time limit for all movements together, ms. */
  timeLimit: number;
  /** How long the face has to be held still before a movement is named, ms: drawn between these bounds. */
  hold: readonly [least: number, most: number];
  /** No person reacts faster than this, ms: an earlier movement had begun before it was requested. */
  reaction: number;
  /** The front pose: absolute bounds, and how far a pose may stray from the mean while the face holds still, degrees. */
  front: { yaw: number; pitch: number; stray: number };
  /** A movement counts from this angle (degrees) and this shift of the nose (`NosePlace`), both relative to the person's front. */
  turn: { angle: number; shift: number };
  nod: { angle: number; shift: number };
  /** Distance from the person's front within which the face counts as back, degrees. */
  back: number;
  /** Openness of the eyes as a part of their openness at the front: closed up to `closed`, open from `open`. */
  eyes: { closed: number; open: number };
  /** The parallax of a turned face must be at least this part of the parallax that its narrowing implies for a head. */
  parallax: number;
  /** Fastest change of pose that is still one movement, degrees per second; and the change that is noise, degrees. */
  speed: number;
  noise: number;
  /** Longest time between two samples of one movement, ms. */
  gap: number;
  /** Samples in a row that decide something: a single one may be an error of the landmarks. */
  samples: number;
  /** Samples in a row with the angle of a movement but less than half of its parallax: a flat picture. */
  flatSamples: number;
  /** Wait between a failure and the next try. */
  retryAfter: Readonly<Backoff>;
}

/** A head's nose moves across by this factor times the tangent of its turn. Measured on three people: 0.35 to 0.47. */
const HEAD_PARALLAX = 0.35;
/** Narrowing is measured up to this turn, because beyond it the detector guesses the place of the far eye. */
const MOST_NARROW = Math.cos((60 * Math.PI) / 180);
/** Narrowing that corresponds to less than this turn is noise. */
const LEAST_NARROW = Math.cos((20 * Math.PI) / 180);

/** One frame of the challenged face. */
export interface ChallengeSample {
  /** Epoch ms. */
  at: number;
  pose: Pose;
  nose: NosePlace;
  /** Openness of the eyes (any unit, larger is wider); null if the engine cannot measure it. */
  eyes: number | null;
  /** Whether the face matches the recognized person; null if this frame was not compared. */
  same: boolean | null;
  /** The tracker is not sure that this is the face of the previous frame. */
  doubtful: boolean;
}

type ChallengeFault =
  /** The time limit was reached. */
  | 'time'
  /** Another movement than the requested one. */
  | 'wrong-way'
  /** The movement began before it was requested. */
  | 'too-soon'
  /** The angle changed but the nose did not move across the face: a picture. */
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
  /** Epoch ms of the first sample, of the start of the phase, and of the last sample. */
  began: number;
  since: number;
  at: number;
  /** The person's front: the mean of the `settled` samples. */
  front: Posture | null;
  settled: number;
  /** The last front that was held for the shortest waiting time; null before the first. */
  home: Posture | null;
  /** Samples in a row that show a movement away from `home` while none is asked for. */
  restless: number;
  last: Posture | null;
  /** Samples in a row that are where the phase wants them, that show another movement, and that are flat. */
  reached: number;
  astray: number;
  flat: number;
  /** The requested movement was seen in enough samples. */
  made: boolean;
  /** The face was compared and matched: during the movement, and again after coming back. */
  same: boolean;
  /** Number of earlier failed tries. */
  failures: number;
}

/**
 * Draws a challenge.
 * @param at ms of the steady clock
 * @param options `random`: returns an integer from 0 to n − 1 from a cryptographic source; `eyes`: whether the engine
 *   can detect closed eyes; `failures`: number of earlier failed tries
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
    home: null,
    restless: 0,
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
 * All series of movements that can be drawn, each equally likely: no movement twice in a row, and at least one turn,
 * because its parallax is checked most strictly.
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

/** The one thing the person should do now. */
export function instruction({ phase, steps, step }: Challenge): ChallengeInstruction {
  return phase === 'act' ? (steps[step]?.act ?? 'look-straight') : 'look-straight';
}

/** Time left, ms; never below 0. */
export function remaining(challenge: Challenge, at: number, policy: ChallengePolicy): number {
  return Math.min(policy.timeLimit, Math.max(0, challenge.began + policy.timeLimit - at));
}

/** Epoch ms from which another challenge may follow a failed one. */
export function retryAt({ at, failures }: Challenge, policy: ChallengePolicy): number {
  return at + backoff(policy.retryAfter, failures);
}

/** Whether the pose alone puts this frame near the front, where a face can be compared. */
export function facesCamera(pose: Pose, policy: ChallengePolicy): boolean {
  return Math.abs(pose.yaw) <= policy.front.yaw && Math.abs(pose.pitch) <= policy.front.pitch;
}

/** Adds one frame. A challenge that is decided stays as it is. */
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
  // Samples before a gap or a jump are not joined to samples after it: the step starts over.
  if (challenge.last && isJump(challenge.last, now, at - challenge.at, policy)) return still(next, at);
  if (challenge.phase === 'still') {
    const restless = isAway(next, now, policy) ? challenge.restless + 1 : 0;
    if (restless >= policy.samples) return failed(next, 'too-soon');
    return settle({ ...next, restless }, now, sample, policy);
  }
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

/**
 * Whether the face makes a movement that nobody has asked for yet: a film that runs over and over would otherwise have its
 * movements ignored until one of them fits. A single turn is not asked for against films, and people look around.
 */
function isAway({ home, steps }: Challenge, now: Posture, policy: ChallengePolicy): boolean {
  return (
    home !== null && steps.length > 1 && MOVES.some((move) => movement(move, now, home, policy) === 'made')
  );
}

/** Waits until the face has held still toward the camera for the drawn time, and takes the mean pose as its front. */
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
      // The widest: after a blink while waiting, half-closed eyes must not become the reference.
      eyes: front.eyes === null || now.eyes === null ? null : Math.max(front.eyes, now.eyes),
    },
  };
  const held = at - challenge.since;
  if (held < policy.hold[0] || met.settled <= policy.samples) return met;
  const home = met.front;
  if (held < challenge.steps[challenge.step]!.hold) return { ...met, home };
  return { ...met, home, phase: 'act', since: at, reached: 0, astray: 0, flat: 0, same: false };
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
  // The face must match during the movement: another person may have replaced a picture just for its duration.
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
  // The face must also match after it has come back, not only before the movement.
  return counted.same ? { ...counted, state: 'completed' } : counted;
}

/** The head movements that count as wrong ones. Closed eyes do not, because they may be a blink. */
const MOVES = ['turn-left', 'turn-right', 'look-up', 'look-down'] as const;

/** Whether the face makes this movement; `flat` if it has the angle but less than half of the parallax of a head. */
function movement(
  wanted: ChallengeAct,
  now: Posture,
  front: Posture,
  policy: ChallengePolicy,
): 'made' | 'flat' | 'none' {
  if (wanted === 'close-eyes') {
    // Only while upright: the lids also come down when looking down.
    const upright =
      Math.abs(now.yaw - front.yaw) <= policy.back && Math.abs(now.pitch - front.pitch) <= policy.back;
    const closed = now.eyes !== null && front.eyes !== null && now.eyes <= policy.eyes.closed * front.eyes;
    return upright && closed ? 'made' : 'none';
  }
  const turns = wanted === 'turn-left' || wanted === 'turn-right';
  const sign = wanted === 'turn-left' || wanted === 'look-up' ? 1 : -1;
  const angle = sign * (turns ? now.yaw - front.yaw : now.pitch - front.pitch);
  // When looking up, the nose rises toward the eyes.
  const shift = sign * (turns ? now.nose.across - front.nose.across : front.nose.along - now.nose.along);
  const need = turns ? policy.turn : policy.nod;
  if (angle < need.angle) return 'none';
  const warranted = turns ? policy.parallax * parallaxOf(now.nose.breadth / front.nose.breadth) : 0;
  if (shift >= Math.max(need.shift, warranted)) return 'made';
  return shift < Math.max(need.shift, warranted) / 2 ? 'flat' : 'none';
}

/** The shift of the nose that a head shows when its face has narrowed to `ratio` of its breadth. */
function parallaxOf(ratio: number): number {
  if (!(ratio < LEAST_NARROW)) return 0;
  const cos = Math.max(MOST_NARROW, ratio);
  return HEAD_PARALLAX * (Math.sqrt(1 - cos * cos) / cos);
}
