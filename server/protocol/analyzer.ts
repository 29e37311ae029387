/**
 * The messages between the server and an analyzer: plain data that survives structured clone, so that the
 * same union travels over a child's IPC (advanced serialization) or, between hosts, over a message broker.
 * The analyzer is one more WebRTC peer: it asks for nothing but transports and consumers.
 */
import type { types as ms } from 'mediasoup';
import type { DecisionKind, DecisionSummary } from './decisions.ts';
import type { Mounting, WishAsked } from './devices.ts';
import type { Execution } from './execution.ts';
import type { Box, Landmarks, Place, Pose, Quality } from './face.ts';
import type { FalseAcceptRate } from './recognition.ts';
import type { Observation } from './results.ts';
import type { TransportParameters } from './signaling.ts';
import type { Zone } from './zone.ts';

/** Templates of different contracts never meet: "pack@version/length". */
export type ModelContract = string;

/** `check-in` recognizes; `enrollment` embeds the face of every frame and reports it; neither stores anything. */
export type AnalysisPurpose = 'check-in' | 'enrollment';

export interface WatchOptions {
  cameraId: string;
  purpose: AnalysisPurpose;
  /** Analyzed frames a second, at most. */
  rate: number;
  /** Smallest face worth analyzing, as a fraction of the frame's height. */
  minFace: number;
  /** What a face has to show before it counts. Default: `everyone`. */
  wish?: WishAsked;
  /** What makes its pictures upright. Default: nothing. */
  mounting?: Mounting;
  /** Where faces count, in the upright picture. Default: everywhere. */
  zone?: Zone | null;
}

/** What can change while a camera is watched. */
export type WatchSettings = Pick<WatchOptions, 'minFace' | 'wish' | 'mounting' | 'zone'> &
  Partial<Pick<WatchOptions, 'rate'>>;

/** One person's rows of the gallery: L2-normalized embeddings of the contract's length, aggregated one first. */
export interface GalleryEntry {
  personId: string;
  contract: ModelContract;
  embeddings: Float32Array[];
  /** The ids of people who look like this person. In force where they name this person too. Default: nobody. */
  lookAlikes?: readonly string[];
}

export interface Match {
  personId: string;
  /**
   * Best cosine similarity over the person's templates, −1..1. For a person who is enrolled with the former model pack
   * only, it is converted to the scale of the pack in use (see `similarityScale`).
   */
  similarity: number;
}

/** How faces are judged: what an owner may change while the analyzers run. */
export interface RecognitionSettings {
  /** False accept rate whose threshold decides. */
  far: FalseAcceptRate;
  /** The policy in force. Unless it is `off`, the networks of the photo detection are installed. */
  liveness: 'off' | 'warn' | 'require';
  /** When a sighting has to wait for an active challenge. */
  challenge: 'never' | 'doubtful' | 'auto' | 'always';
  /** Whether a sighting carries a picture of the face. */
  snapshots: boolean;
}

export type ServerToAnalyzer =
  | {
      type: 'watch';
      /** Number of this attempt to watch the camera. Every reply carries it, so that late replies to an earlier attempt are recognized. */
      attempt: number;
      options: WatchOptions;
      /** What the camera sends, such as `video/VP8`. */
      mimeType: string;
      /** Faces that hung still in front of this camera before: as last reported, maybe by another analyzer. */
      things?: readonly Place[] | undefined;
      /** All others are full too: a full analyzer takes it all the same. Default: it may refuse, `again: 'elsewhere'`. */
      insist?: boolean;
      transport: TransportParameters;
      routerRtpCapabilities: ms.RtpCapabilities;
    }
  | { type: 'consume'; attempt: number; cameraId: string; consumer: ConsumerParameters }
  | { type: 'unwatch'; attempt: number; cameraId: string }
  /** Takes effect with the next picture. */
  | { type: 'watch.settings'; attempt: number; cameraId: string; settings: WatchSettings }
  | GalleryCommand
  /** Takes effect with the next picture; where the photo detection has to be loaded first, with the first one after that. */
  | { type: 'recognition.settings'; settings: RecognitionSettings }
  /**
   * Requests the best matches for the mean direction of these embeddings, one per person, most similar first. Only
   * templates of the same contract are searched.
   */
  | {
      type: 'gallery.search';
      request: number;
      contract: ModelContract;
      embeddings: Float32Array[];
      limit: number;
    }
  /** Sent after a removal. The reply follows when the results of all pictures that were being analyzed have been sent. */
  | { type: 'gallery.confirm'; request: number; personId: string }
  /** These sightings are in the database or in the journal: the analyzer may forget them. */
  | { type: 'sighting.safe'; ids: string[] }
  | { type: 'ping'; at: number }
  | { type: 'close' };

/** A whole gallery is sent as `gallery.clear` and then several `gallery.add`, so that no message is large. */
export type GalleryCommand =
  /** Removes everyone from the gallery. `templates`: about how many templates of each contract follow. */
  | { type: 'gallery.clear'; templates: Record<ModelContract, number> }
  /** Each entry replaces all templates of the person, of any contract. */
  | { type: 'gallery.add'; entries: GalleryEntry[] }
  | { type: 'gallery.remove'; personId: string };

export interface ConsumerParameters {
  id: string;
  producerId: string;
  kind: 'video';
  rtpParameters: ms.RtpParameters;
}

/** What a decoder did that ended the attachment of its camera. */
export const DECODER_FAULTS = ['crashed', 'hung'] as const;
export type DecoderFault = (typeof DECODER_FAULTS)[number];

export type AnalyzerToServer =
  | { type: 'ready'; pid: number; contract: ModelContract; execution: Execution; threads: number }
  /** Answers `watch`: how to connect the transport and what can be consumed. */
  | { type: 'watching'; attempt: number; cameraId: string; rtpCapabilities: ms.RtpCapabilities }
  | { type: 'connect'; attempt: number; cameraId: string; dtlsParameters: ms.DtlsParameters }
  /** The consumer's track is attached: the server may resume it. */
  | { type: 'consuming'; attempt: number; cameraId: string }
  /**
   * `at-once`: nothing is wrong with the camera, so nobody needs to wait before the next attempt. `elsewhere`: this analyzer is
   * full or about to end, and another one should take the camera.
   */
  | {
      type: 'watch.failed';
      attempt: number;
      cameraId: string;
      message: string;
      again?: 'at-once' | 'elsewhere';
      fault?: DecoderFault;
    }
  /**
   * Check-in: what was seen in one frame. Names are the server's to add. `sent`: by `machineNow()`, where both run on one
   * machine.
   */
  | { type: 'observation'; observation: Observation; sent?: number }
  /** Repeated until `sighting.safe` names it. */
  | { type: 'sighting'; sighting: Sighting }
  /** A sighting of one of two look-alikes. Sent once: nothing is booked before the person has said which. */
  | { type: 'sighting.pair'; sighting: PairSighting }
  /** Why a face was not let in. Sent once. */
  | { type: 'decision'; decision: FaceDecision }
  /** Enrollment: the faces of one frame with what the session judges them by. */
  | { type: 'capture'; capture: Capture }
  | { type: 'camera.stats'; stats: AnalyzedCameraStats }
  /** Which faces hang still in front of the camera. Reported once the camera is known well enough, and on each change. */
  | { type: 'camera.things'; cameraId: string; things: readonly Place[] }
  | { type: 'gallery.matches'; request: number; matches: Match[] }
  /** Whether the person is gone from all galleries, and how many vision threads have finished the pictures in work. */
  | { type: 'gallery.confirmed'; request: number; removed: boolean; threads: number }
  | { type: 'gallery.size'; people: number; templates: number }
  /** `rss`: bytes; `load`: part of their time that the vision threads have worked since the last one, 0..1. */
  | { type: 'pong'; at: number; rss: number; load: number }
  | { type: 'fatal'; message: string };

/** The decision "this track is this person", with its evidence. Made once per track and person. */
export interface Sighting {
  /** Always unique: it contains the analyzer run, the camera, the track and the person. */
  id: string;
  cameraId: string;
  track: number;
  personId: string;
  /** Epoch milliseconds of the frame that completed the evidence. */
  at: number;
  similarity: number;
  /** Similarity minus that of the runner-up person. */
  margin: number;
  /** Number of frames that agreed. */
  frames: number;
  /** Liveness of the face, 0..1: below `LIVE_SCORE` it is doubtful. null: not looked at. */
  live: number | null;
  /** Why; may be lost on the way, and nothing depends on it. */
  why?: DecisionSummary;
  /** The face as a bitmap file, 38 kB; only where the settings say that snapshots are kept. */
  crop?: Uint8Array;
}

/** The decision "this track is one of these two, who look alike", with its evidence. */
export interface PairSighting extends Pick<
  Sighting,
  'id' | 'cameraId' | 'track' | 'at' | 'frames' | 'live' | 'why' | 'crop'
> {
  people: readonly [PairSightingPerson, PairSightingPerson];
}

/** A decision that is no sighting: the face is not let in. */
export interface FaceDecision {
  /** Always unique. */
  id: string;
  cameraId: string;
  track: number;
  /** Epoch milliseconds. */
  at: number;
  kind: DecisionKind;
  /** Whose face it was, or seemed to be; empty where nobody is known. */
  people: readonly string[];
  why: DecisionSummary;
}

export interface PairSightingPerson {
  personId: string;
  similarity: number;
  /** Similarity minus that of the best person besides the two. */
  margin: number;
}

export interface CapturedFace {
  box: Box;
  landmarks: Landmarks;
  pose: Pose;
  quality: Quality;
  /** L2-normalized; only on the largest face. */
  embedding?: Float32Array;
  /** The embedding by the former model pack, while that pack is running. */
  formerEmbedding?: Float32Array;
  /**
   * What shows the depth of the face (see `depth.ts`), pixels of the frame: as `landmarks`, with the middles of the brows in
   * place of the eyes where the model marks brows. Only on the largest face.
   */
  points?: Float32Array;
  /** What photo detection says of it, 0..1; absent where that is off. Only on the largest face. */
  live?: number;
}

export interface Capture {
  cameraId: string;
  frame: number;
  /** Epoch milliseconds. */
  at: number;
  width: number;
  height: number;
  /** Largest first. */
  faces: CapturedFace[];
}

export interface AnalyzedCameraStats extends CameraRates {
  pictures: PictureCounts;
}

export interface CameraRates {
  cameraId: string;
  width: number;
  height: number;
  fpsIn: number;
  fpsAnalyzed: number;
  faces: number;
}

/** What became of the pictures of a camera since the last report. */
export interface PictureCounts {
  /** Decoded. */
  received: number;
  analyzed: number;
  /** Replaced by a newer one before they were analyzed. */
  skipped: number;
  /** Lost by a fault. */
  failed: number;
}
