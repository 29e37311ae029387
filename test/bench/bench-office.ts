import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { Office } from '../e2e/office.ts';

/** An office on a database of its own, which is dropped when it closes. `env`: additional variables of config/config.ts. */
export async function openBenchOffice(env: Record<string, string>): Promise<Office> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-bench-'));
  const log = pino({ level: 'silent' });
  const database = await EmbeddedDatabase.start({ dataDir: folder, port: 0, log, durable: false });
  const drop = async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return Office.open({ url: database.url, drop }, env);
}
