/** npm run keys -- status | list | new | rotate | finish: shows and changes the master key. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  const program = inRoot('server', 'commands', 'keys.ts');
  return await foreground(node24, [program, ...process.argv.slice(2)], process.env);
});
