import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Variables that say where this machine keeps what the tests read, and how much they print. */
const KEPT = new Set(['MUSTER_TEST_MODELS', 'MUSTER_MODEL_CACHE', 'MUSTER_LOG_LEVEL']);

// The settings of a server that runs on this machine must not reach the servers that the tests start.
for (const name of Object.keys(process.env)) {
  if (name === 'DATABASE_URL' || (name.startsWith('MUSTER_') && !KEPT.has(name))) delete process.env[name];
}

/** Forks, never threads: a worker thread that has touched wrtc media crashes at its end. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    include: ['{server,client,config,test}/**/*.test.ts'],
    globalSetup: ['test/support/database-server.ts'],
    reporters: ['default', fileURLToPath(new URL('../test/support/left-out-reporter.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A browser takes seconds for a page on a busy machine. A poll that succeeds ends at once.
    expect: { poll: { timeout: 20_000 } },
  },
});
