import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import type { TestDatabase } from '../support/database.ts';

/** An empty embedded database, for a bench. It does not sync, as the databases of the tests. */
export async function openBenchDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-bench-'));
  const log = pino({ level: 'silent' });
  const database = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
  const drop = async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: database.url, drop };
}
