/** What must not be set on a host that only analyzes. */
const FORBIDDEN = [
  'DATABASE_URL',
  'MUSTER_MASTER_KEY',
  'MUSTER_MASTER_KEY_FILE',
  'MUSTER_MASTER_KEY_COMMAND',
  'MUSTER_KEY_STORE',
] as const;

/** One line for each: whoever breaks into such a host must find neither the database nor a key. */
export function analyzerHostFaults(env: Readonly<Record<string, string | undefined>>): string[] {
  return FORBIDDEN.filter((name) => env[name]).map(
    (name) =>
      `${name} must not be set on the host of an analyzer: it needs no database and no key of a person.`,
  );
}
