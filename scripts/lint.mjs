/**
 * npm run lint [-- NAME…]: every rule that a change must keep, all of them at once, or those that are named. Prints what
 * each one found and ends with 1 if any of them found something.
 */
import os from 'node:os';
import { command } from './setup/command.mjs';
import { inRoot, node24, root } from './setup/paths.mjs';
import { main, SetupError } from './setup/step.mjs';

const bin = (...parts) => inRoot('node_modules', ...parts);
/** Name → program of Node and its arguments. */
const CHECKS = {
  code: [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'],
  format: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  floors: [inRoot('scripts', 'lint', 'floors.mjs')],
  'wall-clock': [inRoot('scripts', 'lint', 'wall-clock.mjs')],
  exports: [
    bin('knip', 'bin', 'knip.js'),
    '--config',
    'config/knip.json',
    '--no-progress',
    '--treat-config-hints-as-errors',
  ],
  spelling: [
    bin('cspell', 'bin.mjs'),
    'lint',
    '--config=config/cspell.json',
    '--gitignore',
    '--no-progress',
    '--no-summary',
    '--cache',
    '--cache-location=node_modules/.cache/cspell',
    '.',
  ],
};
/** ms. */
const TIMEOUT = 900_000;

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
  if (unknown.length > 0) {
    throw new SetupError(
      `There is no check ${unknown.join(', ')}.`,
      `There are: ${Object.keys(CHECKS).join(', ')}`,
    );
  }
  const waiting = names.length > 0 ? [...names] : Object.keys(CHECKS);
  let failed = 0;
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const began = performance.now();
      const { ok, out, err } = await command(node24, CHECKS[name], { cwd: root, timeout: TIMEOUT });
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (ok) continue;
      failed += 1;
      console.log(`${out}${err}`.trimEnd());
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, os.availableParallelism()) }, work));
  return failed === 0 ? 0 : 1;
});
