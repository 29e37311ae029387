import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Variables that say where this machine keeps what the tests read, and how much they print. */
const KEPT = new Set(['MUSTER_TEST_MODELS', 'MUSTER_MODEL_CACHE', 'MUSTER_LOG_LEVEL']);

// The settings of a server that runs on this machine must not reach the servers that the tests start.
for (const name of Object.keys(process.env)) {
  if (name === 'DATABASE_URL' || (name.startsWith('MUSTER_') && !KEPT.has(name))) delete process.env[name];
}

/** Tests of the whole that judge how it bears faults, attacks and many movements: nothing else may take their cores. */
const UNDISTURBED = ['faults', 'hostile', 'recovery', 'challenge', 'pictures'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

function part(name: string, include: string[], options: TestProjectInlineConfiguration['test']) {
  return { extends: true as const, test: { name, include, ...options } };
}

/** Forks, never threads: a worker thread that has touched wrtc media crashes at its end. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    projects: [
      // Those of units are many and short, and importing would take most of their time: the files of a process share what
      // they import.
      part('units', ['{server,client,config}/**/*.test.ts'], {
        sequence: { groupOrder: 0 },
        maxWorkers: availableParallelism(),
        isolate: false,
      }),
      part('parts', ['test/{integration,documents,fixtures,bench}/**/*.test.ts'], {
        sequence: { groupOrder: 1 },
        // Tests of a part wait half of their time, for disks, for timers and for other programs.
        maxWorkers: Math.ceil(1.5 * availableParallelism()),
      }),
      // No face is recognized on these pages, and the browser mostly waits for the server, or the test for the browser.
      part('pages', ['test/e2e/pages/**/*.test.ts'], {
        sequence: { groupOrder: 2 },
        maxWorkers: availableParallelism(),
      }),
      // A test of the whole starts a server, its analyzers and several browsers, and waits half of its time for faces.
      part('whole', ['test/e2e/*.test.ts'], {
        sequence: { groupOrder: 3 },
        maxWorkers: availableParallelism(),
        exclude: UNDISTURBED,
      }),
      part('undisturbed', UNDISTURBED, { sequence: { groupOrder: 4 }, maxWorkers: 1 }),
    ],
    globalSetup: ['test/support/database-server.ts'],
    reporters: ['default', fileURLToPath(new URL('../test/support/left-out-reporter.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A browser takes seconds for a page on a busy machine. A poll that succeeds ends at once.
    expect: { poll: { timeout: 20_000 } },
  },
});
