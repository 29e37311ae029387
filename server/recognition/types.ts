/**
 * The state that recognition keeps for one camera: plain data, so that it travels with the frame to
 * whichever vision thread is idle, and so that every rule over it is a pure function.
 */
import type { Match } from '../protocol/analyzer.ts';
import type { FaceState } from '../protocol/results.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import type { Detection } from '../vision/types.ts';
import type { Challenge, ChallengePolicy } from './challenge.ts';
import type { MotionSample } from './planar-motion.ts';

export interface TrackPolicy {
  /** A detection joins a track at this IoU of boxes or above (predicted by constant velocity). */
  minIou: number;
  /** A track not seen for this long ends, ms. */
  maxLost: number;
  /** Detections a new track needs before it is shown. */
  confirmHits: number;
  /**
   * A track this old ends and the face goes on under a new id, ms. It bounds what one track can hold, and
   * gives somebody who stays in view all day a fresh sighting now and then (one per track and person).
   */
  maxAge: number;
  /** Recognition that no embedding has confirmed for this long is dropped, ms. */
  forgetAfter: number;
  /** The same, counted from the moment the track came into doubt (`Track.doubt`), ms. */
  forgetDoubtAfter: number;
}

export interface Track {
  id: number;
  /** Last seen face; predicted box while lost. */
  face: Detection;
  /** Velocity of the box center and relative size change, per ms. */
  velocity: { x: number; y: number; scale: number };
  firstSeen: number;
  lastSeen: number;
  hits: number;
  evidence: Evidence;
  /** How its landmarks moved lately. */
  motion: readonly MotionSample[];
  /** Epoch ms that `face` stands for: `lastSeen`, or later while lost. */
  at: number;
  /**
   * Epoch ms of the first match since the last embedding that could have been somebody else: after a gap,
   * across a jump or change of size, or with another face almost as likely. Asks for early re-verification.
   */
  doubt?: number;
  /** A sighting that waits for an active challenge, see `challenge-gate.ts`. */
  gate?: Gate | undefined;
  /** Who passed a challenge on this track, which nothing has put in doubt since. */
  cleared?: string | undefined;
}

export interface CameraTracks {
  nextId: number;
  tracks: Track[];
  /** Of people who are not in the picture now. */
  failed?: FailedChallenge[];
}

export interface EvidencePolicy {
  /** Similarity at or over which a frame counts for a person: from the pack's manifest at the chosen FAR. */
  threshold: number;
  /** One frame at or over this alone suffices. */
  strongThreshold: number;
  /** Best person must beat the runner-up person by this. */
  margin: number;
  /** Agreeing frames that suffice below `strongThreshold`. */
  agreeingFrames: number;
  /** Good frames without a match until the face is called unknown. */
  unknownFrames: number;
  /** A frame below this quality score is no evidence. */
  minQuality: number;
  /** A recognized track is checked again after this long, ms; an unknown one too. */
  reverifyAfter: number;
  /** Embeddings of one track that may be spent before it must wait for `reverifyAfter`. */
  maxFrames: number;
  /** What one decade of false accept rate costs in similarity, with this pack. */
  decade: number;
  /** `threshold` rises with the gallery, up to this. */
  highestThreshold: number;
  /** `off`: not asked. `warn`: each sighting says how live it was. `require`: no sighting of what is not live. */
  liveness: LivenessPolicy;
  live: LiveRule;
  /** When a sighting has to wait for an active challenge: never, where liveness is not certain, or always. */
  challenge: ChallengeWhen;
  /** What a challenge asks for, and what counts as an answer. */
  challengePolicy: ChallengePolicy;
  /** A recognized face stays recognized at this similarity to its own person: one-to-one, so lower. */
  holdThreshold: number;
  /** Good frames in a row that match nobody until a recognition is dropped. */
  dropFrames: number;
  /** A track in doubt is checked again after this long, ms. */
  recheckAfter: number;
  /** Frames of one track closer together than this say the same thing twice, ms. */
  spacing: number;
  /** What a face must look like to be evidence, and to be told to come closer or look at the camera. */
  face: FacePolicy;
}

/** When several looks at a face make a person of it: see `liveness.ts`. */
export interface LiveRule {
  /** Score (0..1) from which a face is a person's, and below which it is a picture; doubtful between them. */
  threshold: number;
  doubt: number;
  /** Looks that a verdict needs, 3 at least, and the time that they span, ms. */
  looks: number;
  span: number;
  /** What the motion of a plane takes from the log-odds of the score. */
  planarWeight: number;
}

/** When a face is too far, too turned or too dark to recognize. */
export interface FacePolicy {
  /** Inter-eye distance in pixels of the analyzed frame. */
  minEyeDistance: number;
  /** Degrees either way. */
  maxYaw: number;
  maxPitch: number;
  /** Mean luma of the aligned crop, 0..255. */
  minBrightness: number;
}

/** What the frames of one track have said so far. */
export interface Evidence {
  state: FaceState;
  personId: string | null;
  /** Best similarity and margin of the frames that agreed. */
  similarity: number;
  margin: number;
  /** Agreeing frames for `candidate` in a row (a frame for another person starts over). */
  candidate: string | null;
  agreeing: number;
  /** Good frames that matched nobody; while recognized, in a row. */
  misses: number;
  /** What the frames that agreed say of `candidate` being a person. */
  liveness: LivenessEvidence;
  /** Frames embedded since the evidence was last opened. */
  spent: number;
  /** Epoch ms of the last embedding. */
  lastChecked: number;
  /** Persons this track has already been sighted as: one sighting each. */
  sighted: string[];
}

/** One frame's word on one track. */
export interface FrameEvidence {
  at: number;
  quality: number;
  /** Best per person, most similar first; two are enough. */
  matches: Match[];
  /** Passive liveness, 0..1; null: not looked at. */
  live: number | null;
  /** 0: moves as a head does; 1: as a plane does; null: too little motion to tell. */
  planar: number | null;
}

/** Who a track was found to be, with what speaks for it. */
export interface EvidenceSighting {
  personId: string;
  similarity: number;
  /** Similarity less that of the runner-up person. */
  margin: number;
  /** Frames that agreed. */
  frames: number;
  /** See `Sighting`. */
  live: number | null;
}

export type ChallengeWhen = 'never' | 'doubtful' | 'always';

/** What waits, and for what. Plain data on the track. */
export interface Gate {
  sighting: EvidenceSighting;
  challenge: Challenge;
  /** Epoch ms of the last comparison while the face made a movement. */
  compared?: number;
}

/** A challenge that was failed or walked away from; its `state` is `failed`. */
export interface FailedChallenge {
  personId: string;
  challenge: Challenge;
}

/** One frame's word on liveness. */
export interface Look {
  /** Epoch ms. */
  at: number;
  /** Passive score of this frame, 0..1. */
  live: number;
}

/** What the looks at one person on one track said. Plain data. */
export interface LivenessEvidence {
  /** Oldest first. */
  looks: Look[];
  /** The motion's word at the last look, 0..1; null: too little motion to tell. */
  planar: number | null;
  /** Verdicts that went against this track: each makes the next one ask for more looks. */
  refusals: number;
}
