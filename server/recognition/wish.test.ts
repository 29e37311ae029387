import { describe, expect, it } from 'vitest';
import { wishPolicies } from './wish-policy.ts';
import {
  afterLoss,
  isThing,
  MAX_THINGS,
  SETTLING,
  STILL_FOR,
  watch,
  wishing,
  type Surroundings,
  type Wish,
} from './wish.ts';

const kiosk = wishPolicies.kiosk!;
const corridor = wishPolicies.corridor!;
const began: Surroundings = { since: 0, at: 0, things: [] };
/** In pictures. */
const minutes = (n: number) => n * 600;
const running: Surroundings = { since: -60_000, at: 0, things: [] };

/** One picture of a face: height, yaw, and where its center is. */
interface Shot {
  height?: number;
  yaw?: number;
  pitch?: number;
  x?: number;
}

/** Ten pictures a second. */
function seen(shots: readonly Shot[], policy = kiosk, surroundings = running, from = 0): Wish {
  let wish: Wish | null = null;
  for (const [i, { height = 0.3, yaw = 0, pitch = 0, x = 0.5 }] of shots.entries()) {
    const place = { x, y: 0.5, height };
    wish = watch(wish, { at: from + i * 100, place, pose: { yaw, pitch, roll: 0 } }, surroundings, policy);
  }
  return wish!;
}

const shots = (n: number, shot: Shot = {}): Shot[] => Array.from({ length: n }, () => shot);
/** Grows from one height to another. */
const approach = (from: number, to: number, n: number): Shot[] =>
  Array.from({ length: n }, (_, i) => ({ height: from * (to / from) ** (i / (n - 1)), x: 0.5 + i / 100 }));
const wishes = (all: readonly Shot[], policy = kiosk, surroundings = running) =>
  wishing([seen(all, policy, surroundings)], policy)[0];

/** Which of several faces in one picture show it at a kiosk. */
const together = (...heights: number[]) =>
  wishing(
    heights.map((height) => seen(shots(5, { height }))),
    kiosk,
  );

describe('the wish to be seen at a kiosk', () => {
  it.each<[does: string, all: Shot[], wish: boolean]>([
    ['does not show it in its first picture', shots(1), false],
    ['shows it in its second picture, if it is near and faces the camera', shots(2), true],
    ['does not show it from far away, however long it looks', shots(100, { height: 0.13 }), false],
    ['shows it once it has walked up', [...approach(0.06, 0.16, 15), ...shots(1, { height: 0.17 })], true],
    ['does not show it while it walks past in profile', shots(20, { yaw: 60 }), false],
    ['does not show it while it looks down at a phone', shots(20, { pitch: -40 }), false],
    [
      'does not show it in the first picture after it was turned away',
      [...shots(20, { yaw: 60 }), {}],
      false,
    ],
    ['shows it soon after it was turned away', [...shots(20, { yaw: 60 }), {}, {}], true],
    ['shows it only while it faces the camera', [...shots(20), { yaw: 60 }], false],
  ])('a face %s', (_, all, wish) => {
    expect(wishes(all)).toBe(wish);
  });

  it('a face behind a larger one does not show it, and a face beside one does', () => {
    expect(together(0.4, 0.2)).toEqual([true, false]);
    expect(together(0.4, 0.3)).toEqual([true, true]);
    expect(together(0.2)).toEqual([true]);
  });

  it('a larger face that looks away, or hangs on the wall, hides nobody', () => {
    const behind = seen(shots(5, { height: 0.2 }));
    const away = seen(shots(5, { height: 0.5, yaw: 60 }));
    const poster = seen(shots(minutes(2), { height: 0.5 }), kiosk, began);
    expect(wishing([away, poster, behind], kiosk)).toEqual([false, false, true]);
  });

  it('a larger face that has not moved since the camera began hides those behind it: it may be a person', () => {
    const behind = seen(shots(5, { height: 0.2 }));
    const notYet = seen(shots(5, { height: 0.5 }), kiosk, began);
    expect(wishing([notYet, behind], kiosk)).toEqual([false, false]);
  });
});

describe('the wish to be seen in a corridor', () => {
  it.each<[does: string, all: Shot[], wish: boolean]>([
    ['shows it while it comes nearer, though it does not stop', approach(0.05, 0.12, 12), true],
    ['does not show it where somebody sits far away', shots(100, { height: 0.08 }), false],
    [
      'does not show it where somebody sits far away and leans about, or has a box once that is too small',
      Array.from({ length: minutes(2) }, (_, i) => ({
        height: 0.08 * (1 + 0.12 * Math.sin(i / 40)) * (i === 700 ? 0.7 : 1),
      })),
      false,
    ],
    ['does not show it while it goes away', approach(0.12, 0.05, 12), false],
    ['does not show it within the first 0.4 s, however near', shots(4), false],
    ['shows it near after 0.4 s', shots(5), true],
    ['does not show it while it crosses and looks ahead', shots(20, { height: 0.2, yaw: 50 }), false],
    [
      'shows it although one picture of five was a glance aside',
      [...shots(5), { yaw: 60 }, ...shots(2)],
      true,
    ],
    [
      'does not show it by one glance at the camera while it crosses',
      [...shots(10, { yaw: 50 }), ...shots(2)],
      false,
    ],
  ])('a face %s', (_, all, wish) => {
    expect(wishes(all, corridor)).toBe(wish);
  });
});

describe('things with a face', () => {
  it.each([
    ['kiosk', kiosk],
    ['corridor', corridor],
  ])('a face that is there when the stream begins and hangs still does not show the wish at a %s', (_, p) => {
    expect(wishes(shots(minutes(5)), p, began)).toBe(false);
  });

  it('a photograph that wavers as detectors let it does not show the wish', () => {
    const wavering = Array.from({ length: minutes(5) }, (_, i) => ({
      x: 0.5 + 0.3 * 0.007 * Math.sin(i),
      height: 0.3 * (1 + 0.1 * Math.cos(i * 3)),
    }));
    expect(wishes(wavering, kiosk, began)).toBe(false);
  });

  it('a person who stands there when the stream begins shows the wish by moving a little', () => {
    const sways = Array.from({ length: 30 }, (_, i) => ({ x: 0.5 + 0.3 * 0.02 * Math.sin(i / 5) }));
    expect(wishes(sways, kiosk, began)).toBe(true);
  });

  it('one misplaced box is no movement', () => {
    expect(wishes([...shots(20), { x: 0.55 }, ...shots(20)], kiosk, began)).toBe(false);
  });

  it('a face that arrived and then hung still for a minute does not show the wish any more', () => {
    expect(wishes(shots(STILL_FOR / 100))).toBe(true);
    expect(wishes(shots(STILL_FOR / 100 + 1))).toBe(false);
  });

  it('a thing that is brushed stays a thing, and one that is carried to the door is none', () => {
    const hung = shots(minutes(2));
    expect(wishes([...hung, ...shots(5, { x: 0.52 })], kiosk, began)).toBe(false);
    expect(wishes([...hung, ...shots(5, { x: 0.6 })], kiosk, began)).toBe(true);
  });

  it('a thing that was hidden for a while is the same thing, and a person in front of it is none', () => {
    const poster = seen(shots(minutes(2)), kiosk, began);
    expect(isThing(poster)).toBe(true);
    const after = afterLoss(began, [poster]);
    const later = (shot: Shot) => isThing(seen(shots(5, shot), kiosk, after, 1_000_000));
    expect(later({ x: 0.51 })).toBe(true);
    expect(later({ height: 0.45 })).toBe(false);
    expect(later({ x: 0.7 })).toBe(false);
  });

  it('a person who is lost from view soon is not remembered as a thing, though there since the stream began', () => {
    const seated = seen(shots(minutes(0.5)), kiosk, began);
    expect(isThing(seated)).toBe(true);
    expect(afterLoss(began, [seated]).things).toEqual([]);
  });

  it('a person who leaves is not remembered as a thing', () => {
    const person = seen([...shots(20), ...approach(0.3, 0.35, 10)], kiosk, began);
    expect(afterLoss(began, [person]).things).toEqual([]);
  });

  it('a face that is found while a camera adapts to the light has not arrived', () => {
    expect(isThing(seen(shots(3), kiosk, began, SETTLING - 1))).toBe(true);
    expect(isThing(seen(shots(3), kiosk, began, SETTLING))).toBe(false);
  });

  it('a camera remembers a bounded number of things, and each place once', () => {
    let after = began;
    for (let i = 0; i < 2 * MAX_THINGS; i += 1) {
      const thing = seen(shots(minutes(1) + 1, { x: i }), kiosk, began);
      after = afterLoss(afterLoss(after, [thing]), [thing]);
    }
    expect(after.things).toHaveLength(MAX_THINGS);
    expect(after.things.at(-1)!.x).toBe(2 * MAX_THINGS - 1);
  });

  it('what is kept of a face stays bounded, however long it is seen', () => {
    expect(seen(shots(minutes(10)), corridor).looks.length).toBeLessThanOrEqual(6);
  });
});
