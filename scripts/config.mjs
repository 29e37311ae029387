/** npm run config [-- --markdown]: what the server would run with, secrets masked. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  return await foreground(node24, [inRoot('config', 'print.ts'), ...process.argv.slice(2)], process.env);
});
