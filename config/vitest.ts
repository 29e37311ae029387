import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Forks, never threads: a worker thread that has touched wrtc media crashes at its end. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    include: ['{server,client,config,test}/**/*.test.ts'],
    globalSetup: ['test/support/database-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
