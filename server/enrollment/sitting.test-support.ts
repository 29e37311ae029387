/** A person in front of an enrollment camera: synthetic captures whose poses and embeddings behave like real ones. */
import type { Capture } from '../protocol/analyzer.ts';
import type { Quality } from '../protocol/face.ts';
import type { EnrollmentInstruction, EnrollmentProgress } from '../protocol/results.ts';
import type { EnrollmentPolicy } from './policy.ts';
import { acceptCapture, openSession, progressOf, type EnrollmentSession } from './enrollment-session.ts';

const LENGTH = 512;

export interface Person {
  direction: Float32Array;
  /** The embedding at a pose. The more the head is turned, the less similar it is to the frontal one (0.85 at 20 degrees). */
  embedding(yaw: number, pitch: number): Float32Array;
}

export function person(seed: number): Person {
  // Mulberry32: neighboring seeds give unrelated people.
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 - 0.5;
  };
  const random = () => normalize(Float32Array.from({ length: LENGTH }, next));
  const [direction, toSide, upwards] = [random(), random(), random()];
  return {
    direction,
    embedding: (yaw, pitch) => {
      const jitter = random();
      return normalize(
        direction.map((v, i) => v + 0.03 * yaw * toSide[i]! + 0.03 * pitch * upwards[i]! + 0.2 * jitter[i]!),
      );
    },
  };
}

export interface Look {
  yaw: number;
  pitch: number;
  ms: number;
}

/** Straight ahead, then once around the ring. */
export const CIRCLE: readonly Look[] = [
  { yaw: 0, pitch: 0, ms: 1_500 },
  ...[0, 45, 90, 135, 180, 225, 270, 315].map((degrees) => ({
    yaw: 20 * Math.cos((degrees * Math.PI) / 180),
    pitch: 15 * Math.sin((degrees * Math.PI) / 180),
    ms: 1_000,
  })),
];

export interface FrameChange {
  quality?: Partial<Quality>;
  /** Number of faces in the picture; 1 by default. */
  faces?: number;
  /** The same person as seen by the former model pack. */
  former?: Person;
}

export function captureOf(
  who: Person,
  { yaw, pitch }: { yaw: number; pitch: number },
  at: number,
  { quality, faces = 1, former }: FrameChange = {},
  cameraId = 'enroll-test',
): Capture {
  const p = [0.5, 0.5] as const;
  const face = {
    box: [0.35, 0.2, 0.3, 0.5] as const,
    landmarks: [p, p, p, p, p] as const,
    pose: { yaw, pitch, roll: 0 },
    quality: { eyeDistance: 70, sharpness: 90, brightness: 120, contrast: 40, score: 0.9, ...quality },
  };
  return {
    cameraId,
    frame: at,
    at,
    width: 640,
    height: 480,
    faces: Array.from({ length: faces }, (_, i) =>
      i === 0
        ? {
            ...face,
            embedding: who.embedding(yaw, pitch),
            ...(former && { formerEmbedding: former.embedding(yaw, pitch) }),
          }
        : face,
    ),
  };
}

/** Plays a sequence of looks to a session. */
export class Sitting {
  session: EnrollmentSession;
  at = 1_000_000;
  /** All instructions that were shown, without repetitions in a row. */
  readonly said: EnrollmentInstruction[] = [];
  readonly #policy: EnrollmentPolicy;
  readonly #interval: number;

  constructor(policy: EnrollmentPolicy, fps = 10) {
    this.#policy = policy;
    this.#interval = 1_000 / fps;
    this.session = openSession(this.at, policy);
  }

  get progress(): EnrollmentProgress {
    return progressOf('test', this.session, this.at, this.#policy);
  }

  frame(who: Person, pose: { yaw: number; pitch: number }, change?: FrameChange): void {
    this.at += this.#interval;
    this.session = acceptCapture(this.session, captureOf(who, pose, this.at, change), this.#policy);
    const { shown } = this.session.instruction;
    if (this.said.at(-1) !== shown) this.said.push(shown);
  }

  play(who: Person, looks: readonly Look[]): this {
    for (const { yaw, pitch, ms } of looks) {
      for (let passed = 0; passed < ms; passed += this.#interval) this.frame(who, { yaw, pitch });
    }
    return this;
  }
}

function normalize(v: Float32Array): Float32Array {
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}
