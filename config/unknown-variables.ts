import { variables } from './variables.ts';

/** Read by the set-up, the development server, the tests and docker-compose.yml. */
const ELSEWHERE = /^MUSTER_(DEV|CHECK|DATABASE_PASSWORD|TEST_\w+)$/;
/** A name with at most so many wrong letters is probably meant to be the known one. */
const NEAR = 3;

/**
 * One line for each variable that begins like ours and is not one: probably a misspelled name, whose value would be ignored
 * without a word.
 */
export function unknownVariables(names: Iterable<string>): string[] {
  const known = Object.keys(variables.shape);
  const lines: string[] = [];
  for (const name of names) {
    if (!name.startsWith('MUSTER_') || known.includes(name) || ELSEWHERE.test(name)) continue;
    const [nearest] = known
      .map((other) => ({ other, wrong: distance(name, other) }))
      .filter(({ wrong }) => wrong <= NEAR)
      .toSorted((a, b) => a.wrong - b.wrong);
    lines.push(
      `${name} is no variable of Muster and does nothing${nearest ? `: do you mean ${nearest.other}?` : '.'}`,
    );
  }
  return lines;
}

/** How many letters must be added, removed or replaced to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
