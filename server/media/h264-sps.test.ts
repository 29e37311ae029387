import { describe, expect, it } from 'vitest';
import { readSps } from './h264-sps.ts';

const sps = (hex: string) => readSps(Buffer.from(hex, 'hex'));

describe('readSps', () => {
  // As libx264 writes them.
  it.each([
    ['6742c016da0280f6c05a810102a0000003002000000303d1e2c5d4', 640, 480, 480, true],
    ['6742c01fda014016effc000c0011a810102a0000030002000003003d1e306540', 1_280, 720, 720, true],
    ['6742c028d900780227e5ffc000c00104000003000400000300c83c60c920', 1_920, 1_080, 1_088, true],
    ['6742c015d901e0bfe5c044000003000400000300c83c58b920', 480, 360, 368, true],
    ['67640016acd940a03db016a04040a8000003000800000300f078b16cb0', 640, 480, 480, false],
    ['676e001ea6cd940a03db011000000300100000030320f162d960', 640, 480, 480, false],
    ['6764001eacd940a07b6022000003000200000300643e28532c', 640, 480, 480, false],
  ])('reads the size and the profile of %s', (hex, width, height, rows, baseline) => {
    expect(sps(hex)).toMatchObject({ width, height, baseline, coded: { height: rows, left: 0, top: 0 } });
  });

  it('what is cut off or says nonsense is no parameter set', () => {
    expect(sps('67')).toBeNull();
    expect(sps('6742c016da02')).toBeNull();
    expect(sps(`6742c016${'00'.repeat(64)}`)).toBeNull();
  });
});
