/** How a print is held: slow movements of several periods, and the tremor of a hand. */
import type { Held } from './paper.ts';
import { between, type Random } from './random.ts';

export type Grip =
  | 'print, still'
  | 'print, moved'
  | 'print, turned'
  | 'print, tilted'
  | 'print, turned and tilted'
  | 'print, bent'
  | 'print, being bent';

type Range = readonly [least: number, most: number];

/** Amplitudes: degrees; shifts in picture heights; the change of distance as a part; bends in 1 / width of the print. */
interface Movement {
  yaw: Range;
  pitch: Range;
  roll: Range;
  shift: Range;
  nearer: Range;
  bend?: Range;
  /** How far the bend changes while it is held. */
  bending?: Range;
}

const CALM = { roll: [0, 5], shift: [0, 0.02], nearer: [0, 0.06] } satisfies Partial<Movement>;

const MOVEMENTS: Record<Grip, Movement> = {
  'print, still': { ...CALM, yaw: [0, 2], pitch: [0, 2] },
  'print, moved': { yaw: [0, 6], pitch: [0, 6], roll: [0, 20], shift: [0.02, 0.1], nearer: [0.05, 0.25] },
  'print, turned': { ...CALM, yaw: [10, 40], pitch: [0, 5] },
  'print, tilted': { ...CALM, yaw: [0, 5], pitch: [10, 40] },
  'print, turned and tilted': { ...CALM, yaw: [10, 35], pitch: [10, 35] },
  // Stiff paper in two hands: a radius of 0.5 to 2.5 widths of the print.
  'print, bent': { ...CALM, yaw: [5, 35], pitch: [0, 20], bend: [0.4, 2] },
  'print, being bent': { ...CALM, yaw: [0, 25], pitch: [0, 10], bend: [0.2, 1], bending: [0.5, 1] },
};

/** @param width of the print, in picture heights at distance 1 */
export function drawHand(grip: Grip, width: number, random: Random): (seconds: number) => Held {
  const movement = MOVEMENTS[grip];
  const amplitude = ([least, most]: Range) => between(random, least, most);
  const wave = (least = 1.4, most = 4) => {
    const [period, phase] = [between(random, least, most), 2 * Math.PI * random()];
    return (t: number) => Math.sin((2 * Math.PI * t) / period + phase);
  };
  const sway = (range: Range, tremor: number) => {
    const [size, slow, fast] = [amplitude(range), wave(), wave(0.18, 0.3)];
    return (t: number) => size * slow(t) + tremor * fast(t);
  };
  const tremor = between(random, 0.1, 0.6);
  const distance = between(random, 1, 1.9);
  const [yaw, pitch, roll] = [
    sway(movement.yaw, tremor),
    sway(movement.pitch, tremor),
    sway(movement.roll, tremor / 2),
  ];
  const [x, y] = [sway(movement.shift, 0.002), sway(movement.shift, 0.002)];
  const [nearer, bending] = [sway(movement.nearer, 0), sway(movement.bending ?? [0, 0], 0)];
  // Nobody holds it exactly upright.
  const [yaw0, pitch0] = [between(random, -6, 6), between(random, -8, 8)];
  const bend0 = movement.bend ? amplitude(movement.bend) : 0;
  const axis = [0, 0, 90, between(random, -60, 60)][Math.floor(4 * random())]!;
  return (t) => ({
    yaw: yaw0 + yaw(t),
    pitch: pitch0 + pitch(t),
    roll: roll(t),
    x: x(t),
    y: y(t),
    distance: distance * (1 + nearer(t)),
    bend: (bend0 + bending(t)) / width,
    axis,
  });
}
