/** A server that is killed while it brings the tables of its database up to date, and then starts again. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrations } from '../../../server/db/migrations/index.ts';
import { MusterServer } from '../../support/muster-server.ts';
import { childrenOf } from '../../support/processes.ts';
import type { Fault } from './kinds.ts';
import type { Scene } from './scene.ts';

const TEMPLATE = 'one_behind';
/** Every server comes as far as its last migration within this time, ms. */
const PATIENCE = 180_000;
const prepared = new WeakSet<Scene>();
let count = 0;

function urlOf({ postgres }: Scene, database: string): string {
  return Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href;
}

/** A database in which all migrations but the last are done. */
async function prepare(scene: Scene): Promise<void> {
  if (prepared.has(scene)) return;
  await scene.postgres.asOperator(
    async (database) => {
      await database.orm.migrator.up({ to: migrations.at(-2)!.name });
    },
    urlOf(scene, TEMPLATE),
  );
  prepared.add(scene);
}

export const migrationFaults: readonly Fault[] = [
  {
    name: 'server killed during a migration',
    goal: null,
    act: async (scene) => {
      await prepare(scene);
      count += 1;
      const name = `behind_${count}`;
      const { postgres } = scene;
      await postgres.asOperator((operator) =>
        operator.fork().execute(`create database ${name} template ${TEMPLATE}`),
      );
      const url = urlOf(scene, name);
      const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-migration-'));
      const env = { MUSTER_DATA_DIR: dataDir };
      try {
        await postgres.asOperator((locking) => killWithin(locking, url, env), url);
        // Started again, it does what is left, once.
        const server = await MusterServer.start({ databaseUrl: url, env });
        try {
          const done = await postgres.asOperator(
            (operator) =>
              operator.fork().execute<{ name: string }[]>('select name from mikro_orm_migrations'),
            url,
          );
          const expected = migrations.map((one) => one.name);
          if (
            done
              .map((row) => row.name)
              .toSorted()
              .join() !== expected.toSorted().join()
          ) {
            throw new Error(
              `after a migration that was killed, the database has ${done.length} of ${expected.length}`,
            );
          }
        } finally {
          await server.close();
        }
      } finally {
        await rm(dataDir, { recursive: true, force: true });
        await postgres.asOperator((operator) =>
          operator.fork().execute(`drop database if exists ${name} with (force)`),
        );
        await postgres.asOperator((operator) =>
          operator.fork().execute(`drop database if exists ${name}_keys with (force)`),
        );
      }
      return Date.now();
    },
  },
];

type Operator = Parameters<Parameters<Scene['postgres']['asOperator']>[0]>[0];

/** The server waits at the end of its last migration, whose tables are changed but not committed, and is killed there. */
async function killWithin(operator: Operator, url: string, env: Record<string, string>): Promise<void> {
  await operator.transaction(async (em) => {
    await em.execute('lock table mikro_orm_migrations in exclusive mode');
    const others = new Set(childrenOf(process.pid, 'server/main.ts'));
    const starting = MusterServer.start({ databaseUrl: url, env }).then(
      async (server) => {
        await server.close();
        return 'it did not wait for its migration';
      },
      () => null,
    );
    const waits = async () => {
      const [row] = await em.execute<{ waiting: number }[]>(
        `select count(*)::int waiting from pg_locks join pg_database on pg_database.oid = database
         where not granted and datname = current_database()`,
      );
      return (row?.waiting ?? 0) > 0;
    };
    const until = performance.now() + PATIENCE;
    let inTime = false;
    while (!inTime && performance.now() < until) {
      inTime = await waits();
      if (!inTime) await sleep(50);
    }
    for (const pid of childrenOf(process.pid, 'server/main.ts')) {
      if (!others.has(pid)) process.kill(pid, 'SIGKILL');
    }
    const fault = (await starting) ?? (inTime ? null : 'it did not come to its migration');
    if (fault !== null) throw new Error(`the server could not be killed: ${fault}`);
  });
}
