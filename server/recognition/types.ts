/**
 * The state that recognition keeps for one camera: plain data, so that it travels with the frame to
 * whichever vision thread is idle, and so that every rule over it is a pure function.
 */
import type { Match } from '../protocol/analyzer.ts';
import type { FaceState } from '../protocol/results.ts';
import type { Detection } from '../vision/types.ts';

export interface TrackPolicy {
  /** A detection joins a track at this IoU of boxes or above (predicted by constant velocity). */
  minIou: number;
  /** A track not seen for this long ends, ms. */
  maxLost: number;
  /** Detections a new track needs before it is shown. */
  confirmHits: number;
}

export interface Track {
  id: number;
  /** Last seen face; predicted box while lost. */
  face: Detection;
  /** Velocity of the box centre and relative size change, per ms. */
  velocity: { x: number; y: number; scale: number };
  firstSeen: number;
  lastSeen: number;
  hits: number;
  evidence: Evidence;
}

export interface CameraTracks {
  nextId: number;
  tracks: Track[];
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
  /** A recognised track is checked again after this long, ms; an unknown one too. */
  reverifyAfter: number;
  /** Embeddings of one track that may be spent before it must wait for `reverifyAfter`. */
  maxFrames: number;
  /** `off`: not asked. `require`: no sighting without a live score over the pack's threshold. */
  liveness: 'off' | 'require';
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
  /** Good frames that matched nobody. */
  misses: number;
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
  /** 0..1, or null where the pack has no liveness part. */
  live: number | null;
}
