/**
 * npm run pictures [-- NAME …]: takes the screenshots of the documents again, all of them or those that are named.
 * npm run pictures -- --pages [PATH …]: photographs every page, or these, in all sizes, themes and languages.
 */
import { chromium } from './setup/chromium.mjs';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { fixtures } from './setup/fixtures.mjs';
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
  const name = process.argv.includes('--pages') ? 'take-pages.ts' : 'take-pictures.ts';
  const program = inRoot('test', 'pictures', name);
  return await foreground(node24, [program, ...process.argv.slice(2)], {
    ...process.env,
    MEDIASOUP_WORKER_BIN: worker,
    CHROMIUM_BIN: browser,
  });
});
