/** npm test [-- vitest's arguments]: prepares everything that the tests need, then runs them. */
import { chromium } from './setup/chromium.mjs';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { fixtures, reportSharedData } from './setup/fixtures.mjs';
import { foreground } from './setup/foreground.mjs';
import { modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { machine } from './setup/preflight.mjs';
import { main } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

await main(async () => {
  await machine();
  await dependencies({ dev: true });
  const worker = await mediaWorker();
  await modelPack();
  await fixtures();
  await client();
  const browser = await chromium();
  reportSharedData();
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', inRoot('config', 'vitest.ts'), ...process.argv.slice(2)];
  return await foreground(node24, args, {
    ...process.env,
    MEDIASOUP_WORKER_BIN: worker,
    CHROMIUM_BIN: browser,
  });
});
