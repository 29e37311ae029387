/** What a fault of the database means: for the operator, for a caller, and for the work that met it. */
import { MusterError } from '../protocol/error.ts';
import type { DatabaseTrouble } from '../protocol/health.ts';

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

/**
 * Why the database takes nothing at all at the moment; null where the fault is one of this work alone. A disk that is full
 * shows in many ways: as 53100, as a failed write of a file (58030), and as a limit that the system sets.
 */
export function troubleOf(error: unknown): DatabaseTrouble | null {
  if (isFaultOfRow(error)) return null;
  const code = codeOf(error);
  if (code === '25006') return 'read-only';
  if (code === '53100' || code === '58030' || /No space left|File too large|quota/i.test(wordsOf(error))) {
    return 'full';
  }
  if (/^(53|57P)/.test(code) && code !== '57P03') return code.startsWith('53') ? 'busy' : 'away';
  if (code.startsWith('08') || isTemporary(error) || CONNECTION_LOST.test(wordsOf(error))) return 'away';
  return null;
}

/** The SQLSTATE of the error; empty where the database did not answer. */
export function sqlStateOf(error: unknown): string {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** Whether PostgreSQL refused this very row: a value that does not fit (class 22), or a constraint (class 23). */
export function isFaultOfRow(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error));
}

/** The error for a caller if the database caused it; null for any other error. */
export function publicTrouble(error: unknown): MusterError<'database-unavailable'> | null {
  const why = troubleOf(error);
  if (why === null) return null;
  return new MusterError('database-unavailable', TROUBLE[why], { details: { why }, cause: error });
}

const TROUBLE: Record<DatabaseTrouble, string> = {
  away: 'The database does not answer. Check-ins are kept and booked later; try again in a moment.',
  'read-only':
    'The database takes no changes at the moment (read-only). Check-ins are kept and booked later; tell whoever runs this server.',
  full: 'The disk of the database is full. Check-ins are kept and booked later; tell whoever runs this server to free space.',
  busy: 'The database has too much to do. Try again in a moment.',
};

const CONNECTION_LOST =
  /Connection terminated|connection error and is not queryable|Client was closed|timeout exceeded when trying to connect|Cannot use a pool after/i;

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

/** The messages of the error and of its causes. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.message} ${wordsOf(error.cause)}`;
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
