/**
 * `npm run config`: prints the configuration that the server would use, with secrets masked. With `--markdown`, writes the
 * configuration table into docs/configuration.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { OperatorError } from '../server/operator-error.ts';
import { maskedConfig } from './config.ts';
import { withConfigTable } from './table.ts';

const PAGE = new URL('../docs/configuration.md', import.meta.url);

try {
  if (process.argv.includes('--markdown')) {
    await writeFile(PAGE, withConfigTable(await readFile(PAGE, 'utf8')));
    console.log('docs/configuration.md is up to date.');
  } else console.log(JSON.stringify(maskedConfig(process.env), null, 2));
} catch (error) {
  console.error(error instanceof OperatorError ? error.message : error);
  process.exitCode = 1;
}
