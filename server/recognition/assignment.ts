/** Cost of a pair that is not allowed. */
export const FORBIDDEN = 1e6;

/**
 * Assigns rows to columns at the least total cost; a row may stay without a column at the cost `alone`.
 * Shortest augmenting paths with potentials (Kuhn 1955, Jonker and Volgenant 1987): O(rows² × (rows + columns)).
 * @param costs [rows][columns], any sign; FORBIDDEN or more for a pair that is not allowed
 * @returns the column of each row, or −1
 */
export function assign(costs: readonly Float64Array[], columns: number, alone: number): Int32Array {
  const rows = costs.length;
  // Each row has a private extra column at the cost of staying alone, so a solution always exists.
  const width = columns + rows;
  const cost = (row: number, column: number): number => {
    if (column < columns) return costs[row]![column]!;
    return column - columns === row ? alone : FORBIDDEN;
  };
  // One-based: index 0 is the root of the alternating tree.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(width + 1);
  const rowOf = new Int32Array(width + 1);
  const previous = new Int32Array(width + 1);
  for (let row = 1; row <= rows; row++) {
    const shortest = new Float64Array(width + 1).fill(Infinity);
    const done = new Uint8Array(width + 1);
    rowOf[0] = row;
    let column = 0;
    do {
      done[column] = 1;
      const from = rowOf[column]!;
      let step = Infinity;
      let next = 0;
      for (let j = 1; j <= width; j++) {
        if (done[j]) continue;
        const reduced = cost(from - 1, j - 1) - rowPotential[from]! - columnPotential[j]!;
        if (reduced < shortest[j]!) {
          shortest[j] = reduced;
          previous[j] = column;
        }
        if (shortest[j]! < step) {
          step = shortest[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= width; j++) {
        if (done[j]) {
          rowPotential[rowOf[j]!]! += step;
          columnPotential[j]! -= step;
        } else {
          shortest[j]! -= step;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const before = previous[column]!;
      rowOf[column] = rowOf[before]!;
      column = before;
    }
  }
  const chosen = new Int32Array(rows).fill(-1);
  for (let j = 1; j <= columns; j++) {
    const row = rowOf[j]!;
    if (row > 0 && cost(row - 1, j - 1) < FORBIDDEN) chosen[row - 1] = j - 1;
  }
  return chosen;
}
