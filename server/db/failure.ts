/** What a failure to reach the database means to the person who starts the server. */

/** Gone by itself, perhaps: the database is still starting, or its name is not known yet. */
export function isPassing(error: unknown): boolean {
  const passing = new Set([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'CONNECTION_TIMEOUT',
    '57P03', // cannot_connect_now: starting up or recovering
    '53300', // too_many_connections
    '42P04', // duplicate_database: another server created it in the same moment
    '23505', // the same, seen a little later
  ]);
  return passing.has(codeOf(error));
}

/** One sentence, without the password. */
export function describeFailure(url: string, error: unknown): string {
  const where = placeOf(url);
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return `No PostgreSQL answers at ${where}: start it, or correct DATABASE_URL.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of the database at ${where} is not known: correct DATABASE_URL.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'CONNECTION_TIMEOUT':
      return `PostgreSQL at ${where} does not answer: check the network and DATABASE_URL.`;
    case '28P01':
    case '28000':
      return `PostgreSQL at ${where} refuses this user or password: correct DATABASE_URL.`;
    case '3D000':
      return `The database at ${where} does not exist and could not be created: create it, or correct DATABASE_URL.`;
    case '42501':
      return `The database user at ${where} lacks a right it needs: ${messageOf(error)}.`;
    case '57P03':
      return `PostgreSQL at ${where} is still starting: try again in a moment.`;
    case '53300':
      return `PostgreSQL at ${where} has no free connection: raise max_connections.`;
    default:
      return `The database at ${where} cannot be used: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The driver gives these two no code.
  if (error instanceof Error && error.message === 'Connection terminated unexpectedly') return 'ECONNRESET';
  if (error instanceof Error && /timeout/i.test(error.message) && /connect/i.test(error.message)) {
    return 'CONNECTION_TIMEOUT';
  }
  const inner = error instanceof AggregateError ? error.errors[0] : (error as { cause?: unknown }).cause;
  return inner === undefined ? '' : codeOf(inner);
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
}

function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || 5432}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL (it is no valid address)';
  }
}
