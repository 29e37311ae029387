/** PostgreSQL that ends, hangs or takes no changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from '../../support/processes.ts';
import type { Fault } from './kinds.ts';
import type { BenchPostgres } from './bench-postgres.ts';

const DISCONNECT = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

/** For all connections: those that are open are ended, because the setting is read where one begins. */
export async function setReadOnly(postgres: BenchPostgres, readOnly: boolean): Promise<void> {
  await postgres.asOperator(async (database) => {
    await database.transaction(async (em) => {
      await em.execute('set transaction read write');
      await em.execute(
        readOnly
          ? 'alter database muster set default_transaction_read_only = on'
          : 'alter database muster reset default_transaction_read_only',
      );
    });
    await database.fork().execute(DISCONNECT);
  });
}

export const databaseFaults: readonly Fault[] = [
  {
    name: 'database connections ended',
    goal: 3,
    act: async ({ postgres }) => {
      await postgres.asOperator((database) => database.fork().execute(DISCONNECT));
      return Date.now();
    },
  },
  {
    name: 'database backend killed',
    goal: 3,
    act: async ({ postgres }, draw) => {
      const backends = await postgres.backends();
      // PostgreSQL then ends all others too, and recovers.
      if (backends.length > 0) process.kill(draw.pick(backends), 'SIGKILL');
      return Date.now();
    },
  },
  {
    name: 'database backends frozen',
    goal: 3,
    act: async ({ postgres }, _draw, lasting) => {
      const backends = await postgres.backends();
      signalAll(backends, 'SIGSTOP');
      await sleep(lasting(1_000, 12_000));
      signalAll(backends, 'SIGCONT');
      return Date.now();
    },
  },
  {
    name: 'postmaster killed',
    goal: 3,
    act: async ({ postgres }, _draw, lasting) => {
      await postgres.kill(lasting(0, 6_000));
      return Date.now();
    },
  },
  {
    name: 'postmaster frozen',
    goal: 3,
    act: async ({ postgres }, _draw, lasting) => {
      const { pid } = postgres;
      process.kill(pid, 'SIGSTOP');
      await sleep(lasting(1_000, 12_000));
      process.kill(pid, 'SIGCONT');
      return Date.now();
    },
  },
  {
    name: 'database read-only',
    goal: 3,
    act: async ({ postgres }, _draw, lasting) => {
      await setReadOnly(postgres, true);
      await sleep(lasting(1_000, 12_000));
      await setReadOnly(postgres, false);
      return Date.now();
    },
  },
];
