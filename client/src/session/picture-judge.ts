/** Judges from samples of a camera's pictures whether they show anything. */

/**
 * `no-picture`: none arrives, although the camera runs. `dark`: black, as behind a closed lid. `still`: the very same
 * picture for long, as from the test picture of a virtual camera; the noise of a real sensor changes every one.
 */
export type PictureFault = 'no-picture' | 'dark' | 'still';

/** One look at a camera. */
export interface PictureSample {
  /** Monotonic, ms. */
  at: number;
  /** Pictures counted so far, as far as the browser counts them. */
  frames: number;
  /** Null while there is no picture at all. */
  picture: PicturePrint | null;
}

export interface PicturePrint {
  /** Mean of the luma, 0..255, and its standard deviation. */
  mean: number;
  deviation: number;
  /** Differs when any pixel differs. */
  print: number;
}

/** How long a fault must last before it is one, ms. */
export const FAULT_AFTER = {
  'no-picture': 4_000,
  /** Longer than a camera takes to set its exposure. */
  dark: 6_000,
  /** No sensor shows the same picture this long. */
  still: 60_000,
} as const satisfies Record<PictureFault, number>;
/** From its start, a camera has this long to show its first picture, ms. */
const FIRST_PICTURE = 8_000;

/** A closed lid measures 0 to 8, with noise of 1 to 3; a corridor by the light of its exit sign deviates by 15. */
const DARK = { mean: 16, deviation: 5 } as const;

export class PictureJudge {
  readonly #started: number;
  #last: PictureSample | null = null;
  /** Since when no picture has arrived, none was bright, and none differed, ms. */
  #since: Record<PictureFault, number>;

  constructor(now: number) {
    this.#started = now;
    this.#since = { 'no-picture': now, dark: now, still: now };
  }

  /** What is wrong; `good` if new pictures arrive and show something; null if that is not known yet. */
  judge(sample: PictureSample): PictureFault | 'good' | null {
    const last = this.#last;
    this.#last = sample;
    const { at, picture } = sample;
    const changed =
      picture !== null && (last?.picture?.print !== picture.print || last.frames !== sample.frames);
    if (changed) this.#since['no-picture'] = at;
    if (last?.picture?.print !== picture?.print) this.#since.still = at;
    if (picture && !isDark(picture)) this.#since.dark = at;

    const first = picture === null ? FIRST_PICTURE - FAULT_AFTER['no-picture'] : 0;
    if (at - Math.max(this.#since['no-picture'], this.#started + first) >= FAULT_AFTER['no-picture']) {
      return 'no-picture';
    }
    if (picture && at - this.#since.dark >= FAULT_AFTER.dark) return 'dark';
    if (picture && at - this.#since.still >= FAULT_AFTER.still) return 'still';
    const differs = last?.picture != null && picture != null && last.picture.print !== picture.print;
    return differs && !isDark(picture) ? 'good' : null;
  }

  /** Forgets what it has seen, because nobody was looking: a hidden page gets no pictures. */
  pause(now: number): void {
    this.#last = null;
    this.#since = { 'no-picture': now, dark: now, still: now };
  }
}

function isDark({ mean, deviation }: PicturePrint): boolean {
  return mean < DARK.mean && deviation < DARK.deviation;
}

/** @param pixels RGBA, as a canvas returns them */
export function printOf(pixels: Uint8ClampedArray): PicturePrint {
  let sum = 0;
  let squares = 0;
  let print = 0x811c9dc5;
  for (let i = 0; i + 3 < pixels.length; i += 4) {
    const [red, green, blue] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
    const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    sum += luma;
    squares += luma * luma;
    // FNV-1a over the three channels.
    print = Math.imul(print ^ red, 0x01000193);
    print = Math.imul(print ^ green, 0x01000193);
    print = Math.imul(print ^ blue, 0x01000193);
  }
  const count = Math.max(1, pixels.length / 4);
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), print };
}
