/** Finds the media worker in the same places as the set-up scripts, for tests that are run without these scripts. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { version } from 'mediasoup';

/** The path of the worker's program. If it is undefined, mediasoup uses the program from its own installation. */
export function mediaWorkerBin(): string | undefined {
  const named = process.env['MEDIASOUP_WORKER_BIN'];
  if (named) return named;
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const program = `mediasoup-worker-${version}-${process.platform}-${process.arch}`;
  const cached = path.join(cache, 'muster', program);
  return existsSync(cached) ? cached : undefined;
}
