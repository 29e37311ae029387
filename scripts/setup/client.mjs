/** Builds the pages when a source is newer than the last build. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { command, tail } from './command.mjs';
import { spokenFault } from './fault.mjs';
import { inRoot, node24, root } from './paths.mjs';
import { step, SetupError } from './step.mjs';

/** Everything that the build reads: the pages, the protocol, its configuration and the versions of its tools. */
const SOURCES = ['client', 'server/protocol', 'config/vite.ts', 'package-lock.json'];
const BUILD_TIMEOUT = 300_000;

export async function client() {
  await step('pages', async (say) => {
    const built = inRoot('dist', 'client', 'index.html');
    if (existsSync(built)) {
      const newest = Math.max(...(await Promise.all(SOURCES.map((source) => newestIn(inRoot(source))))));
      if ((await stat(built)).mtimeMs >= newest) return 'built';
    }
    say('vite build');
    const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
    const done = await command(node24, [vite, 'build', '--config', inRoot('config', 'vite.ts')], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: BUILD_TIMEOUT,
    });
    if (!done.ok) {
      const why = `The pages could not be built:\n${tail(done, 25)}`;
      throw spokenFault(done) ?? new SetupError(why, 'See it again: npm run build');
    }
    return 'built now';
  });
}

/** Time of the latest change to a file or to anything in a folder. The folder's own time changes when a file is removed. */
async function newestIn(place) {
  const { mtimeMs, isDirectory } = await stat(place).then((s) => ({
    mtimeMs: s.mtimeMs,
    isDirectory: s.isDirectory(),
  }));
  if (!isDirectory) return mtimeMs;
  const times = await Promise.all((await readdir(place)).map((name) => newestIn(path.join(place, name))));
  return Math.max(mtimeMs, ...times);
}
