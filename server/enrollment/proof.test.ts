import { describe, expect, it } from 'vitest';
import type { CapturedFace } from '../protocol/analyzer.ts';
import type { EnrollmentInstruction } from '../protocol/results.ts';
import { seen, type Thing, type Turn, marked } from '../recognition/challenge.test-support.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { enrollmentPolicy } from './policy.ts';
import {
  addToProof,
  doubtOf,
  isExhausted,
  moved,
  movementOf,
  openProof,
  type Proof,
  reopenProof,
} from './proof.ts';

const { proof: policy } = enrollmentPolicy({
  thresholds,
  far: '1e-4',
  requiredBins: 3,
  timeout: 60_000,
  asks: true,
});
const rule = policy.challenge!;
/** The movements are the only thing that is asked for. */
const onlyMoves = { ...policy, depth: null };
const SIZE = { width: 640, height: 480 };
const random = () => 0;

function faceOf(turn: Turn, more: Partial<CapturedFace> = {}): CapturedFace {
  const at = marked('head', turn);
  const point = (i: number) => [at[2 * i]! / SIZE.width, at[2 * i + 1]! / SIZE.height] as const;
  return {
    box: [0.35, 0.2, 0.3, 0.5],
    landmarks: [point(0), point(1), point(2), point(3), point(4)],
    pose: seen('head', turn).pose,
    quality: { eyeDistance: 70, sharpness: 90, brightness: 120, contrast: 40, score: 0.9 },
    ...more,
  };
}

const TURNS: Partial<Record<EnrollmentInstruction, Turn>> = {
  'turn-left': { yaw: 28 },
  'turn-right': { yaw: -28 },
  'look-up': { pitch: 28 },
  'look-down': { pitch: -28 },
};

/** Six degrees nearer. */
const step = (from: number, to: number) => from + Math.max(-6, Math.min(6, to - from));

/** The doubt that is left when this was turned from side to side for six seconds. */
function doubtAfterTurns(thing: Thing) {
  let proof = openProof();
  for (let n = 0; n < 60; n += 1) {
    const points = marked(thing, { yaw: 35 * Math.sin(n / 5) });
    proof = addToProof(proof, faceOf({}, { points }), { at: n * 100, isFront: false }, policy);
  }
  return doubtOf(proof, policy);
}

/** Somebody before the camera, at ten pictures per second, from second 0 on. */
class Own {
  proof: Proof = openProof({ isOwn: true });
  at = 0;
  #turn: Required<Turn> = { yaw: 0, pitch: 0 };

  /** Moves toward this turn as fast as people do, for so long. */
  toward({ yaw = 0, pitch = 0 }: Turn, ms = 700): this {
    for (let spent = 0; spent < ms; spent += 100) {
      this.at += 100;
      this.#turn = { yaw: step(this.#turn.yaw, yaw), pitch: step(this.#turn.pitch, pitch) };
      const frame = { at: this.at, face: faceOf(this.#turn), ...SIZE, same: true } as const;
      this.proof = moved(this.proof, frame, rule, random);
    }
    return this;
  }

  get asked(): EnrollmentInstruction {
    return movementOf(this.proof.challenge!);
  }

  /** Does what is asked, or always the same. */
  obey(seconds: number, always?: EnrollmentInstruction): this {
    for (let n = 0; n < seconds && this.proof.challenge?.state !== 'completed'; n += 1) {
      this.toward({}, 100);
      this.toward(this.asked === 'look-straight' ? {} : (TURNS[always ?? this.asked] ?? {}), 900);
    }
    return this;
  }
}

describe('the proof of a capture', () => {
  it('who captures their own face does three movements that are drawn, and nothing is missing then', () => {
    const own = new Own().obey(40);
    expect(own.proof.challenge).toMatchObject({ state: 'completed', steps: { length: 3 } });
    expect(own.proof.failures).toBe(0);
    expect(doubtOf(own.proof, onlyMoves)).toBeNull();
  });

  it('another movement than the one that was asked for is a failed try, and the next one is drawn anew', () => {
    const own = new Own().toward({}, 100);
    while (own.asked === 'look-straight') own.toward({}, 100);
    own.toward(TURNS[own.asked === 'turn-left' ? 'turn-right' : 'turn-left']!);
    expect(own.proof).toMatchObject({ failures: 1, challenge: { state: 'failed', fault: 'wrong-way' } });
    expect(own.asked).toBe('look-straight');
    own.toward({}, 2_200);
    expect(own.proof.challenge).toMatchObject({ state: 'running', failures: 1 });
    expect(own.obey(40).proof.challenge!.state).toBe('completed');
  });

  it('who always makes the same movement is out of tries, also after starting over', () => {
    const own = new Own();
    while (!isExhausted(own.proof, policy)) {
      own.obey(1, 'look-down');
      own.proof = own.proof.challenge?.state === 'failed' ? reopenProof(own.proof) : own.proof;
      expect(own.at).toBeLessThan(300_000);
    }
    expect(own.proof.failures).toBe(policy.tries);
    expect(doubtOf(own.proof, onlyMoves)).toBe('unmoved');
    // Staff who capture somebody have seen who is there.
    expect(isExhausted({ ...own.proof, isOwn: false }, policy)).toBe(false);
  });

  it('whoever is captured by staff is not asked for movements', () => {
    expect(doubtOf(openProof(), onlyMoves)).toBeNull();
    expect(doubtOf(openProof({ isOwn: true }), onlyMoves)).toBe('unmoved');
    expect(doubtOf(openProof({ isOwn: true }), { ...onlyMoves, challenge: null })).toBeNull();
  });

  it('depth is missing until the turn has shown it', () => {
    expect(doubtAfterTurns('head')).toBeNull();
    expect(doubtAfterTurns('photo')).toBe('flat');
  });

  it.each([
    { live: 0.05, isFront: true, doubt: 'picture' },
    { live: 0.97, isFront: true, doubt: null },
    // The nets have never learned turned faces.
    { live: 0.05, isFront: false, doubt: null },
    { live: undefined, isFront: true, doubt: null },
  ])('photo detection that says $live of a face (front: $isFront) leaves the doubt $doubt', (one) => {
    let proof = openProof();
    const { live, isFront, doubt } = one;
    for (let n = 0; n < 6; n += 1) {
      const face = faceOf({}, live === undefined ? {} : { live });
      proof = addToProof(proof, face, { at: n * 100, isFront }, onlyMoves);
    }
    expect(doubtOf(proof, onlyMoves)).toBe(doubt);
  });
});
