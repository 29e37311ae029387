/** Where the media worker is, by the rule of the set-up scripts, for tests that are run without them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** The worker's program; undefined lets mediasoup look where its own install put it. */
export function mediaWorkerBin(): string | undefined {
  const named = process.env['MEDIASOUP_WORKER_BIN'];
  if (named) return named;
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const { version } = createRequire(import.meta.url)('mediasoup/package.json') as { version: string };
  const name = `mediasoup-worker-${version}-${process.platform}-${process.arch}`;
  const cached = path.join(cache, 'muster', name);
  return existsSync(cached) ? cached : undefined;
}
