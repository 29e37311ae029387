import { defineConfig } from 'vitest/config';

/** Forks, never threads: a worker thread that has touched wrtc media crashes at its end. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    pool: 'forks',
    include: ['{server,client,config}/**/*.test.ts', 'test/{integration,e2e}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
