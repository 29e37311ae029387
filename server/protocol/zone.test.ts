import { describe, expect, it } from 'vitest';
import { isInZone, zoneFault, type Zone, type ZonePoint } from './zone.ts';

const left: Zone = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
/** Without its upper right quarter. */
const corner: Zone = [
  [0, 0],
  [0.5, 0],
  [0.5, 0.5],
  [1, 0.5],
  [1, 1],
  [0, 1],
];

/** A regular one with so many corners. */
const round = (n: number): Zone =>
  Array.from({ length: n }, (_, i) => {
    const angle = (i / n) * 2 * Math.PI;
    return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
  });

describe('a zone', () => {
  it.each([
    ['the left half', left, [0.2, 0.5], true],
    ['the left half', left, [0.7, 0.5], false],
    ['a zone with a notch', corner, [0.25, 0.25], true],
    ['a zone with a notch', corner, [0.75, 0.75], true],
    ['a zone with a notch', corner, [0.75, 0.25], false],
  ] as const)('%s: %j at %j is %j', (_name, zone, point, inside) => {
    expect(isInZone(zone, point)).toBe(inside);
    // The corners may be drawn in either direction.
    expect(isInZone(zone.toReversed(), point)).toBe(inside);
  });

  it('each point of the picture is in one half of it and not in the other', () => {
    const right = left.map(([x, y]): ZonePoint => [1 - x, y]);
    for (let x = 0.05; x < 1; x += 0.1) {
      for (let y = 0.05; y < 1; y += 0.1) expect(isInZone(left, [x, y])).not.toBe(isInZone(right, [x, y]));
    }
  });

  it('a zone is faulty if it crosses itself, has almost no area, or has too few or too many corners', () => {
    expect(zoneFault(left)).toBeNull();
    expect(zoneFault(corner)).toBeNull();
    expect(zoneFault([left[0]!, left[2]!, left[1]!, left[3]!])).toBe('crossed');
    expect(zoneFault([left[0]!, left[1]!])).toBe('few-corners');
    expect(
      zoneFault([
        [0.1, 0.1],
        [0.15, 0.1],
        [0.1, 0.15],
      ]),
    ).toBe('small');
    expect(zoneFault(round(12))).toBeNull();
    expect(zoneFault(round(13))).toBe('many-corners');
  });
});
