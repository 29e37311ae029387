/** npm test [-- arguments of Vitest]: prepares everything that the tests need, then runs them. */
import { chromium } from './setup/chromium.mjs';
import { client } from './setup/client.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { fixtures } from './setup/fixtures.mjs';
import { foreground } from './setup/foreground.mjs';
import { DEFAULT_PACK, modelPack } from './setup/model-pack.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { machine } from './setup/preflight.mjs';
import { main } from './setup/step.mjs';
import { testCodecs } from './setup/test-codecs.mjs';
import { testModels } from './setup/test-models.mjs';
import { testPrograms } from './setup/test-programs.mjs';
import { mediaWorker } from './setup/worker.mjs';

await main(async () => {
  await machine();
  await dependencies({ dev: true });
  const [worker, browser] = await together(mediaWorker, async () => {
    const program = await chromium();
    await testPrograms();
    return program;
  });
  await modelPack(DEFAULT_PACK);
  await fixtures();
  await client();
  await testModels();
  await testCodecs();
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const asked = process.argv.slice(2);
  const args = [vitest, 'run', '--config', inRoot('config', 'vitest.ts'), ...asked];
  // Reporters of the command line replace those of the configuration.
  if (asked.some((arg) => arg.startsWith('--reporter'))) {
    args.push(`--reporter=${inRoot('test', 'support', 'left-out-reporter.ts')}`);
  }
  return await foreground(node24, args, {
    ...process.env,
    MEDIASOUP_WORKER_BIN: worker,
    CHROMIUM_BIN: browser,
  });
});

/**
 * Debian's packages arrive while the media worker is compiled, which saves minutes on a bare machine. In a terminal one after
 * the other: a step that works there has the last line for itself.
 */
async function together(first, second) {
  return process.stdout.isTTY ? [await first(), await second()] : Promise.all([first(), second()]);
}
