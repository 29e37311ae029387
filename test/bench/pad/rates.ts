/** Error rates of presentation attack detection as ISO/IEC 30107-3 names them. */

export interface Counted {
  /** Number of wrong decisions: attacks that were accepted, or real people who were not. */
  errors: number;
  /** Number of presentations without a decision: non-responses (APNRR, BPNRR). */
  silent: number;
  total: number;
  /** Number of presentations that the error rate is relative to. */
  of: number;
}

/** The result of a presentation. `silent`: the face was neither recognized nor judged an attack within the time limit. */
export type Outcome = 'live' | 'attack' | 'silent';

/**
 * An attack that is judged live is an error, and so is a real person who is not. `silent` results are also counted
 * separately. For a real person, a silent result is an error, because the person is kept waiting. For an attack, it proves
 * nothing: a picture in which no person was recognized was never judged, and must not lower the error rate of the others.
 */
export function count(outcomes: readonly Outcome[], real: boolean): Counted {
  const silent = outcomes.filter((outcome) => outcome === 'silent').length;
  const live = outcomes.filter((outcome) => outcome === 'live').length;
  const total = outcomes.length;
  return { errors: real ? total - live : live, silent, total, of: real ? total : total - silent };
}
