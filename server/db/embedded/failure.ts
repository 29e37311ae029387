/** Turns the last messages of PostgreSQL into one sentence that says what to do. */

export interface StartContext {
  /** Folder with the database files. */
  cluster: string;
  port: number;
}

/** @param words what PostgreSQL or initdb wrote to its standard error */
export function describeStart(words: string, { cluster, port }: StartContext): string {
  if (/Address already in use|could not bind|could not create any TCP\/IP sockets/i.test(words)) {
    return `Port ${port} on 127.0.0.1 is in use: set MUSTER_DATABASE_PORT to a free port, or to 0.`;
  }
  if (/No space left on device|Disk quota exceeded/i.test(words)) {
    return `The disk with ${cluster} is full: free some space, or set MUSTER_DATA_DIR to another disk.`;
  }
  if (/database files are incompatible with server|was initialized by PostgreSQL version/i.test(words)) {
    return `${cluster} was created by another major version of PostgreSQL: dump it with that version and load it into a new folder.`;
  }
  if (/has wrong ownership|has invalid permissions/i.test(words)) {
    return `${cluster} belongs to another account: start Muster with the account that created it, or set MUSTER_DATA_DIR to a new folder.`;
  }
  if (/Permission denied|Operation not permitted|Read-only file system/i.test(words)) {
    return `PostgreSQL is not allowed to write to ${cluster}: grant this account write access, or set MUSTER_DATA_DIR to a folder of its own.`;
  }
  if (/lock file ".*" already exists/i.test(words)) {
    return `Another PostgreSQL is running on ${cluster}: stop it first.`;
  }
  const last = words.trim().split('\n').slice(-3).join(' ');
  return `The embedded PostgreSQL did not start: ${last === '' ? 'it printed no message' : last}`;
}
