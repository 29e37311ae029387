import { describe, expect, it } from 'vitest';
import type { ChallengeAct } from '../protocol/results.ts';
import {
  answer,
  type Challenge,
  type ChallengeSample,
  drawChallenge,
  instruction,
  remaining,
  retryAt,
} from './challenge.ts';
import { defaultChallengePolicy as policy } from './policy.ts';
import { seen, type Thing, type Turn } from './challenge.test-support.ts';

/** Ms between two analyzed pictures. */
const STEP = 100;

/** A challenge that asks for these movements, each after 500 ms. */
function ask(...acts: ChallengeAct[]): Challenge {
  const drawn = drawChallenge(0, { random: () => 0, eyes: true }, policy);
  return { ...drawn, steps: acts.map((act) => ({ act, hold: 500 })) };
}

/** The same, each after 1,100 ms. */
function askLate(...acts: ChallengeAct[]): Challenge {
  return { ...ask(...acts), steps: acts.map((act) => ({ act, hold: 1_100 })) };
}

/** A face in front of the camera, at ten pictures per second. */
class Scene {
  challenge: Challenge;
  at = 0;
  thing: Thing;
  turn: Required<Turn> = { yaw: 0, pitch: 0 };
  more: Partial<ChallengeSample> = {};

  constructor(challenge: Challenge, thing: Thing = 'head') {
    this.challenge = challenge;
    this.thing = thing;
  }

  show(more: Partial<ChallengeSample> = {}): this {
    this.at += STEP;
    const sample: ChallengeSample = {
      at: this.at,
      ...seen(this.thing, this.turn),
      eyes: 0.35,
      same: true,
      doubtful: false,
      ...this.more,
      ...more,
    };
    this.challenge = answer(this.challenge, sample, policy);
    return this;
  }

  hold(ms: number, more: Partial<ChallengeSample> = {}): this {
    for (let spent = 0; spent < ms; spent += STEP) this.show(more);
    return this;
  }

  /** Moves there in `ms`. */
  to(turn: Turn, ms = 500): this {
    const from = this.turn;
    const steps = Math.ceil(ms / STEP);
    for (let i = 1; i <= steps; i++) {
      const part = i / steps;
      this.turn = {
        yaw: from.yaw + ((turn.yaw ?? 0) - from.yaw) * part,
        pitch: from.pitch + ((turn.pitch ?? 0) - from.pitch) * part,
      };
      this.show();
    }
    return this;
  }

  /** Waits for an instruction other than to look straight. */
  untilAsked(): this {
    for (let i = 0; i < 30 && instruction(this.challenge) === 'look-straight'; i++) this.show();
    return this;
  }

  /** Does what is asked, as a person does, until the challenge is decided. */
  obey(angle = 28): this {
    for (let i = 0; i < 4 && this.challenge.state === 'running'; i++) {
      this.untilAsked().hold(300);
      const asked = instruction(this.challenge);
      if (asked === 'close-eyes') this.hold(500, { eyes: 0.18 });
      else this.to(TURNS(angle)[asked] ?? {}, 500).hold(200);
      this.to({}, 500).hold(300);
    }
    return this;
  }
}

const TURNS = (angle: number): Record<string, Turn> => ({
  'turn-left': { yaw: angle },
  'turn-right': { yaw: -angle },
  'look-up': { pitch: angle },
  'look-down': { pitch: -angle },
  'look-straight': {},
});

const ACTS: ChallengeAct[] = ['turn-left', 'turn-right', 'look-up', 'look-down', 'close-eyes'];

/** Returns these numbers again and again instead of random ones. */
const counter = (values: readonly number[]) => {
  let i = 0;
  return (n: number) => values[i++ % values.length]! % n;
};

/** Every movement that is ever drawn. */
function everDrawn(eyes: boolean): string[] {
  const found = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const random = counter([seed, seed >> 1, seed >> 3, seed * 3]);
    for (const { act } of drawChallenge(0, { random, eyes }, policy).steps) found.add(act);
  }
  return [...found].sort();
}

describe('drawChallenge', () => {
  it('drawChallenge never draws the same movement twice in a row, and always at least one turn of the head', () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = counter([seed, seed * 7 + 3, seed >> 2, seed * 13, seed >> 4, seed + 5]);
      const acts = drawChallenge(0, { random, eyes: seed % 2 === 0 }, policy).steps.map(({ act }) => act);
      expect(acts).toHaveLength(policy.steps);
      expect(acts.some((act) => act.startsWith('turn'))).toBe(true);
      expect(acts.some((act, i) => act === acts[i - 1])).toBe(false);
    }
  });

  it('drawChallenge draws every movement that the engine can detect, and no other', () => {
    expect(everDrawn(true)).toEqual([...ACTS].sort());
    expect(everDrawn(false)).toEqual(ACTS.filter((act) => act !== 'close-eyes').sort());
  });

  it.each([
    { eyes: false, series: 10 },
    { eyes: true, series: 14 },
  ])(
    'drawChallenge draws every series equally often, so that no guess is better than another (eyes: $eyes)',
    ({ eyes, series }) => {
      // Every outcome of chance, with its probability.
      const likely = new Map<string, number>();
      const branches: { prefix: number[]; share: number }[] = [{ prefix: [], share: 1 }];
      for (let branch = branches.pop(); branch; branch = branches.pop()) {
        const { prefix, share } = branch;
        let asked = 0;
        let choices = 0;
        const random = (n: number) => {
          const at = asked++;
          if (at === prefix.length && n < 100) choices ||= n;
          return prefix[at] ?? 0;
        };
        const acts = drawChallenge(0, { random, eyes }, policy).steps.map(({ act }) => act);
        for (let i = 0; i < choices; i++) branches.push({ prefix: [...prefix, i], share: share / choices });
        if (choices === 0) likely.set(acts.join(), (likely.get(acts.join()) ?? 0) + share);
      }
      expect(likely.size).toBe(series);
      for (const share of likely.values()) expect(share).toBeCloseTo(1 / series, 6);
    },
  );

  it('drawChallenge draws holding times between the bounds', () => {
    const bounds = [() => 0, (n: number) => n - 1].map((random) =>
      drawChallenge(0, { random, eyes: false }, policy),
    );
    expect(bounds.map(({ steps }) => steps[0]!.hold)).toEqual([...policy.hold]);
  });
});

describe('a person completes a challenge', () => {
  for (const first of ACTS) {
    for (const second of ACTS) {
      if (first === second) continue;
      it(`a person completes the challenge ${first}, then ${second}`, () => {
        expect(new Scene(ask(first, second)).obey().challenge).toMatchObject({ state: 'completed', step: 1 });
      });
    }
  }

  it('a person completes a challenge by turning only as far as required', () => {
    expect(new Scene(ask('turn-left', 'turn-right')).obey(19).challenge.state).toBe('completed');
  });

  it("a person completes a challenge under a camera that hangs high: movements are relative to the person's own front", () => {
    const scene = new Scene(ask('look-up', 'turn-left'));
    scene.turn = { yaw: -6, pitch: -14 };
    scene.untilAsked().to({ yaw: -6, pitch: 8 }).hold(200).to({ yaw: -6, pitch: -14 }).hold(300);
    scene.untilAsked().to({ yaw: 18, pitch: -14 }).hold(200).to({ yaw: -6, pitch: -14 }).hold(300);
    expect(scene.challenge.state).toBe('completed');
  });

  it('a person completes a challenge only after being compared once more after coming back', () => {
    const scene = new Scene(ask('turn-left')).untilAsked();
    while (scene.challenge.phase === 'act') scene.to({ yaw: 28 });
    scene.more = { same: null };
    scene.to({}).hold(300);
    expect(scene.challenge.state).toBe('running');
    scene.show({ same: true });
    expect(scene.challenge.state).toBe('completed');
  });

  it('a person completes a challenge only if the face matches during the movement', () => {
    const scene = new Scene(ask('turn-left')).untilAsked();
    scene.more = { same: null };
    scene.to({ yaw: 28 }).hold(400);
    expect(scene.challenge.phase).toBe('act');
    // Turned further than can be compared; it matches on the way back.
    scene.to({ yaw: 60 }).to({ yaw: 20 }).show({ same: true });
    expect(scene.challenge.phase).toBe('back');
  });

  it('a person completes a challenge after being hidden for a second, by making the movement again', () => {
    const scene = new Scene(ask('turn-left', 'turn-right')).untilAsked().to({ yaw: 10 }, 300);
    scene.at += 1_000;
    scene.to({}, 300);
    expect(scene.challenge.phase).toBe('still');
    expect(scene.obey().challenge.state).toBe('completed');
  });
});

describe('a challenge fails', () => {
  it.each(['turn-right', 'look-up', 'look-down'] as const)(
    'a challenge fails on %s instead of a turn to the left',
    (wrong) => {
      const scene = new Scene(ask('turn-left', 'turn-right')).untilAsked().hold(300);
      expect(scene.to(TURNS(28)[wrong]!).hold(300).challenge).toMatchObject({
        state: 'failed',
        fault: 'wrong-way',
      });
    },
  );

  it('a challenge fails when the time is up', () => {
    const { challenge } = new Scene(ask('turn-left', 'turn-right')).hold(policy.timeLimit + 200);
    expect(challenge).toMatchObject({ state: 'failed', fault: 'time' });
  });

  it('a challenge fails on a movement that began before it was requested', () => {
    // A recording whose turn falls on the very moment of the instruction, at thirty pictures per second.
    const scene = new Scene(ask('turn-left')).untilAsked();
    for (const yaw of [6, 12, 18, 23]) {
      scene.turn = { yaw, pitch: 0 };
      scene.at -= STEP - 33;
      scene.show();
    }
    expect(scene.challenge).toMatchObject({ state: 'failed', fault: 'too-soon' });
  });

  it('a challenge of several movements fails on one that is made while none is asked for', () => {
    const restless = (...acts: ChallengeAct[]) => new Scene(askLate(...acts)).hold(700).to({ yaw: 25 }, 300);
    expect(restless('turn-left', 'look-up').hold(300).challenge).toMatchObject({
      state: 'failed',
      fault: 'too-soon',
    });
    // Somebody who looks around before the only movement, or before the face was ever held still.
    expect(restless('turn-left').hold(300).challenge.state).toBe('running');
    const late = new Scene(askLate('turn-left', 'look-up'))
      .to({ yaw: 30 }, 300)
      .to({ yaw: -30 }, 600)
      .to({}, 300);
    expect(late.obey().challenge.state).toBe('completed');
  });

  it('a challenge fails when the face is another one, or the tracker is not sure that it is the same', () => {
    for (const change of [{ same: false }, { doubtful: true }]) {
      const scene = new Scene(ask('turn-left', 'turn-right')).untilAsked().to({ yaw: 20 });
      expect(scene.show(change).challenge).toMatchObject({ state: 'failed', fault: 'face-changed' });
    }
  });

  it('a failed challenge stays failed in later frames', () => {
    const failed = new Scene(ask('turn-left')).untilAsked().show({ same: false });
    expect(failed.obey().challenge.state).toBe('failed');
  });
});

describe('a picture does not complete a challenge', () => {
  it('a picture does not complete a challenge when held still: the time runs out', () => {
    const { challenge } = new Scene(ask('turn-left', 'look-up'), 'photo').hold(policy.timeLimit + 200);
    expect(challenge).toMatchObject({ state: 'failed', fault: 'time' });
  });

  it.each([20, 35, 50, 65])(
    'a picture does not complete a challenge when turned and tilted by %i degrees',
    (angle) => {
      for (const act of ACTS) {
        const scene = new Scene(ask(act, 'turn-left'), 'photo').untilAsked().hold(300);
        for (const turn of Object.values(TURNS(angle))) scene.to(turn, 800).hold(600).to({}, 800).hold(200);
        expect(scene.challenge.step).toBe(0);
        expect(scene.challenge.phase).not.toBe('back');
      }
    },
  );

  it.each([
    { radius: 2, angles: [15, 30, 45, 60] },
    { radius: 1.2, angles: [15, 30, 45, 60] },
    { radius: 0.9, angles: [15, 30, 45] },
  ])(
    'a picture does not complete a challenge when bent around a cylinder of $radius eye distances and turned',
    ({ radius, angles }) => {
      for (const angle of angles) {
        const scene = new Scene(ask('turn-left', 'turn-right'), { bent: radius }).untilAsked().hold(300);
        scene.to({ yaw: angle }, 800).hold(500).to({}, 800).hold(300);
        expect(scene.challenge.step).toBe(0);
        expect(scene.challenge.phase).not.toBe('back');
      }
    },
  );

  it('a picture of a turned head that replaces a picture looking straight does not complete a challenge', () => {
    const scene = new Scene(ask('turn-left', 'turn-right')).untilAsked().hold(300);
    scene.turn = { yaw: 35, pitch: 0 };
    scene.hold(800);
    expect(scene.challenge.phase).toBe('still');
    scene.turn = { yaw: 0, pitch: 0 };
    scene.hold(200);
    expect(scene.challenge.step).toBe(0);
  });

  it('a picture of a turned head that is shown after a moment without a face does not complete a challenge', () => {
    const scene = new Scene(ask('turn-left', 'turn-right')).untilAsked().hold(300);
    scene.at += policy.gap;
    scene.turn = { yaw: 20, pitch: 0 };
    scene.hold(500);
    expect(scene.challenge.phase).toBe('still');
  });
});

describe('the instructions of a challenge', () => {
  it('the instructions of a challenge are shown one at a time: look straight, make the movement, look straight', () => {
    const scene = new Scene(ask('look-down', 'turn-left'));
    const instructions: string[] = [];
    const note = () => {
      const now = instruction(scene.challenge);
      if (instructions.at(-1) !== now) instructions.push(now);
    };
    for (const [turn, ms] of [
      [{}, 900],
      [{ pitch: -26 }, 600],
      [{}, 900],
      [{ yaw: 26 }, 600],
      [{}, 600],
    ] as const) {
      const steps = ms / STEP;
      const from = scene.turn;
      for (let i = 1; i <= steps; i++) {
        const part = Math.min(1, (2 * i) / steps);
        scene.turn = {
          yaw: from.yaw + (('yaw' in turn ? turn.yaw : 0) - from.yaw) * part,
          pitch: from.pitch + (('pitch' in turn ? turn.pitch : 0) - from.pitch) * part,
        };
        scene.show();
        note();
      }
    }
    expect(instructions).toEqual([
      'look-straight',
      'look-down',
      'look-straight',
      'turn-left',
      'look-straight',
    ]);
    expect(scene.challenge.state).toBe('completed');
  });

  it('the instructions of a challenge come with the time left', () => {
    const challenge = ask('turn-left');
    expect(remaining(challenge, 0, policy)).toBe(policy.timeLimit);
    expect(remaining(challenge, 5_000, policy)).toBe(policy.timeLimit - 5_000);
    expect(remaining(challenge, policy.timeLimit + 1, policy)).toBe(0);
  });

  it('no instruction is shown for a while after a failed challenge, longer each time', () => {
    const failed = { ...ask('turn-left'), state: 'failed' as const, at: 1_000 };
    const waits = [0, 1, 2, 9].map((failures) => retryAt({ ...failed, failures }, policy) - 1_000);
    expect(waits).toEqual([4_000, 8_000, 16_000, 60_000]);
  });
});
