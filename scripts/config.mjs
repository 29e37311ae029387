/** npm run config [-- --markdown | --limits]: prints the configuration with its secrets masked and the source of each value, or a table for the documents. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  const args = process.argv.slice(2);
  const program = args.includes('--limits')
    ? inRoot('server', 'commands', 'print-limits.ts')
    : inRoot('server', 'commands', 'config.ts');
  return await foreground(node24, [program, ...args], process.env);
});
