/** Break rules as the form has them: a rule to choose, and steps of one's own in hours and minutes. */
import { BREAK_STEPS, type BreakRules } from '#protocol/sites.ts';

export const HOUR = 3_600_000;
const MINUTE = 60_000;

export type BreakChoice = 'none' | 'german' | 'own';

const NO_BREAKS: BreakRules = { steps: [], punchedCount: true };

/** Working hours act of Germany (ArbZG, section 4). */
const GERMAN_BREAKS: BreakRules = {
  steps: [
    { after: 6 * HOUR, required: 30 * MINUTE },
    { after: 9 * HOUR, required: 45 * MINUTE },
  ],
  punchedCount: true,
};

export function breakChoice(rules: BreakRules): BreakChoice {
  if (rules.steps.length === 0) return 'none';
  return sameBreaks(rules, GERMAN_BREAKS) ? 'german' : 'own';
}

function sameBreaks(a: BreakRules, b: BreakRules): boolean {
  return (
    a.punchedCount === b.punchedCount &&
    a.steps.length === b.steps.length &&
    a.steps.every(
      ({ after, required }, i) => after === b.steps[i]!.after && required === b.steps[i]!.required,
    )
  );
}

/** @param values of the form: `after1` in hours and `required1` in minutes, and so on; a step without hours is ignored */
export function readBreaks(values: Record<string, string>): BreakRules {
  if (values['breaks'] === 'german') return GERMAN_BREAKS;
  if (values['breaks'] !== 'own') return NO_BREAKS;
  const steps = Array.from({ length: BREAK_STEPS }, (_, i) => ({
    after: Math.round(Number(values[`after${i + 1}`] ?? '') * HOUR),
    required: Math.round(Number(values[`required${i + 1}`] ?? '') * MINUTE),
  }));
  return {
    steps: steps.filter(({ required }) => required > 0),
    punchedCount: values['punchedCount'] !== undefined,
  };
}

export function inHours(duration: number): string {
  return String(duration / HOUR);
}

export function inMinutes(duration: number): string {
  return String(duration / MINUTE);
}
