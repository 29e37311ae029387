/**
 * What the server sends a browser over its data channels.
 *
 * `results` is unordered and unreliable: a late observation is worth nothing.
 * `events` is ordered and reliable: a punch must not be lost.
 * Every message is one JSON object in one data-channel string message.
 */
import type { Box, Landmarks, PoseBin } from './face.ts';

export type FaceState =
  /** Found, evidence still gathering. */
  | 'looking'
  | 'recognized'
  /** One of two people who look alike, and no comparison says which: carries no name. The person says it, see `ask`. */
  | 'one-of-two'
  /** Recognized, but the person does not show the wish to be seen by being near; carries no name. */
  | 'seen'
  /** There is enough good evidence that this person is not enrolled. */
  | 'unknown'
  | 'move-closer'
  | 'look-at-camera'
  | 'too-dark'
  /** The liveness check failed. */
  | 'not-live'
  /** Asked to make a movement, to show that this is no picture: see `challenge`. */
  | 'challenge';

/** What an active liveness check asks for. Left and right are the person's own. */
export type ChallengeAct = 'turn-left' | 'turn-right' | 'look-up' | 'look-down' | 'close-eyes';

/** One plain instruction at a time; the client holds the words. */
export type ChallengeInstruction = ChallengeAct | 'look-straight';

export interface ChallengeProgress {
  act: ChallengeInstruction;
  /** Movements made so far, and how many there are. */
  step: number;
  of: number;
  /** Ms left for all of them, and how many there were. */
  remaining: number;
  limit: number;
}

export interface ObservedFace {
  /** Track id: stable while this face stays in this camera's view. */
  track: number;
  box: Box;
  landmarks: Landmarks;
  state: FaceState;
  /** Only on a recognized face, only to that camera's own station and to signed-in staff. */
  name?: string;
  personId?: string;
  /** The id of the sighting that made it so. Between analyzer and server only. */
  sighting?: string;
  /** Only in the state `one-of-two`: the ids of both. Between analyzer and server only. */
  oneOf?: readonly [string, string];
  /** Only in the state `one-of-two`, only to that camera's own station: names this question in `punch.tell-apart`. */
  ask?: string;
  /** Cosine similarity to the best template, −1..1, when one was searched for. */
  similarity?: number;
  /** Only on a recognized face: liveness, 0..1, where it is looked at; below `LIVE_SCORE` it is doubtful. */
  live?: number;
  /** Only in the state `challenge`. */
  challenge?: ChallengeProgress;
}

export interface Observation {
  type: 'observation';
  camera: string;
  /** Running number of the frame within its camera. */
  frame: number;
  /** Frame size in pixels. */
  width: number;
  height: number;
  faces: ObservedFace[];
  /** Milliseconds in the analyzer: waiting in the slot, and in each stage. */
  timings: ObservationTimings;
  /** The number that is drawn into the pixels; only where the analyzer is configured to read it (latency benchmark). */
  timecode?: number;
}

interface ObservationTimings {
  wait: number;
  detect: number;
  track: number;
  embed: number;
  search: number;
  total: number;
}

/** One plain instruction at a time; the client holds the words. */
export type EnrollmentInstruction =
  | 'look-straight'
  | 'turn-left'
  | 'turn-right'
  | 'look-up'
  | 'look-down'
  | 'turn-up-left'
  | 'turn-up-right'
  | 'turn-down-left'
  | 'turn-down-right'
  | 'hold-still'
  | 'come-closer'
  | 'move-back'
  | 'center-face'
  | 'too-dark'
  | 'too-bright'
  | 'too-blurred'
  | 'one-face-only'
  | 'no-face'
  | 'face-changed'
  | 'done';

export type EnrollmentState = 'capturing' | 'timed-out' | 'complete' | 'saving' | 'saved' | 'canceled';

/**
 * `flat`: nothing has shown yet that it is a head, and not a picture that is turned. `picture`: photo detection takes it for a
 * picture or a screen. `unmoved`: the movements that are asked for at the end are not made yet.
 */
export type CaptureDoubt = 'flat' | 'picture' | 'unmoved';

export interface CaptureMovements {
  /** How many were made, and of how many. */
  made: number;
  of: number;
  /** `wrong`: the last try failed, another one follows. `exhausted`: no other follows. */
  state: 'asked' | 'wrong' | 'exhausted';
}

export interface EnrollmentProgress {
  type: 'enrollment';
  enrollment: string;
  state: EnrollmentState;
  instruction: EnrollmentInstruction;
  /** Bins captured well enough, and how full each is, 0..1. */
  bins: Record<PoseBin, number>;
  /** Policy: `front` plus this many of the others suffice; true when they are there. */
  requiredBins: number;
  acceptable: boolean;
  /** Angles enough, but they may not be of a person who is there; null if nothing is missing but angles. */
  doubt: CaptureDoubt | null;
  /** The movements that are asked for at the end, of those who capture their own face. */
  movements?: CaptureMovements;
  missing: PoseBin[];
  /** The face under judgment in this frame, if there is exactly one. */
  face?: { box: Box; landmarks: Landmarks; yaw: number; pitch: number; accepted: boolean };
  /** How often a changed face restarted this session. */
  restarts: number;
  /** Milliseconds left until the time-out. */
  remaining: number;
}

/** On the unreliable channel. */
export type ResultMessage = Observation | EnrollmentProgress;

/**
 * What the server understood of a passing. `checked-in`, `checked-out`, `seen`: a punch was written. `seen` claims nothing
 * but that the person passed again. `already-…`: an earlier punch holds, and no other was written. `ignored`: the rules of
 * the door reject it, with the reason.
 *
 * Two speak of a database that takes nothing. `saved`: the sighting is in the journal of the server and will be booked; one
 * of the results above follows under the same id, maybe much later. `unsaved`: the disk takes nothing either, so that it may
 * be lost; the server keeps trying, and `saved` or one of the others follows where it succeeds.
 */
export interface AttendanceEvent {
  type: 'attendance';
  /** Sighting id; the same event delivered twice has the same id and result. */
  id: string;
  camera: string;
  track: number;
  person: { id: string; name: string };
  result:
    | 'checked-in'
    | 'checked-out'
    | 'seen'
    | 'already-in'
    | 'already-out'
    | 'already-seen'
    | 'ignored'
    | 'saved'
    | 'unsaved';
  /** The punch that was written at an automatic door, and what the person may say about it instead (`punch.state`). */
  punch?: { id: string; offers: ('in' | 'out')[] };
  /** ISO 8601 instant at which the person was seen, or entered their number. */
  seenAt: string;
  /** ISO 8601 instant that the result speaks of: of the punch, or of the earlier punch for `already-*`. */
  at: string;
  /** The same as wall-clock HH:MM in the station's time zone. */
  localTime: string;
  reason?: string;
  /** The face may be a picture: recorded, and marked. */
  doubtful?: true;
}

/** On the reliable channel. */
export type EventMessage = AttendanceEvent;
