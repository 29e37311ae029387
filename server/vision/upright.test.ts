import { describe, expect, it } from 'vitest';
import type { Mounting } from '../protocol/devices.ts';
import type { I420Frame } from './types.ts';
import { uprightSize, withRotation, writeUpright } from './upright.ts';

/** One plane as rows, the way a reader writes it down; the chroma planes hold what the test gives them. */
function picture(
  rows: readonly (readonly number[])[],
  u: readonly number[],
  v: readonly number[],
): I420Frame {
  const [height, width] = [rows.length, rows[0]!.length];
  return { data: Uint8Array.from([...rows.flat(), ...u, ...v]), width, height };
}

function turned(of: I420Frame, mounting: Mounting) {
  const into = new Uint8Array(of.data.length);
  writeUpright(of, mounting, into);
  const size = uprightSize(of, mounting);
  const rows = Array.from({ length: size.height }, (_, y) => [
    ...into.subarray(y * size.width, (y + 1) * size.width),
  ]);
  return { rows, chroma: [...into.subarray(of.width * of.height)], data: into, ...size };
}

// Two pixels of chroma in a row, one row.
const p = picture(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [7, 8],
  [9, 10],
);

describe('a picture made upright', () => {
  it.each([
    [
      { turn: 0, mirrored: false },
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [7, 8, 9, 10],
    ],
    [
      { turn: 90, mirrored: false },
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
      [7, 8, 9, 10],
    ],
    [
      { turn: 180, mirrored: false },
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
      [8, 7, 10, 9],
    ],
    [
      { turn: 270, mirrored: false },
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
      [8, 7, 10, 9],
    ],
    [
      { turn: 0, mirrored: true },
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
      [8, 7, 10, 9],
    ],
    [
      { turn: 90, mirrored: true },
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      [7, 8, 9, 10],
    ],
    [
      { turn: 180, mirrored: true },
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
      [7, 8, 9, 10],
    ],
    [
      { turn: 270, mirrored: true },
      [
        [6, 3],
        [5, 2],
        [4, 1],
      ],
      [8, 7, 10, 9],
    ],
  ] as const)('%o', (mounting, rows, chroma) => {
    expect(turned(p, mounting)).toMatchObject({ rows, chroma });
  });

  it('four quarter turns, and two mirrors, leave it as it was', () => {
    const odd = picture(
      Array.from({ length: 5 }, (_, y) => Array.from({ length: 7 }, (_x, x) => y * 7 + x)),
      Array.from({ length: 12 }, (_, i) => 100 + i),
      Array.from({ length: 12 }, (_, i) => 200 + i),
    );
    for (const mounting of [
      { turn: 90, mirrored: false },
      { turn: 270, mirrored: false },
      { turn: 0, mirrored: true },
      { turn: 180, mirrored: true },
    ] as const) {
      let now: I420Frame = odd;
      for (let i = 0; i < 4; i += 1) now = turned(now, mounting);
      expect(now).toMatchObject({ data: odd.data, width: odd.width, height: odd.height });
    }
  });

  it('the rotation that a stream names comes on top', () => {
    expect(withRotation({ turn: 270, mirrored: true }, 180)).toEqual({ turn: 90, mirrored: true });
    expect(withRotation({ turn: 0, mirrored: false }, -90)).toEqual({ turn: 270, mirrored: false });
  });
});
