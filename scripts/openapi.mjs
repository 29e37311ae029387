/** npm run openapi: generates docs/openapi.json from the table of endpoints. A test fails while the two differ. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  return await foreground(node24, [inRoot('server', 'commands', 'openapi.ts')], process.env);
});
