/** Shows one instruction at a time, for long enough to be read. */
import type { EnrollmentInstruction } from '../protocol/results.ts';
import type { EnrollmentPolicy } from './policy.ts';

export interface ShownInstruction {
  shown: EnrollmentInstruction;
  /** Until when it is shown at least, epoch ms. */
  until: number;
  /** The other instruction that the latest frames call for, null if they call for the one that is shown. */
  wanted: EnrollmentInstruction | null;
  /** Since when they do, epoch ms. */
  wantedSince: number;
}

/** Instructions that are shown immediately, because the person must not continue as before. */
const AT_ONCE: ReadonlySet<EnrollmentInstruction> = new Set(['face-changed', 'done']);
/** How long these are shown at least; the person does not expect them and needs time to understand, ms. */
const SURPRISE_HOLD = 2_000;

export function firstInstruction(instruction: EnrollmentInstruction, at: number): ShownInstruction {
  return { shown: instruction, until: at, wanted: null, wantedSince: at };
}

/**
 * What to show after a frame that calls for `instruction`. A new instruction is shown if all frames of the last
 * `instructionDelay` call for it and the current one was shown for long enough. Pure.
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
