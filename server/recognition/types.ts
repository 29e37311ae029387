/**
 * The state that recognition keeps for one camera. It is plain data, so that it can travel with the frame to whichever
 * vision thread is idle, and so that every rule on it is a pure function.
 */
import type { Match } from '../protocol/analyzer.ts';
import type { DecisionFrame, DecisionKind } from '../protocol/decisions.ts';
import type { FaceState } from '../protocol/results.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import type { Detection } from '../vision/types.ts';
import type { Challenge, ChallengePolicy } from './challenge.ts';
import type { DepthEvidence } from '../vision/depth.ts';
import type { MotionSample } from './planar-motion.ts';
import type { Surroundings, Wish } from './wish.ts';

export interface TrackPolicy {
  /** A detection joins a track at this IoU of boxes or above (predicted by constant velocity). */
  minIou: number;
  /** A track that was not seen for this long ends, ms. */
  maxLost: number;
  /** Number of detections a new track needs before it is shown. */
  confirmHits: number;
  /**
   * A track this old ends and the face continues under a new id, ms. This bounds what one track can hold, and gives a
   * person who stays in view all day a new sighting now and then (there is one per track and person).
   */
  maxAge: number;
  /** A recognition that no embedding has confirmed for this long is dropped, ms. */
  forgetAfter: number;
  /** The same, counted from the moment the track came into doubt (`Track.doubt`), ms. */
  forgetDoubtAfter: number;
}

/** Whom a sighting is about: the id of a person, or of two look-alikes the key of the pair (`subjectOf`). */
export type Subject = string;

export interface Track {
  id: number;
  /** The face as last seen; its predicted box while it is lost. */
  face: Detection;
  /** Velocity of the box center (pixels) and relative size change, per ms. */
  velocity: { x: number; y: number; scale: number };
  firstSeen: number;
  lastSeen: number;
  hits: number;
  evidence: Evidence;
  /** How its landmarks moved lately. */
  motion: readonly MotionSample[];
  /** What its movement showed of its depth, as long as no frame was of another face, see `depth.ts`. Absent: nothing. */
  depth?: DepthEvidence;
  /** The time that `face` stands for, ms of the steady clock: `lastSeen`, or later while it is lost. */
  at: number;
  /**
   * Epoch ms of the first match since the last embedding that could have been another face: after a gap, across a jump
   * or a change of size, or with another face almost as likely. Makes re-verification due early.
   */
  doubt?: number;
  /** What its frames measured since the last decision, to explain the next one; see `explain.ts`. */
  trace?: Trace | undefined;
  /** Decisions that were explained, of the kinds that are explained once. */
  explained?: readonly DecisionKind[];
  /** A sighting that waits for an active challenge, see `challenge-gate.ts`. */
  gate?: Gate | undefined;
  /** What shows whether the person wants to be seen; absent where the door does not ask, see `wish.ts`. */
  wish?: Wish;
  /** The subject whose sighting waits until the face shows the wish to be seen, see `wish-gate.ts`. */
  waiting?: Subject | undefined;
  /** The subject that completed a challenge on this track, as long as the track is not in doubt after that. */
  cleared?: Subject | undefined;
}

/** What the frames of one track measured since its last decision: see `trace.ts`. */
export interface Trace {
  /** Ms of the steady clock at the first and at the last frame. */
  since: number;
  until: number;
  judged: number;
  compared: number;
  far: number;
  turned: number;
  dark: number;
  poor: number;
  best: { similarity: number; margin: number; quality: number } | null;
  /** How many frames named whom: the best person of a frame, if it reached threshold and margin. */
  named: Readonly<Record<string, number>>;
  /** Each frame whose number is a multiple of this is among the samples. */
  stride: number;
  samples: readonly TraceSample[];
}

/** One frame. The person stays in the analyzer: only whether it was the one of the decision leaves it. */
export interface TraceSample extends Omit<DecisionFrame, 'ms' | 'same'> {
  at: number;
  personId: string | null;
}

export interface CameraTracks {
  nextId: number;
  tracks: Track[];
  /** Failed challenges of people who are not in the picture now. */
  failed?: FailedChallenge[];
  /** Absent until the first picture of a door that asks for the wish to be seen. */
  surroundings?: Surroundings;
}

export interface EvidencePolicy {
  /** A frame counts for a person from this similarity on: from the pack's manifest, at the chosen FAR. */
  threshold: number;
  /** One frame with at least this similarity is enough. */
  strongThreshold: number;
  /** The best person must be ahead of the runner-up person by this. */
  margin: number;
  /** Number of agreeing frames that is enough below `strongThreshold`. */
  agreeingFrames: number;
  /** Number of good frames without a match after which the face is called unknown. */
  unknownFrames: number;
  /** A frame below this quality score is not used as evidence. */
  minQuality: number;
  /** A recognized or unknown track is checked again after this long, ms. */
  reverifyAfter: number;
  /** Maximum number of embeddings of one track before it must wait for `reverifyAfter`. */
  maxFrames: number;
  /** The similarity that one decade of false accept rate costs with this pack. */
  decade: number;
  /** `threshold` rises with the gallery up to this. */
  highestThreshold: number;
  /** `off`: not judged. `warn`: each sighting says how live the face was. `require`: no sighting of a picture. */
  liveness: LivenessPolicy;
  live: LiveRule;
  /** When a sighting has to wait for an active challenge. */
  challenge: ChallengeWhen;
  /** `depthOf` from this on proves that a face has depth. */
  depth: number;
  /** What is enough once a movement that was asked for has been made. */
  depthAfterTurn: number;
  /** What a challenge asks for, and what counts as an answer. */
  challengePolicy: ChallengePolicy;
  /** A recognized face stays recognized at this similarity to its own person: one comparison, so it may be lower. */
  holdThreshold: number;
  /** Number of good frames in a row that match nobody after which a recognition is dropped. */
  dropFrames: number;
  /** A track in doubt is checked again after this long, ms. */
  recheckAfter: number;
  /** Frames of one track that are closer together than this add nothing new, ms. */
  spacing: number;
  /** What a face must look like to be evidence; otherwise the station asks to come closer or to look at the camera. */
  face: FacePolicy;
}

/** When several looks at a face make it a live person: see `liveness.ts`. */
export interface LiveRule {
  /** Scores (0..1): a live person from `threshold` on, a picture below `doubt`, doubtful between them. */
  threshold: number;
  doubt: number;
  /** Number of looks that a verdict needs, at least 3, and the time that they must span, ms. */
  looks: number;
  span: number;
  /** What the motion of a plane subtracts from the log-odds of the score. */
  planarWeight: number;
}

/** When a face is too far, too turned or too dark to recognize. */
export interface FacePolicy {
  /** Inter-eye distance in pixels of the analyzed frame. */
  minEyeDistance: number;
  /** Degrees in either direction. */
  maxYaw: number;
  maxPitch: number;
  /** Mean luma of the aligned crop, 0..255. */
  minBrightness: number;
}

/** What the frames of one track have shown so far. */
export interface Evidence {
  state: FaceState;
  personId: string | null;
  /** Best similarity and margin of the frames that agreed. */
  similarity: number;
  margin: number;
  /** Number of agreeing frames for `candidate` in a row (a frame for another person starts over). */
  candidate: string | null;
  agreeing: number;
  /** Good frames that matched nobody; while recognized, in a row. */
  misses: number;
  /** The look-alikes between whom frames did not decide; null where there were no such frames. */
  pair: PairEvidence | null;
  /** How live `candidate` looked in the frames that agreed. */
  liveness: LivenessEvidence;
  /** Number of frames embedded since the evidence was last opened. */
  spent: number;
  /** Epoch ms of the last embedding. */
  lastChecked: number;
  /** Whom this track has already been sighted as: one sighting each. */
  sighted: Subject[];
}

/** Frames that were certainly one of two look-alikes, but did not say which. */
export interface PairEvidence {
  /** In the order of their ids. */
  people: readonly [PairMember, PairMember];
  /** Number of such frames. They count against naming one of the two. */
  frames: number;
  /** How live the face looked in them. */
  liveness: LivenessEvidence;
}

/** What the frames of a pair said about one of the two. */
export interface PairMember {
  personId: string;
  /** The best of the frames. */
  similarity: number;
  /** The best lead over everybody except the other of the two. */
  margin: number;
}

/** What one frame says about one track. */
export interface FrameEvidence {
  at: number;
  quality: number;
  /** Best match per person, most similar first; two are enough, or three where the first two look alike. */
  matches: Match[];
  /** Whether the first two of `matches` are registered as look-alikes. Default: no. */
  lookAlikes?: boolean;
  /** Passive liveness, 0..1; null if the frame was not looked at. */
  live: number | null;
  /** 0: moves as a head does; 1: moves as a plane does; null: too little motion to tell. */
  planar: number | null;
}

/** The person a track was found to be, or one of two look-alikes, with the measurements behind it. */
export interface EvidenceSighting {
  personId: string;
  similarity: number;
  /** Similarity minus the similarity of the runner-up person; between look-alikes, of the best person besides the two. */
  margin: number;
  /** The other person whom it may be as well: then it must not be booked for either before the person has said which. */
  or?: PairMember;
  /** Number of frames that agreed. */
  frames: number;
  /** See `Sighting`. */
  live: number | null;
}

/**
 * `doubtful`: when liveness is uncertain. `auto`: then, and when the movement of the face has not proved depth; in that case the
 * challenge is one movement, and ends early when depth is proved meanwhile.
 */
export type ChallengeWhen = 'never' | 'doubtful' | 'auto' | 'always';

/** A sighting that is held back, with the challenge it waits for. Plain data on the track. */
export interface Gate {
  sighting: EvidenceSighting;
  challenge: Challenge;
  /** What is missing is depth: the challenge is one movement, and not needed any more once depth is proved. */
  isForDepth?: boolean;
  /** Movements that were made for it without showing enough depth. */
  turns?: number;
  /** Epoch ms of the last comparison during a movement. */
  compared?: number;
}

/** A challenge that was failed or abandoned; its `state` is `failed`. */
export interface FailedChallenge {
  subject: Subject;
  challenge: Challenge;
}

/** What one frame says about liveness. */
interface Look {
  /** Epoch ms. */
  at: number;
  /** Passive score of this frame, 0..1. */
  live: number;
}

/** The looks at one person on one track. Plain data. */
export interface LivenessEvidence {
  /** Oldest first. */
  looks: Look[];
  /** How planar the motion was at the last look, 0..1; null: too little motion to tell. */
  planar: number | null;
  /** Number of verdicts against this track: each makes the next verdict need more looks. */
  refusals: number;
}
