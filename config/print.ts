/**
 * `npm run config`: what the server would run with, secrets masked; with `--markdown`, the table of the README.
 */
import { loadConfig } from './config.ts';
import { configTable } from './table.ts';

const SECRETS = new Set(['masterKey', 'key', 'url', 'store', 'clientSecret']);

try {
  if (process.argv.includes('--markdown')) process.stdout.write(configTable());
  else console.log(JSON.stringify(loadConfig(process.env), masked, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function masked(name: string, value: unknown): unknown {
  return SECRETS.has(name) && value !== undefined ? '(set)' : value;
}
