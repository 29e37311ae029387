/**
 * `npm run config`: what the server would run with, secrets masked; with `--markdown`, the table of the README; with
 * `--limits`, those of server/security/limits.md.
 */
import { loadConfig } from './config.ts';
import { limitsTable } from '../server/security/limits-table.ts';
import { configTable } from './table.ts';

const SECRETS = new Set(['masterKey', 'key', 'url', 'store', 'clientSecret']);

try {
  if (process.argv.includes('--markdown')) process.stdout.write(configTable());
  else if (process.argv.includes('--limits')) process.stdout.write(`${limitsTable()}\n`);
  else console.log(JSON.stringify(loadConfig(process.env), masked, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function masked(name: string, value: unknown): unknown {
  return SECRETS.has(name) && value !== undefined ? '(set)' : value;
}
