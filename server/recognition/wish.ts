/**
 * Judges from what a face did so far whether the person wants to be seen. Pure.
 *
 * A name says who somebody is, not that they came to check in. People in the background, or in a picture on the wall, are
 * recognized as well. A face shows the wish by being near or coming nearer, by facing the camera, and by doing both for
 * long enough (see `WishPolicy`). A face that hangs still never shows it: it is taken for a thing, until it moves.
 *
 * Lengths are fractions of the shorter side of the picture, so that they mean the same on a screen that is turned, and when
 * the resolution of a camera changes. Times are monotonic ms.
 */
import type { Place, Pose } from '../protocol/face.ts';
import type { Detection } from '../vision/types.ts';

export interface WishPolicy {
  /** A face of this height is near. */
  near: number;
  /** A face that is not near counts as well once it has grown by this factor. Null: it has to come near. */
  growth: number | null;
  /** A face that is turned by no more than this faces the camera, degrees. */
  maxYaw: number;
  maxPitch: number;
  /** How long the face must have been near or nearer, and facing. */
  dwell: number;
  /** The share of the pictures in that time which must show it, 0..1. */
  share: number;
  /** A face below this share of the height of the largest one that shows the wish stands behind it. 0: never. */
  behind: number;
}

/** What one track did so far. Plain data on the track. */
export interface Wish {
  /** Where the face was when it moved last. */
  rest: Place;
  /** Whether it has arrived or moved. If not, it has only ever been there. */
  moved: boolean;
  /** Since when it has been at `rest`. */
  still: number;
  /** Whether it was away from `rest` in the picture before: one picture alone may be a misplaced box. */
  away: boolean;
  /** The height that it has come nearer from: its least height, of which less is remembered as time passes. */
  least: number;
  /** Whether each picture within the dwell, and the one before it, showed a face that is close enough and facing. */
  looks: readonly { at: number; shown: boolean }[];
  /** As of the last picture. */
  height: number;
  close: boolean;
  /** Close and facing. */
  shown: boolean;
  /** The last picture. */
  at: number;
}

/** What a camera remembers besides its tracks. */
export interface Surroundings {
  /** Time of its first picture. −Infinity: it was known before. */
  since: number;
  /** Time of its last picture. */
  at: number;
  /** Where faces hung still until they were lost from view. Newest last. */
  things: readonly Place[];
}

/** Faces found this soon after the first picture have not arrived. Cameras adapt to the light first. */
export const SETTLING = 3_000;
/** A face that has not moved for this long is a thing. Nobody holds the head that still. */
export const STILL_FOR = 60_000;
/**
 * A face has moved when its center is this share of its height away, 2 mm. Measured: photographs with noise and flickering
 * light waver by up to 0.007. Of 24 pieces of 6 s of people who sit and look at the screen, all move by 0.010, half of
 * them within 1 s and all within 5 s; in 3 of them nobody moves by 0.015. The height of a box says
 * nothing: on photographs it wavers by up to a fifth.
 */
const MOVED = 0.01;
/**
 * A thing has moved only when it is this far away: somebody brushed past it, or the camera focused anew. A face that
 * appears nearer to a thing than this, and of about its height, is the thing again.
 */
const THING_MOVED = 0.16;
const SAME_HEIGHT = 1.3;
/**
 * How fast the least height is forgotten, ms. Who walks up comes nearer by a quarter in one or two seconds; who sits far away
 * and leans about for an hour, or once has a box that is too small, has come nearer by nothing.
 */
const LEAST_FORGOTTEN = 5_000;
/** Things that a camera remembers. A wall with more faces than this is no place for a door. */
export const MAX_THINGS = 32;
/** Looks kept, whatever the rate: 30 pictures a second for the longest dwell. */
const MAX_LOOKS = 64;

export function placeOf(face: Detection, picture: { width: number; height: number }): Place {
  const unit = Math.min(picture.width, picture.height);
  const { landmarks } = face;
  let [x, y] = [0, 0];
  // Steadier than the box: five points instead of two corners.
  for (let i = 0; i < 10; i += 2) {
    x += (landmarks[i] ?? 0) / 5;
    y += (landmarks[i + 1] ?? 0) / 5;
  }
  return { x: x / unit, y: y / unit, height: face.height / unit };
}

/** Adds one picture. `before`: null for a track that is new. */
export function watch(
  before: Wish | null,
  { at, place, pose }: { at: number; place: Place; pose: Pose },
  { since, things }: Surroundings,
  policy: WishPolicy,
): Wish {
  const now = before ?? arrival(place, at, { since, things });
  const away = distance(place, now.rest) > (at - now.still >= STILL_FOR ? THING_MOVED : MOVED);
  const moves = away && now.away;
  const moved = moves || now.moved;
  const still = moves ? at : now.still;
  const rest = moves ? place : now.rest;
  const kept = Math.exp((now.at - at) / LEAST_FORGOTTEN);
  const least = Math.min(place.height, place.height + (now.least - place.height) * kept);
  const close =
    place.height >= policy.near || (policy.growth !== null && place.height >= least * policy.growth);
  const facing = Math.abs(pose.yaw) <= policy.maxYaw && Math.abs(pose.pitch) <= policy.maxPitch;
  const shown = close && facing;
  const looks = [...now.looks, { at, shown }];
  // The last one outside the dwell stays: it says that the dwell is over.
  const from = Math.max(
    looks.findLastIndex((look) => at - look.at >= policy.dwell),
    looks.length - MAX_LOOKS,
    0,
  );
  return {
    rest,
    moved,
    still,
    away,
    least,
    looks: looks.slice(from),
    height: place.height,
    close,
    shown,
    at,
  };
}

/** Which of the faces of one picture show the wish to be seen. In the order of `faces`. */
export function wishing(faces: readonly Wish[], policy: WishPolicy): boolean[] {
  const wish = faces.map((face) => !isThing(face) && lasts(face, policy));
  // Who has not moved yet may be a person, and then the others stand behind.
  const people = faces.filter((face) => face.shown && !hangsStill(face));
  const largest = Math.max(0, ...people.map((face) => face.height));
  return wish.map((does, i) => does && faces[i]!.height >= policy.behind * largest);
}

/** Whether the face has hung still ever since, or for so long that it is nobody's. */
export function isThing(face: Wish): boolean {
  return !face.moved || hangsStill(face);
}

function hangsStill({ still, at }: Wish): boolean {
  return at - still >= STILL_FOR;
}

/** What the camera remembers once these faces are lost from view. */
export function afterLoss(surroundings: Surroundings, lost: readonly Wish[]): Surroundings {
  // Only what hung still for long: a person who has just come and is lost must not spoil the place for the next one.
  const hung = lost.filter(({ still, at }) => at - still >= STILL_FOR);
  const places = hung.map(({ rest }) => rest);
  if (places.length === 0) return surroundings;
  const others = surroundings.things.filter((thing) => !places.some((place) => isSame(place, thing)));
  return { ...surroundings, things: [...others, ...places].slice(-MAX_THINGS) };
}

/**
 * What hangs in front of the camera, for an analyzer that watches it later. Undefined as long as the camera has not run for
 * long enough to tell: then the later one has to begin as this one did.
 */
export function thingsAt(surroundings: Surroundings, seen: readonly Wish[]): readonly Place[] | undefined {
  if (surroundings.at - surroundings.since < SETTLING + STILL_FOR) return undefined;
  return afterLoss(surroundings, seen).things;
}

function arrival(place: Place, at: number, { since, things }: Pick<Surroundings, 'since' | 'things'>): Wish {
  const thing = things.find((known) => isSame(place, known));
  return {
    rest: thing ?? place,
    moved: thing === undefined && at - since >= SETTLING,
    still: thing ? at - STILL_FOR : at,
    away: false,
    least: place.height,
    looks: [],
    height: place.height,
    close: false,
    shown: false,
    at,
  };
}

function lasts({ looks, shown, at }: Wish, { dwell, share }: WishPolicy): boolean {
  const first = looks[0];
  if (!shown || !first || at - first.at < dwell) return false;
  return looks.filter((look) => look.shown).length >= share * looks.length;
}

/** In heights of the larger face. */
function distance(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y) / Math.max(a.height, b.height, 1e-6);
}

function isSame(face: Place, thing: Place): boolean {
  const ratio = face.height / Math.max(thing.height, 1e-6);
  return distance(face, thing) <= THING_MOVED && ratio < SAME_HEIGHT && ratio > 1 / SAME_HEIGHT;
}
