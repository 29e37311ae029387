/** Installs the libraries to compare with, when the benchmark runs for the first time. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Time limit of the installation, ms. */
const LIMIT = 600_000;

/** @throws Error with the message of npm */
export async function installPeers(say: (text: string) => void): Promise<void> {
  if (await installed()) return;
  say('installing the libraries to compare with, once: about 400 MB under test/bench/peers/node_modules');
  const program = pathToFileURL(path.resolve(import.meta.dirname, '../../../scripts/setup/command.mjs'));
  // The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here.
  const { npm } = (await import(program.href)) as {
    npm: (
      args: readonly string[],
      options: { cwd: string; timeout: number; onLine: (line: string) => void },
    ) => Promise<{ ok: boolean; err: string }>;
  };
  const args = ['ci', '--prefix', '.', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  const { ok, err } = await npm(args, { cwd: import.meta.dirname, timeout: LIMIT, onLine: say });
  if (!ok) throw new Error(`npm ci failed in test/bench/peers:\n${err.trim()}`);
}

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean }>;
}

/** Whether the installed packages match the lock file. */
async function installed(): Promise<boolean> {
  const wanted = await readLock('package-lock.json');
  const present = await readLock('node_modules/.package-lock.json').catch((): Lock => ({ packages: {} }));
  return Object.entries(wanted.packages).every(
    ([place, { version, optional }]) =>
      place === '' || optional || present.packages[place]?.version === version,
  );
}

async function readLock(file: string): Promise<Lock> {
  return JSON.parse(await readFile(path.join(import.meta.dirname, file), 'utf8')) as Lock;
}
