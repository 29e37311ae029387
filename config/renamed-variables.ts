/** Variables that were renamed. The former names keep working, with a warning. */
import type { VariableName } from './variables.ts';

const RENAMED: Record<string, VariableName> = {
  MUSTER_ENROLMENT_BINS: 'MUSTER_ENROLLMENT_BINS',
  MUSTER_ENROLMENT_TIMEOUT_SECONDS: 'MUSTER_ENROLLMENT_TIMEOUT_SECONDS',
  MUSTER_EVIDENCE: 'MUSTER_SNAPSHOTS',
  MUSTER_EVIDENCE_DAYS: 'MUSTER_KEEP_SNAPSHOTS_DAYS',
};

export interface CurrentNames {
  env: Record<string, string>;
  /** One line for each former name in use, which names the new one. */
  warnings: string[];
  /** One line for each variable that has different values under its former and its new name. */
  faults: string[];
}

/** The same environment with every former name replaced by the new one. */
export function withCurrentNames(env: Readonly<Record<string, string>>): CurrentNames {
  const result: CurrentNames = { env: { ...env }, warnings: [], faults: [] };
  for (const [former, name] of Object.entries(RENAMED)) {
    const value = env[former];
    if (value === undefined) continue;
    delete result.env[former];
    const given = env[name];
    if (given !== undefined && given !== value) {
      result.faults.push(`${former} is the former name of ${name}, and both are set: remove ${former}`);
      continue;
    }
    result.env[name] = value;
    result.warnings.push(`${former} is now called ${name}: please rename it.`);
  }
  return result;
}
