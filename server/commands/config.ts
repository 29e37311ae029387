/**
 * `npm run config`: prints the configuration that the server would use, and where each value comes from, with secrets masked.
 * With `--markdown`, writes the configuration table into docs/configuration.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { TableNotFoundException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import type { ConfigLayers, StoredSettings } from '../../config/config.ts';
import { withConfigTable } from '../../config/table.ts';
import { takeLayers } from '../composition/take-config.ts';
import { withDatabase } from '../db/command-database.ts';
import type { Database } from '../db/database.ts';
import { OperatorError } from '../operator-error.ts';
import { storedSettings } from '../settings/stored-settings.ts';
import { runCommand } from './run-command.ts';

const PAGE = new URL('../../docs/configuration.md', import.meta.url);

await runCommand(run);

async function run(log: Logger): Promise<number> {
  if (process.argv.includes('--markdown')) {
    await writeFile(PAGE, withConfigTable(await readFile(PAGE, 'utf8')));
    console.log('docs/configuration.md is up to date.');
    return 0;
  }
  const layers = takeLayers();
  console.log(JSON.stringify(layers.masked(await ofDatabase(layers, log)), null, 2));
  return 0;
}

/** Empty where there is no database that can be asked: the variables are printed all the same. */
async function ofDatabase({ config }: ConfigLayers, log: Logger): Promise<StoredSettings> {
  try {
    const read = (database: Database) => storedSettings(database.fork(), log);
    return await withDatabase(config, log, read, { migrate: false });
  } catch (error) {
    // A database that an earlier version made has no settings yet.
    if (error instanceof TableNotFoundException) return {};
    if (!(error instanceof OperatorError)) throw error;
    console.error(`Without what was set on the page Settings: ${error.message}`);
    return {};
  }
}
