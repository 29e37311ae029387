/**
 * One PostgreSQL for a whole test run. It starts when the first test asks for it, so that a run of unit tests only
 * opens a listening port. It has an empty database with all tables, `MIGRATED`, for tests to copy.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { Database } from '../../server/db/database.ts';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { MIGRATED, onServer } from './database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The URL at which a test process requests the database server of the run. */
    databaseServer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<{ database: EmbeddedDatabase; dataDir: string }> | undefined;
  const secret = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    if (request.url !== `/${secret}`) {
      response.writeHead(404).end();
      return;
    }
    started ??= start();
    started.then(
      ({ database }) => response.end(database.url),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('databaseServer', `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    const running = await started?.catch(() => null);
    if (running === undefined || running === null) return;
    const { database, dataDir } = running;
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}

async function start(): Promise<{ database: EmbeddedDatabase; dataDir: string }> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-test-database-'));
  const log = pino({ level: 'warn' });
  await using begun = new AsyncDisposableStack();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const database = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
  begun.defer(() => database.close());
  await onServer(database.url, `create database ${MIGRATED}`);
  const migrated = new URL(database.url);
  migrated.pathname = `/${MIGRATED}`;
  await (await Database.open({ url: migrated.href, log })).close();
  begun.move();
  return { dataDir, database };
}
