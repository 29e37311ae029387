import { describe, expect, it } from 'vitest';
import { columnsFor, tileWidth } from './columns.ts';

const desktop = { width: 1400, height: 780 };
const phone = { width: 366, height: 700 };
const screen = { width: 3800, height: 2000 };
const WIDE = 16 / 9;

describe('the grid of the wall', () => {
  it.each([
    [1, desktop, 1],
    [2, desktop, 2],
    [4, desktop, 2],
    [6, desktop, 3],
    [9, desktop, 3],
    [12, desktop, 4],
    [1, phone, 1],
    [6, phone, 1],
    [16, screen, 4],
    [25, screen, 5],
  ] as const)('%d cameras on %o stand in %d columns', (count, area, columns) => {
    expect(columnsFor(count, area, WIDE)).toBe(columns);
  });

  it('the tiles of all rows fit into the height where they are not too narrow for that', () => {
    for (const count of [1, 2, 4, 6, 9, 12]) {
      const columns = columnsFor(count, desktop, WIDE);
      const width = tileWidth(count, columns, desktop, WIDE);
      const rows = Math.ceil(count / columns);
      expect(rows * (width / WIDE + 64) + (rows - 1) * 12).toBeLessThanOrEqual(desktop.height + 1);
      expect(columns * width + (columns - 1) * 12).toBeLessThanOrEqual(desktop.width);
    }
    // Forty do not fit: the page scrolls, and no tile is narrower than it may be.
    const columns = columnsFor(40, desktop, WIDE);
    expect(tileWidth(40, columns, desktop, WIDE)).toBeGreaterThanOrEqual(240);
  });
});
