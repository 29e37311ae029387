/** Prepares everything that `npm start` prepares, without starting the server: for the container image. */
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { modelPack } from './setup/model-pack.mjs';
import { photoDetection } from './setup/photo-detection.mjs';
import { machine } from './setup/preflight.mjs';
import { main } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

await main(async () => {
  await machine();
  await dependencies({ dev: false });
  await mediaWorker();
  await modelPack();
  await photoDetection();
  await client();
});
