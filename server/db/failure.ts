/** Explains to the person who starts the server why the database cannot be reached. */

/** Whether the fault may go away by itself: the database is still starting, or its host name is not known yet. */
export function isTemporary(error: unknown): boolean {
  const temporary = new Set([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'CONNECTION_TIMEOUT',
    '57P03', // cannot_connect_now: starting up or recovering
    '53300', // too_many_connections
    '42P04', // duplicate_database: another server created it at the same moment
    '23505', // unique_violation: the same, noticed a little later
  ]);
  return temporary.has(codeOf(error));
}

/** Whether the error comes from a mistake in the program, which the operator can do nothing about. */
export function isProgramFault(error: unknown): boolean {
  // An address that cannot be parsed is a TypeError too, but it has a code.
  return (error instanceof TypeError || error instanceof ReferenceError) && !('code' in error);
}

/** One sentence that says what to do. It does not contain the password. */
export function describeFailure(url: string, error: unknown): string {
  const where = locationOf(url);
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return `There is no PostgreSQL at ${where}: start it, or correct DATABASE_URL.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of the database at ${where} cannot be found: correct DATABASE_URL.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'CONNECTION_TIMEOUT':
      return `PostgreSQL at ${where} does not answer: check the network and DATABASE_URL.`;
    case '28P01':
    case '28000':
      return `PostgreSQL at ${where} rejects this user or password: correct DATABASE_URL.`;
    case '3D000':
      return `The database at ${where} does not exist and could not be created: create it, or correct DATABASE_URL.`;
    case '42501':
      return `The database user at ${where} lacks a required privilege: ${messageOf(error)}.`;
    case '57P03':
      return `PostgreSQL at ${where} is still starting: try again in a moment.`;
    case '53300':
      return `PostgreSQL at ${where} has no free connections: raise its setting max_connections.`;
    default:
      return `The database at ${where} cannot be used: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The driver sets no code on the next two errors.
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

function locationOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || 5432}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL (it is not a valid address)';
  }
}
