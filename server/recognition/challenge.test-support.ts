/** Faces as a camera sees them: a head, a flat photograph and a bent one, turned in three dimensions, in perspective. */
import { nosePlace } from '../vision/nose-place.ts';
import { estimatePose } from '../vision/pose.ts';
import type { ChallengeSample } from './challenge.ts';

type Point = readonly [x: number, y: number, z: number];

/** Eyes, nose, corners of the mouth. Unit: the distance of the eyes; z points to the camera and is 0 at the eyes. */
const HEAD: readonly Point[] = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.5, 0.38],
  [-0.4, 1.09, 0.22],
  [0.4, 1.09, 0.22],
];
/** The neck turns about an axis behind the face. */
const AXIS: Point = [0, 0.5, -1.2];
/** Distance of a camera at arm's length: 40 cm, in distances of the eyes. */
const DISTANCE = 6.5;

export interface Turn {
  /** Degrees, signs as in `Pose`. */
  yaw?: number;
  pitch?: number;
}

/** What is held in front of the camera. `bent`: around a vertical cylinder of this radius, in distances of the eyes. */
export type Thing = 'head' | 'photo' | { bent: number };

/** The five points that a detector marks, pixels. */
export function marked(thing: Thing, turn: Turn = {}): Float32Array {
  const landmarks = new Float32Array(10);
  for (const [i, point] of HEAD.entries()) {
    const [x, y, z] = rotate(shape(thing, point), turn);
    const size = (60 * DISTANCE) / (DISTANCE - z);
    landmarks[2 * i] = 320 + x * size;
    landmarks[2 * i + 1] = 200 + y * size;
  }
  return landmarks;
}

/** Pose and place of the nose as the engine computes them. */
export function seen(thing: Thing, turn: Turn = {}): Pick<ChallengeSample, 'pose' | 'nose'> {
  const landmarks = marked(thing, turn);
  return { pose: estimatePose(landmarks).pose, nose: nosePlace(landmarks) };
}

function shape(thing: Thing, [x, y, z]: Point): Point {
  if (thing === 'head') return [x, y, z];
  if (thing === 'photo') return [x, y, 0];
  const angle = x / thing.bent;
  return [thing.bent * Math.sin(angle), y, thing.bent * (Math.cos(angle) - 1)];
}

function rotate([x, y, z]: Point, { yaw = 0, pitch = 0 }: Turn): Point {
  const [ax, ay, az] = AXIS;
  const [cy, sy] = [Math.cos(radians(yaw)), Math.sin(radians(yaw))];
  const [cp, sp] = [Math.cos(radians(pitch)), Math.sin(radians(pitch))];
  const [dx, dy, dz] = [x - ax, y - ay, z - az];
  const turned = { x: dx * cy + dz * sy, z: dz * cy - dx * sy };
  return [ax + turned.x, ay + dy * cp - turned.z * sp, az + turned.z * cp + dy * sp];
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
