/**
 * Holds a sighting back until the face shows that the person wants to be seen (`wish.ts`). Pure.
 *
 * Who it is and whether it is alive are found out meanwhile, so that a person who steps up waits for none of it. If the
 * evidence withdraws the recognition, the sighting is dropped and may be made again.
 */
import type { Place, Pose } from '../protocol/face.ts';
import type { FaceState } from '../protocol/results.ts';
import { forgotten, sightingFrom } from './evidence.ts';
import { subjectIn, subjectOf } from './look-alike-evidence.ts';
import type { CameraTracks, EvidencePolicy, EvidenceSighting, Track } from './types.ts';
import { afterLoss, placeOf, thingsAt, watch, wishing, type Surroundings, type WishPolicy } from './wish.ts';

/** What a door asks for. */
export interface WishRule {
  /** Null: each face that is recognized counts. */
  policy: WishPolicy | null;
  /** Monotonic ms at which the picture arrived. */
  clock: number;
}

export interface WishingFace {
  track: Track;
  pose: Pose;
  /** Whether a sighting of this face may leave now. */
  wishes: boolean;
}

/**
 * Adds one picture to each of its faces.
 *
 * @param before the camera's tracks before the picture
 * @param after all tracks after it; `faces` are those of them that were found
 * @param picture its size in pixels
 */
export function addWishes<T extends Omit<WishingFace, 'wishes'>>(
  { before, after, faces }: { before: CameraTracks; after: CameraTracks; faces: readonly T[] },
  picture: { width: number; height: number },
  { policy, clock }: WishRule,
): { faces: (T & WishingFace)[]; surroundings: Surroundings | undefined } {
  if (!policy) return { faces: faces.map((face) => ({ ...face, wishes: true })), surroundings: undefined };
  const there = new Set(after.tracks.map(({ id }) => id));
  const lost = before.tracks.flatMap(({ id, wish }) => (wish && !there.has(id) ? [wish] : []));
  const known = before.surroundings ?? { since: clock, things: [] };
  const surroundings = afterLoss({ ...known, at: clock }, lost);
  const shown = faces.map(({ track, pose }) =>
    watch(track.wish ?? null, { at: clock, place: placeOf(track.face, picture), pose }, surroundings, policy),
  );
  const wishes = wishing(shown, policy);
  return {
    faces: faces.map((face, i) => ({
      ...face,
      track: { ...face.track, wish: shown[i]! },
      wishes: wishes[i]!,
    })),
    surroundings,
  };
}

/** What hangs in front of the camera, for whatever watches it after this: a stream that begins again shows the same wall. */
export function thingsOf({ tracks, surroundings }: CameraTracks): readonly Place[] | undefined {
  const seen = tracks.flatMap(({ wish }) => wish ?? []);
  return surroundings && thingsAt(surroundings, seen);
}

/** The tracks of a camera that was watched before, by this analyzer or another. */
export function knowing(tracks: CameraTracks, things: readonly Place[]): CameraTracks {
  return { ...tracks, surroundings: { since: -Infinity, at: -Infinity, things } };
}

/** The state of a face whose sighting waits: the hint that would help most. Null: none waits. */
export function waitingState({ waiting, wish }: Track): FaceState | null {
  if (waiting === undefined) return null;
  return wish?.close && !wish.shown ? 'look-at-camera' : 'seen';
}

/**
 * Processes one picture of a track after its evidence was weighed.
 *
 * @param sighting the one that weighing this picture resulted in
 * @returns the track, and the sighting that may leave now, with the evidence as of this picture
 */
export function applyWish(
  before: Track,
  sighting: EvidenceSighting | null,
  wishes: boolean,
  policy: EvidencePolicy,
): { track: Track; sighting: EvidenceSighting | null } {
  const { evidence } = before;
  const named = subjectIn(evidence);
  const { waiting, ...rest } = before;
  const track = waiting !== undefined && waiting !== named ? forgotten(rest, waiting) : rest;
  const held = sighting ?? (waiting === named && named !== null ? sightingFrom(evidence, policy) : null);
  if (!held || wishes) return { track, sighting: held };
  return { track: { ...track, waiting: subjectOf(held) }, sighting: null };
}
