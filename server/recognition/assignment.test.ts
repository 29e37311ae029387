import { describe, expect, it } from 'vitest';
import { assign, FORBIDDEN } from './assignment.ts';

function rows(costs: number[][]): Float64Array[] {
  return costs.map((row) => Float64Array.from(row));
}

function total(costs: number[][], chosen: ArrayLike<number>, alone: number): number {
  return costs.reduce((sum, row, i) => sum + (chosen[i]! < 0 ? alone : row[chosen[i]!]!), 0);
}

/** The cheapest of all assignments, found by trying each. */
function exhaustive(costs: number[][], columns: number, alone: number): number {
  const best = (row: number, taken: number): number => {
    if (row === costs.length) return 0;
    let least = alone + best(row + 1, taken);
    for (let j = 0; j < columns; j++) {
      if (taken & (1 << j) || costs[row]![j]! >= FORBIDDEN) continue;
      least = Math.min(least, costs[row]![j]! + best(row + 1, taken | (1 << j)));
    }
    return least;
  };
  return best(0, 0);
}

describe('assign', () => {
  it.each([
    { name: 'an empty assignment without rows', costs: [], columns: 0, alone: 1, expected: [] },
    {
      name: 'no column for any row when there are no columns',
      costs: [[], []],
      columns: 0,
      alone: 1,
      expected: [-1, -1],
    },
    {
      name: 'the cheapest total rather than the nearest pair first',
      costs: [
        [1, 2],
        [1.1, 9],
      ],
      columns: 2,
      alone: 20,
      expected: [1, 0],
    },
    {
      name: 'no column for a row that is cheaper alone',
      costs: [[3, 5]],
      columns: 2,
      alone: 2,
      expected: [-1],
    },
    {
      name: 'no forbidden pair, however cheap the rest is',
      costs: [
        [FORBIDDEN, -50],
        [FORBIDDEN, -60],
      ],
      columns: 2,
      alone: 5,
      expected: [-1, 1],
    },
    {
      name: 'the cheapest of more columns than rows',
      costs: [[4, -3, 2]],
      columns: 3,
      alone: 5,
      expected: [1],
    },
  ])('assign finds $name', ({ costs, columns, alone, expected }) => {
    expect([...assign(rows(costs), columns, alone)]).toEqual(expected);
  });

  it('assign finds an assignment as cheap as the best one, in random tables', () => {
    let state = 5;
    const next = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 500; round++) {
      const [n, columns, alone] = [Math.floor(next() * 6), Math.floor(next() * 6), next() * 6 - 1];
      const costs = Array.from({ length: n }, () =>
        Array.from({ length: columns }, () => (next() < 0.2 ? FORBIDDEN : next() * 10 - 5)),
      );
      const chosen = assign(rows(costs), columns, alone);
      const used = [...chosen].filter((j) => j >= 0);
      expect(new Set(used).size).toBe(used.length);
      expect(total(costs, chosen, alone)).toBeCloseTo(exhaustive(costs, columns, alone), 9);
    }
  });
});
