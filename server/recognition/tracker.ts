/** Follows the faces of one camera from frame to frame. */
import type { Detection } from '../vision/types.ts';
import { assign, FORBIDDEN } from './assignment.ts';
import { addView, openDepth } from '../vision/depth.ts';
import { openEvidence, reopen } from './evidence.ts';
import { isDecided } from './look-alike-evidence.ts';
import { pair, predict, steer, type Pairing } from './motion.ts';
import { addMotion } from './planar-motion.ts';
import type { CameraTracks, Track, TrackPolicy } from './types.ts';

/** Maximum number of faces followed in one camera; with more, the surest detections. Bounds state and assignment. */
export const MAX_FACES = 64;
/** A face that is not confirmed yet is given up after this long instead of `maxLost`, ms. */
const UNCONFIRMED_LOST = 300;
/** −log likelihood at which a new face becomes the better explanation. */
const NEW_FACE = 6;
/** A pair is in doubt if any alternative is less than e³ = 20 times less likely, */
const CLEAR_LEAD = 3;
/** or if the face was out of sight for longer than this, ms, */
const GAP = 250;
/** or if its size changed by more than this factor. */
const SIZE_JUMP = Math.log(1.4);

export interface Advance {
  state: CameraTracks;
  /** Confirmed tracks that were found in this frame. */
  seen: Track[];
}

export function emptyTracks(): CameraTracks {
  return { nextId: 1, tracks: [] };
}

/**
 * Carries the tracks over to the next frame. Pure: `state` and `detections` are not changed.
 *
 * Tracks are predicted at constant velocity, and detections are assigned so that the whole assignment is the most
 * likely one. The allowed deviation grows with the time since a face was seen (this works at 2 frames per second as
 * well as at 30) and is measured in units of the face's size, because the boxes of a walking person need not overlap
 * from one frame to the next. A match that may be wrong is not refused but marked (`Track.doubt`); the evidence then
 * settles who it is.
 *
 * @param detections of one frame, in pixels, without duplicates (after NMS)
 * @param at when the frame arrived, ms of the steady clock
 */
export function advance(
  state: CameraTracks,
  detections: readonly Detection[],
  at: number,
  policy: TrackPolicy,
): Advance {
  const seen: Track[] = [];
  const tracks: Track[] = [];
  let { nextId } = state;
  // The absolute value: after the clock was set back, faces must not stay alive until it has caught up.
  const over = (track: Track, limit: number) => Math.abs(at - track.lastSeen) > limit;

  const alive = state.tracks.filter((track) => !over(track, policy.maxLost));
  const found =
    detections.length <= MAX_FACES
      ? detections
      : detections.toSorted((a, b) => b.score - a.score).slice(0, MAX_FACES);
  const predicted = alive.map((track) => predict(track, at));
  const pairings = alive.map((track, i) => found.map((face) => pair(track, predicted[i]!, face, at, policy)));
  const costs = pairings.map((row) => Float64Array.from(row, (p) => p?.cost ?? FORBIDDEN));
  const chosen = assign(costs, found.length, NEW_FACE);
  const taken = new Uint8Array(found.length);

  for (const [i, track] of alive.entries()) {
    const j = chosen[i]!;
    if (j < 0) {
      if (track.hits < policy.confirmHits && over(track, UNCONFIRMED_LOST)) continue;
      tracks.push({ ...track, face: predicted[i]!, at });
      continue;
    }
    taken[j] = 1;
    const face = keep(found[j]!);
    const doubtful = isDoubtful(pairings, i, j, at - track.lastSeen, track.at !== track.lastSeen, policy);
    if (at - track.firstSeen > policy.maxAge) {
      tracks.push({
        ...open(nextId++, face, at),
        hits: policy.confirmHits,
        velocity: track.velocity,
        cleared: doubtful ? undefined : track.cleared,
      });
    } else {
      tracks.push(follow(track, face, predicted[i]!, at, doubtful, policy));
    }
    const now = tracks.at(-1)!;
    if (now.hits >= policy.confirmHits) seen.push(now);
  }
  for (const [j, face] of found.entries()) {
    if (taken[j] || tracks.length >= MAX_FACES) continue;
    const track = open(nextId++, keep(face), at);
    tracks.push(track);
    if (track.hits >= policy.confirmHits) seen.push(track);
  }
  return { state: { nextId, tracks }, seen };
}

function open(id: number, face: Detection, at: number): Track {
  return {
    id,
    face,
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: at,
    lastSeen: at,
    at,
    hits: 1,
    evidence: openEvidence(),
    motion: addMotion([], face.landmarks, at),
    depth: addView(openDepth(), face),
  };
}

function follow(
  track: Track,
  face: Detection,
  predicted: Detection,
  at: number,
  doubtful: boolean,
  policy: TrackPolicy,
): Track {
  const { evidence } = track;
  const unresolved = track.doubt !== undefined && track.doubt > evidence.lastChecked;
  const doubt = unresolved ? track.doubt : doubtful ? at : undefined;
  const unproven =
    at - evidence.lastChecked > policy.forgetAfter ||
    (doubt !== undefined && at - doubt > policy.forgetDoubtAfter);
  return {
    ...track,
    face,
    velocity: steer(track, predicted, face, at),
    lastSeen: at,
    at,
    hits: track.hits + 1,
    evidence: unproven && isDecided(evidence.state) ? reopen(evidence) : evidence,
    // Another face, or the same face after a gap, does not continue the motion.
    motion: addMotion(doubtful ? [] : track.motion, face.landmarks, at),
    depth: addView((doubtful ? undefined : track.depth) ?? openDepth(), face),
    doubt,
    cleared: doubtful ? undefined : track.cleared,
  };
}

function isDoubtful(
  pairings: readonly (readonly (Pairing | null)[])[],
  i: number,
  j: number,
  gap: number,
  wasLost: boolean,
  policy: TrackPolicy,
): boolean {
  const made = pairings[i]![j]!;
  if (wasLost && gap > GAP) return true;
  if (made.iou < policy.minIou || made.sizeChange > SIZE_JUMP) return true;
  const rivals = (other: Pairing | null | undefined) => other != null && other.cost - made.cost < CLEAR_LEAD;
  return (
    pairings[i]!.some((other, k) => k !== j && rivals(other)) ||
    pairings.some((row, k) => k !== i && rivals(row[j]))
  );
}

/** A copy: the engine may reuse its buffers, and sending a view into a large buffer would clone the whole buffer. */
function keep(face: Detection): Detection {
  const { x, y, width, height, score, eyes, brows } = face;
  const landmarks = Float32Array.from(face.landmarks);
  return {
    x,
    y,
    width,
    height,
    score,
    landmarks,
    ...(eyes !== undefined && { eyes }),
    ...(brows !== undefined && { brows: Float32Array.from(brows) }),
  };
}
