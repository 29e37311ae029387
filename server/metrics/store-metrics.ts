import type { Registry } from 'prom-client';
import { collectedGauge } from './collected.ts';

/** The pool of connections to the database. */
export interface PoolFigures {
  busy: number;
  idle: number;
  /** Operations that wait for a free connection. */
  waiting: number;
}

export class StoreMetrics {
  /** Must not reject. */
  database: () => Promise<'writable' | 'read-only' | 'away'> = async () => 'away';
  pool: () => PoolFigures = () => ({ busy: 0, idle: 0, waiting: 0 });
  /** Free space of the data folder, bytes; null where the system does not say. Must not reject. */
  free: () => Promise<number | null> = async () => null;

  constructor(registry: Registry) {
    const registers = [registry];
    const state = () => this.database();
    const pool = () => this.pool();
    const free = () => this.free();
    collectedGauge({
      name: 'muster_database_up',
      help: '1 while the database answers.',
      registers,
      async collect() {
        this.set(Number((await state()) !== 'away'));
      },
    });
    collectedGauge({
      name: 'muster_database_writable',
      help: '1 while the database takes changes.',
      registers,
      async collect() {
        this.set(Number((await state()) === 'writable'));
      },
    });
    collectedGauge({
      name: 'muster_database_connections',
      help: 'Connections of this server to the database.',
      labelNames: ['state'],
      registers,
      collect() {
        const { busy, idle } = pool();
        this.set({ state: 'busy' }, busy);
        this.set({ state: 'idle' }, idle);
      },
    });
    collectedGauge({
      name: 'muster_database_waiting',
      help: 'Operations that wait for a free connection to the database.',
      registers,
      collect() {
        this.set(pool().waiting);
      },
    });
    collectedGauge({
      name: 'muster_data_free_bytes',
      help: 'Free space on the disk of the data folder.',
      registers,
      async collect() {
        const bytes = await free();
        if (bytes !== null) this.set(bytes);
      },
    });
  }
}
