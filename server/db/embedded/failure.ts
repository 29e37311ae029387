/** PostgreSQL's last words, turned into one sentence that says what to do. */

export interface StartContext {
  /** Folder of the database. */
  cluster: string;
  port: number;
}

/** `words` is what PostgreSQL or initdb wrote to its standard error. */
export function describeStart(words: string, { cluster, port }: StartContext): string {
  if (/Address already in use|could not bind|could not create any TCP\/IP sockets/i.test(words)) {
    return `Port ${port} on 127.0.0.1 is in use: set MUSTER_DATABASE_PORT to a free one, or to 0`;
  }
  if (/No space left on device|Disk quota exceeded/i.test(words)) {
    return `The disk that holds ${cluster} is full: free some space, or set MUSTER_DATA_DIR to another disk`;
  }
  if (/database files are incompatible with server|was initialized by PostgreSQL version/i.test(words)) {
    return `${cluster} was made by another major version of PostgreSQL: dump it with that version and load it into a new folder`;
  }
  if (/has wrong ownership|has invalid permissions/i.test(words)) {
    return `${cluster} belongs to another account: start Muster as the account that made it, or set MUSTER_DATA_DIR to a new folder`;
  }
  if (/Permission denied|Operation not permitted|Read-only file system/i.test(words)) {
    return `PostgreSQL may not write to ${cluster}: give this account the right to, or set MUSTER_DATA_DIR to a folder of its own`;
  }
  if (/lock file ".*" already exists/i.test(words)) {
    return `Another PostgreSQL runs on ${cluster}: stop it first`;
  }
  const last = words.trim().split('\n').slice(-3).join(' ');
  return `The embedded PostgreSQL did not start: ${last === '' ? 'it said nothing' : last}`;
}
