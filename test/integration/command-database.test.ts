import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withDatabase } from '../../server/db/command-database.ts';
import type { Database } from '../../server/db/database.ts';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { Person } from '../../server/db/entities/person.ts';
import { createTestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-command-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const config = (url?: string) => ({ dataDir, database: { url, port: 0 } });
const countPeople = (database: Database) => database.fork().count(Person);

describe('the database of a command', () => {
  it('a command uses the database that DATABASE_URL names', async () => {
    const own = await createTestDatabase();
    expect(await withDatabase(config(own.url), log, countPeople)).toBe(0);
    await own.drop();
  });

  it('a command without any database says how to get one', async () => {
    await expect(withDatabase(config(), log, countPeople)).rejects.toThrow('no database in');
  });

  it('a command uses the embedded database, whether or not a server is running it', async () => {
    const embedded = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
    const ports: number[] = [];
    const note = async (database: Database) => {
      const [row] = await database.fork().execute<[{ port: number }]>('select inet_server_port() port');
      ports.push(row.port);
    };
    await withDatabase(config(), log, note);
    expect(ports).toEqual([embedded.port]);
    await embedded.close();
    await withDatabase(config(), log, note);
    expect(ports).toHaveLength(2);
    // The command stopped the database again, so a server can start on the same files.
    const again = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
    await again.close();
  });
});
