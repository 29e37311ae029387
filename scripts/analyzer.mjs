/** npm run analyzer: prepares what is missing, then runs an analyzer on this host for servers on others. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { chosenPack, modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  await modelPack(await chosenPack());
  return await foreground(node24, [inRoot('server', 'analyzer-host.ts')], process.env);
});
