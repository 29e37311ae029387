/** Error rates of presentation attack detection as ISO/IEC 30107-3 names them, and how little a small sample says. */

export interface Counted {
  /** Presentations that went wrong: attacks accepted, or real people refused. */
  errors: number;
  /** Presentations that came to no decision at all: non-responses (APNRR, BPNRR). */
  silent: number;
  total: number;
}

/**
 * Wilson's interval for a proportion, 95 % confidence: honest for few presentations and for none of them wrong.
 * Bounds 0..1; the whole range where there is nothing.
 */
export function wilson(errors: number, total: number): [low: number, high: number] {
  if (total === 0) return [0, 1];
  const z = 1.959964;
  const p = errors / total;
  const middle = p + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p)) / total + z ** 2 / (4 * total ** 2));
  const scale = 1 + z ** 2 / total;
  return [
    errors === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    errors === total ? 1 : Math.min(1, (middle + spread) / scale),
  ];
}

/** What a presentation came to. `silent`: neither taken for a person nor refused before its time was up. */
export type Outcome = 'live' | 'attack' | 'silent';

/**
 * An attack that is called live is an error; a real person who is not is. Silence is counted by itself: it lets
 * nobody in, and it keeps a person waiting, so it is an error for a person and none for an attack.
 */
export function count(outcomes: readonly Outcome[], real: boolean): Counted {
  const silent = outcomes.filter((outcome) => outcome === 'silent').length;
  const live = outcomes.filter((outcome) => outcome === 'live').length;
  return { errors: real ? outcomes.length - live : live, silent, total: outcomes.length };
}
