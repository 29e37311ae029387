import { describe, expect, it } from 'vitest';
import { PictureJudge, type PicturePrint, type PictureSample, printOf } from './picture-judge.ts';

const BRIGHT = { mean: 120, deviation: 40 };
const LID = { mean: 4, deviation: 2 };

/** One sample a second, from what each second shows. */
function verdicts(seconds: number, show: (second: number) => Partial<PictureSample>) {
  const judge = new PictureJudge(0);
  return Array.from({ length: seconds }, (_, i) => {
    const second = i + 1;
    return judge.judge({ at: second * 1000, frames: second * 30, picture: null, ...show(second) });
  });
}

const moving = (look: { mean: number; deviation: number }) => (second: number) => ({
  picture: { ...look, print: second } satisfies PicturePrint,
});

/** Moves, stands still from the third to the tenth second, and moves again. */
function frozen(second: number) {
  const at = second <= 3 || second >= 10 ? second : 3;
  return { frames: at, picture: { ...BRIGHT, print: at } };
}

describe('the judge of a camera’s pictures', () => {
  it('pictures that change are good from the second one', () => {
    expect(verdicts(4, moving(BRIGHT))).toEqual([null, 'good', 'good', 'good']);
  });

  it('a camera that freezes has no picture after four seconds, and is good again with the next ones', () => {
    expect(verdicts(11, frozen)).toEqual([
      null,
      'good',
      'good',
      null,
      null,
      null,
      'no-picture',
      'no-picture',
      'no-picture',
      'good',
      'good',
    ]);
  });

  it('a camera that never shows a picture has twice as long for its first one', () => {
    const all = verdicts(9, () => ({ frames: 0 }));
    expect(all.indexOf('no-picture')).toBe(7);
  });

  it('black pictures are dark after six seconds, however noisy', () => {
    const all = verdicts(8, moving(LID));
    expect(all.indexOf('dark')).toBe(5);
    expect(verdicts(60, moving({ mean: 8, deviation: 15 }))).not.toContain('dark');
  });

  it('a picture that never changes is still after a minute, although new ones arrive', () => {
    const all = verdicts(62, () => ({ picture: { ...BRIGHT, print: 7 } }));
    expect(all.indexOf('still')).toBe(60);
    expect(all).not.toContain('good');
  });

  it('what a hidden page has missed is no fault', () => {
    const judge = new PictureJudge(0);
    judge.judge({ at: 1_000, frames: 30, picture: { ...BRIGHT, print: 1 } });
    judge.pause(60_000);
    expect(judge.judge({ at: 61_000, frames: 30, picture: { ...BRIGHT, print: 1 } })).toBe(null);
  });

  it('the print of a picture changes with one pixel', () => {
    const gray = new Uint8ClampedArray(64 * 36 * 4).fill(100);
    const other = gray.slice();
    other[400] = 101;
    expect(printOf(gray)).toMatchObject({ mean: expect.closeTo(100), deviation: expect.closeTo(0) });
    expect(printOf(other).print).not.toBe(printOf(gray).print);
  });
});
