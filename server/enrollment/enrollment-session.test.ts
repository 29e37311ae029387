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

const policy = enrollmentPolicy({ thresholds, far: '1e-4', requiredBins: 3, timeout: 60_000, asks: false });
const ann = person(1);
const ben = person(2);

function side(yaw: number, pitch: number): Look {
  return { yaw, pitch, ms: 800 };
}

/** As if the turn had shown depth: these captures have no landmarks. */
function showDepth(sitting: Sitting): void {
  const { session } = sitting;
  sitting.session = { ...session, proof: { ...session.proof, hasDepth: true } };
}

/** A sitting whose time is up. */
function late(): Sitting {
  return new Sitting(policy).play(ann, [{ yaw: 0, pitch: 0, ms: policy.timeout + 1_000 }]);
}

describe('a person who turns the head in a circle', () => {
  it('a person who turns the head in a circle fills all bins and sees the instruction that everything is done', () => {
    const sitting = new Sitting(policy).play(ann, CIRCLE);
    expect(sitting.session.state).toBe('complete');
    expect(sitting.progress).toMatchObject({ instruction: 'done', missing: [], acceptable: true });
    expect(Object.values(sitting.progress.bins)).toEqual(Array(9).fill(1));
  });

  it.each([5, 10, 15, 30])(
    'a person who turns the head in a circle fills all bins at %d analyzed frames per second',
    (fps) => {
      expect(new Sitting(policy, fps).play(ann, CIRCLE).session.state).toBe('complete');
    },
  );

  it('a person who turns the head in a circle fills all bins if the neutral pose is not zero', () => {
    const tilted = CIRCLE.map((look) => ({ ...look, yaw: look.yaw + 4, pitch: look.pitch + 11 }));
    expect(new Sitting(policy).play(ann, tilted).session.state).toBe('complete');
  });

  it('a person who turns the head in a circle gets templates that are similar to this person and not to another', () => {
    const { session } = new Sitting(policy).play(ann, CIRCLE);
    const templates = buildTemplates(session.samples);
    expect(templates).toHaveLength(10);
    expect(similarity(templates[0]!.embedding, ann.direction)).toBeGreaterThan(0.9);
    expect(Math.abs(similarity(templates[0]!.embedding, ben.direction))).toBeLessThan(0.3);
  });
});

describe('a session that looks for depth', () => {
  const wary = { ...policy, proof: { ...policy.proof, depth: 5 } };

  it('a full ring that has shown no depth is not enough, and the person is asked to turn from side to side', () => {
    const sitting = new Sitting(wary).play(ann, CIRCLE);
    expect(sitting.session.state).toBe('capturing');
    expect(sitting.progress).toMatchObject({ missing: [], acceptable: false, doubt: 'flat' });
    sitting.play(ann, [{ yaw: 0, pitch: 0, ms: 2_000 }]);
    expect(sitting.progress.instruction).toBe('turn-left');
    sitting.said.length = 0;
    sitting.play(ann, CIRCLE);
    expect(sitting.said).toContain('turn-right');
  });

  it('depth that was shown is enough for the rest of the session', () => {
    const sitting = new Sitting(wary).play(ann, CIRCLE);
    showDepth(sitting);
    expect(sitting.progress).toMatchObject({ acceptable: true, doubt: null });
    sitting.play(ann, [{ yaw: 0, pitch: 0, ms: 500 }]);
    expect(sitting.session.state).toBe('complete');
  });

  it('another face has to show its own', () => {
    const sitting = new Sitting(wary).play(ann, [{ yaw: 0, pitch: 0, ms: 1_500 }]);
    showDepth(sitting);
    sitting.play(ben, CIRCLE);
    expect(sitting.progress).toMatchObject({ restarts: 1, acceptable: false, doubt: 'flat' });
  });
});

describe('an enrollment session', () => {
  const FRONT: Look = { yaw: 0, pitch: 0, ms: 1_500 };

  it.each<[name: string, looks: Look[], acceptable: boolean]>([
    ['only the front', [FRONT], false],
    ['the front and two other poses', [FRONT, side(20, 0), side(-20, 0)], false],
    ['the front and three other poses', [FRONT, side(20, 0), side(-20, 0), side(0, 15)], true],
  ])('whether an enrollment session with %s can be saved: %s', (_, looks, acceptable) => {
    const { session, progress } = new Sitting(policy).play(ann, looks);
    expect(isAcceptable(session, policy)).toBe(acceptable);
    expect(progress.acceptable).toBe(acceptable);
    expect(progress.missing).toEqual(missingBins(session, policy));
  });

  it('an enrollment session without the front cannot be saved, even with all other poses', () => {
    const { session } = new Sitting(policy).play(ann, CIRCLE);
    const samples = new Map(session.samples);
    samples.delete('front');
    expect(isAcceptable({ ...session, samples }, policy)).toBe(false);
  });

  it('an enrollment session guides the person to the missing poses one at a time', () => {
    const sitting = new Sitting(policy).play(ann, [FRONT]);
    expect(['turn-left', 'turn-right', 'look-up', 'look-down']).toContain(sitting.progress.instruction);
    const said = sitting.play(ann, [side(20, 0), side(-20, 0), side(0, 15), side(0, -15), FRONT]).said;
    expect(['turn-up-left', 'turn-up-right', 'turn-down-left', 'turn-down-right']).toContain(said.at(-1));
  });

  it('an enrollment session asks for another direction if the person does not reach the first one in time', () => {
    const { said } = new Sitting(policy).play(ann, [{ ...FRONT, ms: 14_000 }]);
    expect(new Set(said.filter((s) => s !== 'look-straight' && s !== 'hold-still')).size).toBeGreaterThan(1);
  });

  it.each<[instruction: EnrollmentInstruction, frame: Parameters<Sitting['frame']>[2]]>([
    ['no-face', { faces: 0 }],
    ['one-face-only', { faces: 2 }],
    ['come-closer', { quality: { eyeDistance: 20 } }],
    ['too-dark', { quality: { brightness: 20 } }],
    ['too-blurred', { quality: { sharpness: 5 } }],
  ])('an enrollment session shows the instruction %s and does not use the frame', (instruction, frame) => {
    const sitting = new Sitting(policy);
    for (let i = 0; i < 20; i++) sitting.frame(ann, { yaw: 0, pitch: 0 }, frame);
    expect(sitting.progress.instruction).toBe(instruction);
    expect(sitting.session.samples.size).toBe(0);
    expect(sitting.progress.face?.accepted ?? false).toBe(false);
  });

  it('an enrollment session keeps only the best captures of a bin', () => {
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

  it('a different face starts the session over, shows why, and nothing of the first face is kept', () => {
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

  it('a different face that is seen only for a moment changes nothing and is not captured', () => {
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

  it('a different face gets the full time limit', () => {
    const sitting = new Sitting(policy).play(ann, half);
    sitting.play(ben, [{ yaw: 0, pitch: 0, ms: 100 * policy.changedFrames }]);
    expect(sitting.progress.remaining).toBe(policy.timeout);
  });
});

describe('the time-out', () => {
  it('the time-out of an enrollment session ends the capture, and later frames change nothing', () => {
    const sitting = late();
    expect(sitting.progress).toMatchObject({ state: 'timed-out', remaining: 0 });
    const before = sitting.session;
    sitting.play(ben, CIRCLE);
    expect(sitting.session).toEqual(before);
  });

  it('an enrollment session times out without a frame, and not too early', () => {
    const session = openSession(1_000, policy);
    expect(expire(session, 1_000 + policy.timeout - 1).state).toBe('capturing');
    expect(expire(session, 1_000 + policy.timeout).state).toBe('timed-out');
    expect(expire({ ...session, state: 'complete' }, 9e12).state).toBe('complete');
  });

  it('an enrollment session that timed out can be continued with its captures', () => {
    const sitting = late();
    const { samples } = sitting.session;
    sitting.session = continueSession(sitting.session, sitting.at, policy);
    expect(sitting.progress).toMatchObject({ state: 'capturing', remaining: policy.timeout });
    expect(sitting.session.samples).toBe(samples);
    expect(sitting.play(ann, CIRCLE).session.state).toBe('complete');
  });

  it('an enrollment session that timed out can be started over, which keeps only the number of restarts', () => {
    const sitting = late();
    sitting.session = restartSession({ ...sitting.session, restarts: 2 }, sitting.at, policy);
    expect(sitting.progress).toMatchObject({ state: 'capturing', remaining: policy.timeout, restarts: 2 });
    expect(sitting.session.samples.size).toBe(0);
  });
});

it('the progress of a session is plain data without embeddings', () => {
  const { session, at } = new Sitting(policy).play(ann, CIRCLE.slice(0, 3));
  const progress = progressOf('e-1', session, at, policy);
  expect(progress).toMatchObject({ type: 'enrollment', enrollment: 'e-1', requiredBins: 3 });
  expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
  expect(JSON.stringify(progress)).not.toContain('embedding');
});
