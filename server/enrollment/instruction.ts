/** One plain instruction at a time, long enough to be read. */
import type { EnrollmentInstruction } from '../protocol/results.ts';
import type { EnrollmentPolicy } from './policy.ts';

export interface ShownInstruction {
  shown: EnrollmentInstruction;
  /** Epoch ms since when it is shown; it stays until `until` at least. */
  until: number;
  /** What the frames have called for since then, where that is something else. */
  wanted: EnrollmentInstruction | null;
  wantedSince: number;
}

/** Said at once, whatever is being said: the person must not go on as before. */
const AT_ONCE: ReadonlySet<EnrollmentInstruction> = new Set(['face-changed', 'done']);
/** Long enough to be understood by somebody who did not expect it, ms. */
const SURPRISE_HOLD = 2_000;

export function firstInstruction(instruction: EnrollmentInstruction, at: number): ShownInstruction {
  return { shown: instruction, until: at, wanted: null, wantedSince: at };
}

/**
 * What to show after a frame that calls for `instruction`. A new one must be called for by all frames of
 * `instructionDelay`, and waits until the old one has had its time. Pure.
 */
export function instruct(
  state: ShownInstruction,
  instruction: EnrollmentInstruction,
  at: number,
  policy: Pick<EnrollmentPolicy, 'instructionHold' | 'instructionDelay'>,
): ShownInstruction {
  if (AT_ONCE.has(instruction)) {
    return { shown: instruction, until: at + SURPRISE_HOLD, wanted: null, wantedSince: at };
  }
  if (instruction === state.shown) return { ...state, wanted: null };
  const wantedSince = instruction === state.wanted ? state.wantedSince : at;
  if (at >= state.until && at - wantedSince >= policy.instructionDelay) {
    return { shown: instruction, until: at + policy.instructionHold, wanted: null, wantedSince: at };
  }
  return { ...state, wanted: instruction, wantedSince };
}
