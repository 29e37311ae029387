/** Explains what one picture has decided about faces. It never throws: what cannot be explained is decided all the same. */
import type { FaceDecision, Match } from '../protocol/analyzer.ts';
import type { Pose, Quality } from '../protocol/face.ts';
import { explain, explainLeft, type Explained } from '../recognition/explain.ts';
import { planarMotion } from '../recognition/planar-motion.ts';
import type { CameraTracks, EvidencePolicy, EvidenceSighting, Track } from '../recognition/types.ts';

/** What a check-in job says about it. */
interface DecidingJob {
  run: string;
  cameraId: string;
  frame: number;
  /** Ms of the steady clock. */
  at: number;
  /** Before the picture. */
  tracks: CameraTracks;
  evidencePolicy: EvidencePolicy;
}

/** A face of the picture after its evidence was weighed. */
interface ComparedFace {
  track: Track;
  pose: Pose;
  measures: Quality;
  /** Null when the face was not compared in this picture. */
  matches: Match[] | null;
}

/**
 * The track with what this frame adds to its explanation, and the explanation if the frame has decided something. It never
 * throws: what cannot be explained is decided all the same.
 */
export function explainFrame(
  { track: { id, motion }, pose, measures, matches }: ComparedFace,
  { track, sighting }: { track: Track; sighting: EvidenceSighting | null },
  live: number | null,
  job: DecidingJob,
): Explained & { fault?: string } {
  const before = job.tracks.tracks.find((one) => one.id === id);
  const planar = planarMotion(motion);
  const frame = { at: job.at, pose, measures, matches, live, planar, sighting };
  try {
    return explain(before, track, frame, job.evidencePolicy);
  } catch (error) {
    return { track, why: null, other: null, fault: messageOf(error) };
  }
}

/** Of tracks that ended with this frame in the middle of a challenge. Never throws, like `explainFrame`. */
export function leftBehind(
  state: CameraTracks,
  job: DecidingJob,
): { decisions: FaceDecision[]; faults: string[] } {
  const there = new Set(state.tracks.map(({ id }) => id));
  const decisions: FaceDecision[] = [];
  const faults: string[] = [];
  for (const track of job.tracks.tracks) {
    if (there.has(track.id)) continue;
    try {
      const left = explainLeft(track, job.evidencePolicy);
      if (left) decisions.push(decisionOf(track.id, left, job));
    } catch (error) {
      faults.push(messageOf(error));
    }
  }
  return { decisions, faults };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function decisionOf(
  track: number,
  decision: Pick<FaceDecision, 'kind' | 'people' | 'why'>,
  { run, cameraId, frame, at }: DecidingJob,
): FaceDecision {
  return { id: `${run}/${cameraId}/${track}/${decision.kind}/${frame}`, cameraId, track, at, ...decision };
}
