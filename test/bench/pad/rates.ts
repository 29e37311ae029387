/** Error rates of presentation attack detection as ISO/IEC 30107-3 names them. */

export interface Counted {
  /** Presentations that went wrong: attacks accepted, or real people refused. */
  errors: number;
  /** Presentations that came to no decision at all: non-responses (APNRR, BPNRR). */
  silent: number;
  total: number;
  /** Presentations that the rate of errors is a share of. */
  of: number;
}

/** What a presentation came to. `silent`: neither taken for a person nor refused before its time was up. */
export type Outcome = 'live' | 'attack' | 'silent';

/**
 * An attack that is called live is an error; a real person who is not is. Silence is counted by itself. It keeps a
 * person waiting, so it is an error for a person. It says nothing of an attack: a picture in which nobody was known
 * was never judged, and must not lower the rate of those that were.
 */
export function count(outcomes: readonly Outcome[], real: boolean): Counted {
  const silent = outcomes.filter((outcome) => outcome === 'silent').length;
  const live = outcomes.filter((outcome) => outcome === 'live').length;
  const total = outcomes.length;
  return { errors: real ? total - live : live, silent, total, of: real ? total : total - silent };
}
