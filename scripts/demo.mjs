/**
 * npm run demo: serves an office of 300 people who do not exist, with three months of punches, from a data folder of its own.
 * npm run demo -- --new: makes it again, so that it ends today.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { chosenPack, modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { photoDetection } from './setup/photo-detection.mjs';
import { dataFolder, machine, ports } from './setup/preflight.mjs';
import { main } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

/** Ignored by git, as all data. */
const FOLDER = inRoot('data', 'demo');
/** Written last: without it, the office is half made. */
const ACCOUNTS = path.join(FOLDER, 'demo-accounts.json');

await main(async () => {
  // The real data are never touched, whatever is configured. Both may run at the same time.
  Object.assign(process.env, {
    MUSTER_DATA_DIR: FOLDER,
    DATABASE_URL: '',
    MUSTER_KEY_STORE: '',
    MUSTER_HTTP_PORT: process.env.MUSTER_HTTP_PORT || '8090',
    MUSTER_HTTPS_PORT: process.env.MUSTER_HTTPS_PORT || '8453',
    MUSTER_MEDIA_PORT: process.env.MUSTER_MEDIA_PORT || '44450',
  });
  await machine();
  await ports();
  if (process.argv.includes('--new') || !existsSync(ACCOUNTS))
    await rm(FOLDER, { recursive: true, force: true });
  await dataFolder();
  await dependencies({ dev: false });
  const worker = await mediaWorker();
  await modelPack(await chosenPack());
  await photoDetection();
  await client();
  const failed = await foreground(
    node24,
    [inRoot('server', 'commands', 'demo.ts'), ...process.argv.slice(2)],
    process.env,
  );
  if (failed !== 0) return failed;
  return await foreground(node24, [inRoot('server', 'main.ts')], {
    ...process.env,
    MEDIASOUP_WORKER_BIN: worker,
  });
});
