/**
 * Renders attacks from real pictures: a print that is held and moved, a bent print, a screen that replays a recording,
 * and a face that is cut out of paper and worn. Each is a generator of camera pictures, deterministic for its seed.
 */
import type { Rgb } from './rgb.ts';
import { camera, type Held, type Hit, type Sheet } from './sheet.ts';

export interface AttackOptions {
  fps: number;
  seconds: number;
  /** The picture behind the attack, already out of focus. */
  background: Rgb;
  /** Varies movement, distance and bend. */
  seed: number;
}

/** Computes the color of a point of the sheet: writes three values of 0..255 to `color`. */
type Paint = (hit: Hit, frame: number, color: Float64Array) => void;

/** Height of the sheet, in picture heights at distance 1. */
const HEIGHT = 0.8;
const DISTANCE = 1.2;
/** Width of the white edge of a print and of the bezel of a screen, in heights of the sheet. */
const PAPER_EDGE = 0.04;
const BEZEL = 0.06;

/** A print in a hand that swings, nods and changes its distance a little. `radius`: of its bend, in widths of the print. */
export function* heldPrint(photo: Rgb, options: AttackOptions & { radius: number | null }): Generator<Rgb> {
  const sheet: Sheet = {
    width: HEIGHT,
    height: HEIGHT,
    radius: options.radius === null ? null : options.radius * HEIGHT,
  };
  const paper = print(photo);
  const sway = options.radius === null ? 28 : 22;
  yield* film(sheet, (t) => swung(t, options.seed, sway), paper, options);
}

/** A tablet that plays a recording and is held almost still. It has a bezel, light of its own, and moiré. */
export function* replay(recording: readonly Rgb[], options: AttackOptions): Generator<Rgb> {
  const first = recording[0]!;
  const sheet: Sheet = { width: (HEIGHT * first.width) / first.height, height: HEIGHT, radius: null };
  yield* film(sheet, (t) => swung(t, options.seed, 4), screen(recording), options);
}

function* film(sheet: Sheet, held: (t: number) => Held, paint: Paint, options: AttackOptions) {
  const { fps, seconds, background } = options;
  for (let frame = 0; frame < fps * seconds; frame++) {
    yield shoot(sheet, held(frame / fps), (hit, color) => paint(hit, frame, color), background);
  }
}

/** One picture of a print in the position `held`. `radius` as in `heldPrint`. */
export function shotOfPrint(photo: Rgb, held: Partial<Held>, radius: number | null, background: Rgb): Rgb {
  const sheet = { width: HEIGHT, height: HEIGHT, radius: radius === null ? null : radius * HEIGHT };
  const still = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, distance: DISTANCE };
  const paper = print(photo);
  return shoot(sheet, { ...still, ...held }, (hit, color) => paper(hit, 0, color), background);
}

function shoot(
  sheet: Sheet,
  held: Held,
  paint: (hit: Hit, color: Float64Array) => void,
  background: Rgb,
): Rgb {
  const { width, height } = background;
  const color = new Float64Array(3);
  const data = Uint8Array.from(background.data);
  const meet = camera(sheet, held, background);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hit = meet(x, y);
      if (!hit) continue;
      paint(hit, color);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[at + c] = clamp(color[c]!);
    }
  }
  return { data, width, height };
}

/** The position of a sheet in a hand at time `t`, s: slow sways of several periods, and a tremor. */
function swung(t: number, seed: number, degrees: number): Held {
  const wave = (period: number, phase: number) => Math.sin((2 * Math.PI * t) / period + phase + seed * 1.7);
  return {
    yaw: degrees * wave(3.1, 0) + 0.4 * wave(0.23, 1),
    pitch: 0.45 * degrees * wave(2.3, 2) + 0.4 * wave(0.19, 3),
    roll: 0.2 * degrees * wave(4.1, 1),
    x: 0.03 * wave(2.7, 4) + 0.002 * wave(0.21, 0),
    y: 0.02 * wave(3.7, 5) + 0.002 * wave(0.27, 2),
    distance: DISTANCE * (1 + 0.06 * wave(4.7, 3)) * (1 + 0.05 * ((seed % 3) - 1)),
  };
}

/** Ink on paper: less contrast, no true black, grain that moves with the paper, a white edge, and shading. */
function print(photo: Rgb): Paint {
  return ({ u, v, facing }, _, color) => {
    const light = 0.55 + 0.45 * facing;
    if (Math.min(u, v, 1 - u, 1 - v) < PAPER_EDGE) {
      for (let c = 0; c < 3; c++) color[c] = 228 * light;
      return;
    }
    sample(photo, u, v, color);
    ink(color, u, v, light);
  };
}

function ink(color: Float64Array, u: number, v: number, light: number): void {
  const gray = 0.3 * color[0]! + 0.59 * color[1]! + 0.11 * color[2]!;
  const grain = 7 * (noise(u * 620, v * 620) - 0.5);
  for (let c = 0; c < 3; c++) {
    const faded = gray + 0.86 * (color[c]! - gray);
    color[c] = (26 + faded * 0.8 + grain + (c === 0 ? 3 : 0)) * light;
  }
}

/** Number of screen pixels across. The camera sees them with about 500 of its own pixels, which causes moiré. */
const SCREEN_PIXELS = 1_180;

function screen(recording: readonly Rgb[]): Paint {
  return ({ u, v, facing }, frame, color) => {
    const { width, height } = recording[0]!;
    const edge = Math.min(u * (width / height), v, (1 - u) * (width / height), 1 - v);
    if (edge < BEZEL) {
      color.fill(16 + 10 * v);
      return;
    }
    sample(recording[frame % recording.length]!, u, v, color);
    const rows = (SCREEN_PIXELS * height) / width;
    const row = 1 + 0.08 * Math.cos(2 * Math.PI * v * rows);
    const beat = 1 + 0.035 * Math.sin(2 * Math.PI * (1.3 * v + frame * 0.17));
    const glare = 26 * Math.exp(-(((u - 0.25) / 0.2) ** 2) - ((v - 0.15) / 0.12) ** 2);
    for (let c = 0; c < 3; c++) {
      // Red, green and blue are three strips of a screen pixel, so the moiré is shifted between the colors.
      const strip = 1 + 0.16 * Math.cos(2 * Math.PI * (u * SCREEN_PIXELS + c / 3));
      const shown = 255 * (color[c]! / 255) ** 0.88 * 1.06;
      color[c] = (10 + shown * row * strip * beat * (c === 2 ? 1.07 : 1)) * (0.7 + 0.3 * facing) + glare;
    }
  };
}

/** Five points of a face in its picture, pixels, as the engine marks them. */
export type Points = Float32Array;

/**
 * A face of paper over a real head: the photograph's face, cut along its outline with holes at the eyes, follows the
 * wearer's eyes and mouth.
 * @param wearer pictures, each with the five points of its face
 */
export function* cutOut(
  photo: Rgb,
  face: Points,
  wearer: readonly { picture: Rgb; points: Points }[],
): Generator<Rgb> {
  const color = new Float64Array(3);
  const own = frameOf(face);
  for (const { picture, points } of wearer) {
    const { width, height } = picture;
    const data = Uint8Array.from(picture.data);
    const worn = frameOf(points);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // In distances of the wearer's eyes from the middle of them, along and across the line of the eyes.
        const [a, b] = local(worn, x, y);
        if (!inMask(a, b)) continue;
        const [px, py] = place(own, a, b);
        if (px < 0 || py < 0 || px >= photo.width - 1 || py >= photo.height - 1) continue;
        sample(photo, (px + 0.5) / photo.width, (py + 0.5) / photo.height, color);
        ink(color, a / 3, b / 3, onRim(a, b) ? 1.25 : 0.95);
        const at = (y * width + x) * 3;
        for (let c = 0; c < 3; c++) data[at + c] = clamp(color[c]!);
      }
    }
    yield { data, width, height };
  }
}

/** The outline of a face, and its eyes: an ellipse with two holes. Unit: distance of the eyes. */
const OUTLINE = { x: 0, y: 0.55, rx: 0.98, ry: 1.22 };
const HOLE = { rx: 0.2, ry: 0.11 };

function inMask(a: number, b: number): boolean {
  const outside = ((a - OUTLINE.x) / OUTLINE.rx) ** 2 + ((b - OUTLINE.y) / OUTLINE.ry) ** 2 > 1;
  const hole = ((Math.abs(a) - 0.5) / HOLE.rx) ** 2 + (b / HOLE.ry) ** 2 < 1;
  return !outside && !hole;
}

/** The cut edge of the paper catches the light. */
function onRim(a: number, b: number): boolean {
  const outline = ((a - OUTLINE.x) / OUTLINE.rx) ** 2 + ((b - OUTLINE.y) / OUTLINE.ry) ** 2;
  const hole = ((Math.abs(a) - 0.5) / HOLE.rx) ** 2 + (b / HOLE.ry) ** 2;
  return outline > 0.96 || hole < 1.25;
}

interface Frame {
  x: number;
  y: number;
  /** Unit of the frame in pixels along the eyes, and down to the mouth. */
  eyes: readonly [number, number];
  down: readonly [number, number];
}

function frameOf(points: Points): Frame {
  const at = (i: number) => points[i]!;
  const eyes = [at(2) - at(0), at(3) - at(1)] as const;
  const x = (at(0) + at(2)) / 2;
  const y = (at(1) + at(3)) / 2;
  // The mouth lies 1.1 distances of the eyes below them: so the mask is stretched to the wearer's face.
  const down = [((at(6) + at(8)) / 2 - x) / 1.1, ((at(7) + at(9)) / 2 - y) / 1.1] as const;
  return { x, y, eyes, down };
}

function local({ x, y, eyes, down }: Frame, px: number, py: number): [number, number] {
  const area = eyes[0] * down[1] - eyes[1] * down[0];
  const [dx, dy] = [px - x, py - y];
  return [(dx * down[1] - dy * down[0]) / area, (eyes[0] * dy - eyes[1] * dx) / area];
}

function place({ x, y, eyes, down }: Frame, a: number, b: number): [number, number] {
  return [x + a * eyes[0] + b * down[0], y + a * eyes[1] + b * down[1]];
}

/** Bilinear. `u`, `v` 0..1. */
function sample({ data, width, height }: Rgb, u: number, v: number, color: Float64Array): void {
  const x = Math.min(width - 1.001, Math.max(0, u * width - 0.5));
  const y = Math.min(height - 1.001, Math.max(0, v * height - 0.5));
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - ix, y - iy];
  const at = (iy * width + ix) * 3;
  for (let c = 0; c < 3; c++) {
    const top = data[at + c]! * (1 - fx) + data[at + 3 + c]! * fx;
    const below = data[at + 3 * width + c]! * (1 - fx) + data[at + 3 * width + 3 + c]! * fx;
    color[c] = top * (1 - fy) + below * fy;
  }
}

/** A fixed value of 0..1 for each whole place. */
function noise(x: number, y: number): number {
  let n = (Math.floor(x) * 374_761_393 + Math.floor(y) * 668_265_263) | 0;
  n = Math.imul(n ^ (n >>> 13), 1_274_126_177);
  return ((n ^ (n >>> 16)) >>> 0) / 2 ** 32;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
