/** npm run bench -- NAME [--json FILE] […]: prepares what a benchmark needs and runs it; without a name, lists them. */
import { readFile } from 'node:fs/promises';
import { chromium } from './setup/chromium.mjs';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { fixtures } from './setup/fixtures.mjs';
import { foreground } from './setup/foreground.mjs';
import { modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { machine } from './setup/preflight.mjs';
import { main, SetupError } from './setup/step.mjs';
import { mediaWorker } from './setup/worker.mjs';

await main(async () => {
  /**
   * Name → { title, chromium }. `chromium` says whether the benchmark needs the pages and a browser: always, never, or
   * only with the option that it names.
   */
  const benches = JSON.parse(await readFile(inRoot('test', 'bench', 'benches.json'), 'utf8'));
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name.startsWith('-')) {
    console.log('npm run bench -- NAME [--json FILE]\n');
    for (const [known, { title }] of Object.entries(benches)) console.log(`  ${known.padEnd(10)}${title}`);
    return name === undefined || name === '--help' ? 0 : 1;
  }
  if (!Object.hasOwn(benches, name)) {
    throw new SetupError(`There is no benchmark ${name}.`, 'List them: npm run bench');
  }
  await machine();
  await dependencies({ dev: true });
  const worker = await mediaWorker();
  await modelPack();
  await fixtures();
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: worker };
  const needs = benches[name].chromium;
  if (needs === true || args.includes(needs)) {
    await client();
    env.CHROMIUM_BIN = await chromium();
  }
  return await foreground(node24, [inRoot('test', 'bench', `${name}.bench.ts`), ...args], env);
});
