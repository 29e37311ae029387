/** Paths for the scripts that run before anything is installed. */
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export const inRoot = (...parts) => path.join(root, ...parts);

/** The Node that runs TypeScript. It comes from the npm package `node`, whatever version the machine has. */
export const node24 = inRoot(
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Outside the checkout: keeps what takes minutes to make. */
export function cacheDir() {
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, 'muster');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches', 'muster');
  if (process.platform === 'win32') {
    return path.join(
      process.env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local'),
      'muster',
      'cache',
    );
  }
  return path.join(os.homedir(), '.cache', 'muster');
}

/** PATH without this checkout's node_modules/.bin: `npm ci` removes that folder while it runs. */
export function outsidePath() {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.split(path.sep).join('/').endsWith('node_modules/.bin'))
    .join(path.delimiter);
}
