import { describe, expect, it } from 'vitest';
import type { EnrollmentInstruction } from '../protocol/results.ts';
import { enrollmentPolicy } from './policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { CIRCLE, person, Sitting, type Look } from './sitting.test-support.ts';
import {
  continueSession,
  expire,
  isAcceptable,
  missingBins,
  openSession,
  progressOf,
  restartSession,
} from './enrollment-session.ts';
import { buildTemplates, similarity } from './template.ts';

const policy = enrollmentPolicy({ thresholds, far: '1e-4', requiredBins: 3, timeout: 60_000 });
const ann = person(1);
const ben = person(2);

function side(yaw: number, pitch: number): Look {
  return { yaw, pitch, ms: 800 };
}

/** A sitting that took too long. */
function late(): Sitting {
  return new Sitting(policy).play(ann, [{ yaw: 0, pitch: 0, ms: policy.timeout + 1_000 }]);
}

describe('a person who turns the head in a circle', () => {
  it('fills all bins, and is told so', () => {
    const sitting = new Sitting(policy).play(ann, CIRCLE);
    expect(sitting.session.state).toBe('complete');
    expect(sitting.progress).toMatchObject({ instruction: 'done', missing: [], acceptable: true });
    expect(Object.values(sitting.progress.bins)).toEqual(Array(9).fill(1));
  });

  it.each([5, 10, 15, 30])('does so at %d analyzed frames a second', (fps) => {
    expect(new Sitting(policy, fps).play(ann, CIRCLE).session.state).toBe('complete');
  });

  it('does so with a neutral pose that is not zero', () => {
    const tilted = CIRCLE.map((look) => ({ ...look, yaw: look.yaw + 4, pitch: look.pitch + 11 }));
    expect(new Sitting(policy).play(ann, tilted).session.state).toBe('complete');
  });

  it('leaves templates that are like the person and like nobody else', () => {
    const { session } = new Sitting(policy).play(ann, CIRCLE);
    const templates = buildTemplates(session.samples);
    expect(templates).toHaveLength(10);
    expect(similarity(templates[0]!.embedding, ann.direction)).toBeGreaterThan(0.9);
    expect(Math.abs(similarity(templates[0]!.embedding, ben.direction))).toBeLessThan(0.3);
  });
});

describe('a session', () => {
  const FRONT: Look = { yaw: 0, pitch: 0, ms: 1_500 };

  it.each<[name: string, looks: Look[], acceptable: boolean]>([
    ['the front alone', [FRONT], false],
    ['the front and two', [FRONT, side(20, 0), side(-20, 0)], false],
    ['the front and three', [FRONT, side(20, 0), side(-20, 0), side(0, 15)], true],
  ])('of %s: acceptable %s', (_, looks, acceptable) => {
    const { session, progress } = new Sitting(policy).play(ann, looks);
    expect(isAcceptable(session, policy)).toBe(acceptable);
    expect(progress.acceptable).toBe(acceptable);
    expect(progress.missing).toEqual(missingBins(session, policy));
  });

  it('without the front is not acceptable, however many sides there are', () => {
    const { session } = new Sitting(policy).play(ann, CIRCLE);
    const samples = new Map(session.samples);
    samples.delete('front');
    expect(isAcceptable({ ...session, samples }, policy)).toBe(false);
  });

  it('leads to what is missing, one thing at a time', () => {
    const sitting = new Sitting(policy).play(ann, [FRONT]);
    expect(['turn-left', 'turn-right', 'look-up', 'look-down']).toContain(sitting.progress.instruction);
    const said = sitting.play(ann, [side(20, 0), side(-20, 0), side(0, 15), side(0, -15), FRONT]).said;
    expect(['turn-up-left', 'turn-up-right', 'turn-down-left', 'turn-down-right']).toContain(said.at(-1));
  });

  it('gives up a direction that somebody cannot turn to, for another', () => {
    const { said } = new Sitting(policy).play(ann, [{ ...FRONT, ms: 14_000 }]);
    expect(new Set(said.filter((s) => s !== 'look-straight' && s !== 'hold-still')).size).toBeGreaterThan(1);
  });

  it.each<[instruction: EnrollmentInstruction, frame: Parameters<Sitting['frame']>[2]]>([
    ['no-face', { faces: 0 }],
    ['one-face-only', { faces: 2 }],
    ['come-closer', { quality: { eyeDistance: 20 } }],
    ['too-dark', { quality: { brightness: 20 } }],
    ['too-blurred', { quality: { sharpness: 5 } }],
  ])('says %s, and takes nothing meanwhile', (instruction, frame) => {
    const sitting = new Sitting(policy);
    for (let i = 0; i < 20; i++) sitting.frame(ann, { yaw: 0, pitch: 0 }, frame);
    expect(sitting.progress.instruction).toBe(instruction);
    expect(sitting.session.samples.size).toBe(0);
    expect(sitting.progress.face?.accepted ?? false).toBe(false);
  });

  it('keeps the best captures of a bin, and no more', () => {
    const sitting = new Sitting(policy);
    for (let i = 0; i < 200; i++) {
      sitting.frame(ann, { yaw: 0, pitch: 0 }, { quality: { score: 0.5 + 0.4 * Math.abs(Math.sin(i)) } });
    }
    const front = sitting.session.samples.get('front')!;
    expect(front).toHaveLength(policy.samplesPerBin);
    for (const { quality } of front) expect(quality).toBeGreaterThan(0.88);
  });
});

describe('a face that changes', () => {
  const half = CIRCLE.slice(0, 5);

  it('starts the session over, with a word of explanation, and nothing of the first face stays', () => {
    const sitting = new Sitting(policy).play(ann, half);
    expect(sitting.session.samples.size).toBeGreaterThan(1);
    sitting.play(ben, [{ yaw: 0, pitch: 0, ms: 100 * policy.changedFrames }]);
    expect(sitting.progress).toMatchObject({ instruction: 'face-changed', restarts: 1 });
    expect(sitting.session.samples.size).toBe(0);
    sitting.play(ben, CIRCLE);
    expect(sitting.session.state).toBe('complete');
    for (const { embedding } of [...sitting.session.samples.values()].flat()) {
      expect(similarity(embedding, ben.direction)).toBeGreaterThan(0.7);
    }
  });

  it('for a moment only changes nothing, and is not captured', () => {
    const sitting = new Sitting(policy).play(ann, half);
    const { samples } = sitting.session;
    for (let i = 0; i < 10; i++) {
      for (let n = 1; n < policy.changedFrames; n++) sitting.frame(ben, { yaw: 0, pitch: 0 });
      sitting.frame(ann, { yaw: 0, pitch: 0 });
    }
    expect(sitting.progress.restarts).toBe(0);
    for (const { embedding } of [...sitting.session.samples.values()].flat()) {
      expect(similarity(embedding, ann.direction)).toBeGreaterThan(0.7);
    }
    expect([...sitting.session.samples.keys()]).toEqual([...samples.keys()]);
  });

  it('gives the new face the whole time', () => {
    const sitting = new Sitting(policy).play(ann, half);
    sitting.play(ben, [{ yaw: 0, pitch: 0, ms: 100 * policy.changedFrames }]);
    expect(sitting.progress.remaining).toBe(policy.timeout);
  });
});

describe('the time-out', () => {
  it('stops the capture; frames change nothing then', () => {
    const sitting = late();
    expect(sitting.progress).toMatchObject({ state: 'timed-out', remaining: 0 });
    const before = sitting.session;
    sitting.play(ben, CIRCLE);
    expect(sitting.session).toEqual(before);
  });

  it('comes without a frame too, and only when it is due', () => {
    const session = openSession(1_000, policy);
    expect(expire(session, 1_000 + policy.timeout - 1).state).toBe('capturing');
    expect(expire(session, 1_000 + policy.timeout).state).toBe('timed-out');
    expect(expire({ ...session, state: 'complete' }, 9e12).state).toBe('complete');
  });

  it('lets go on with what was captured', () => {
    const sitting = late();
    const { samples } = sitting.session;
    sitting.session = continueSession(sitting.session, sitting.at, policy);
    expect(sitting.progress).toMatchObject({ state: 'capturing', remaining: policy.timeout });
    expect(sitting.session.samples).toBe(samples);
    expect(sitting.play(ann, CIRCLE).session.state).toBe('complete');
  });

  it('or start over with nothing, though not with the count of changed faces', () => {
    const sitting = late();
    sitting.session = restartSession({ ...sitting.session, restarts: 2 }, sitting.at, policy);
    expect(sitting.progress).toMatchObject({ state: 'capturing', remaining: policy.timeout, restarts: 2 });
    expect(sitting.session.samples.size).toBe(0);
  });
});

it('progress is of this session and plain data', () => {
  const { session, at } = new Sitting(policy).play(ann, CIRCLE.slice(0, 3));
  const progress = progressOf('e-1', session, at, policy);
  expect(progress).toMatchObject({ type: 'enrollment', enrollment: 'e-1', requiredBins: 3 });
  expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
  expect(JSON.stringify(progress)).not.toContain('embedding');
});
