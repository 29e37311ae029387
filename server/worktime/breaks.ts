/** Break rules: how much of the time of presence is deducted because a break is required. */
import { MINUTE, HOUR } from '../time/durations.ts';

export interface BreakRule {
  /** In ascending order. The last one that applies counts. */
  steps: readonly BreakStep[];
  /** Whether punched breaks count towards the required one. */
  punchedCount: boolean;
}

interface BreakStep {
  /** Work for longer than this requires the break, ms. */
  after: number;
  /** The whole break required, ms. */
  required: number;
}

export const NO_BREAKS: BreakRule = { steps: [], punchedCount: true };

/** Working hours act of Germany (ArbZG, section 4): 30 minutes after 6 hours of work, 45 minutes after 9. */
export const GERMAN_BREAKS: BreakRule = {
  steps: [
    { after: 6 * HOUR, required: 30 * MINUTE },
    { after: 9 * HOUR, required: 45 * MINUTE },
  ],
  punchedCount: true,
};

/**
 * The time to deduct, ms, never below 0. No more is deducted than the work beyond `after`: 6 hours and 10 minutes of presence are
 * 6 hours of work, and a longer presence is never fewer hours of work.
 *
 * @param presence time within stays, ms: punched breaks are not in it
 * @param punched time of the punched breaks, ms
 */
export function breakToDeduct({ steps, punchedCount }: BreakRule, presence: number, punched: number): number {
  let deducted = 0;
  for (const { after, required } of steps) {
    const missing = required - (punchedCount ? punched : 0);
    // What an earlier step deducted is not work beyond this one.
    const beyond = presence - deducted - after;
    if (beyond > 0) deducted = Math.max(deducted, Math.min(missing, deducted + beyond));
  }
  return deducted;
}

/** The whole break that this presence requires, ms. @param presence ms */
export function breakRequired({ steps }: BreakRule, presence: number): number {
  return steps.reduce((most, { after, required }) => (presence > after ? Math.max(most, required) : most), 0);
}
