/** npm start: prepares what is missing, then runs the server. npm run dev: the same, and restarts it on changes. */
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { chosenPack, modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { photoDetection } from './setup/photo-detection.mjs';
import { dataFolder, machine, ports } from './setup/preflight.mjs';
import { main } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

await main(async () => {
  const dev = process.argv.includes('--dev');
  await machine();
  await dataFolder();
  await ports();
  await dependencies({ dev });
  const worker = await mediaWorker();
  await modelPack(await chosenPack());
  await photoDetection();
  if (!dev) await client();
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: worker };
  if (dev) env.MUSTER_DEV = '1';
  const watch = dev ? ['--watch', '--watch-preserve-output'] : [];
  return await foreground(node24, [...watch, inRoot('server', 'main.ts')], env);
});
