/** The memory of a server and of everything that belongs to it, read from outside. Linux only. */
import { Inspectors, type Inspector } from '../../support/inspector.ts';
import type { MusterServer } from '../../support/muster-server.ts';
import { childrenOf } from '../../support/processes.ts';
import { sharedResident, usage } from '../process-usage.ts';

/** MiB, all of them; the first four are of whole processes. */
export const MEASURED = [
  'server',
  'analyzer',
  'media worker',
  'PostgreSQL',
  'server: objects',
  'server: compiled code',
  'server: outside the heap',
] as const;
type Measured = (typeof MEASURED)[number];
export type MemorySample = Record<Measured, number>;

/** After a full collection of garbage, bytes. */
interface Heap {
  objects: number;
  /** V8 compiles a function when it has run often, some only after an hour: this has an end, but not soon. */
  code: number;
  external: number;
}

/**
 * Runs in the server: it remembers what was left after the last full collection that V8 made by itself. A collection that
 * is asked for would change what is to be measured: how far V8 lets garbage grow.
 */
const WATCH_COLLECTIONS = `{
  const { PerformanceObserver, constants } = process.getBuiltinModule('node:perf_hooks');
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8');
  const heap = () => {
    const used = { objects: 0, code: 0, external: process.memoryUsage().external };
    for (const { space_name: name, space_used_size: bytes } of getHeapSpaceStatistics()) {
      used[/^(code|trusted|shared_trusted)_/.test(name) ? 'code' : 'objects'] += bytes;
    }
    return used;
  };
  globalThis.soak = { heap: heap(), collections: 0 };
  new PerformanceObserver((list) => {
    const full = list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR);
    if (full.length === 0) return;
    soak.collections += full.length;
    soak.heap = heap();
  }).observe({ entryTypes: ['gc'] });
}`;

export class Memory {
  readonly #server: MusterServer;
  /** Of the postmaster. */
  readonly #postgres: number;
  readonly #inspector: Inspector;

  static async watch(server: MusterServer, postgres: number): Promise<Memory> {
    const inspector = await new Inspectors(server.output).attach(server.pid);
    await inspector.evaluate(WATCH_COLLECTIONS);
    return new Memory(server, postgres, inspector);
  }

  private constructor(server: MusterServer, postgres: number, inspector: Inspector) {
    this.#server = server;
    this.#postgres = postgres;
    this.#inspector = inspector;
  }

  async sample(): Promise<MemorySample> {
    const { objects, code, external } = await this.#inspector.evaluate<Heap>('soak.heap');
    return {
      server: usage([this.#server.pid]).rss,
      analyzer: usage(this.#children('analyzer/program')).rss,
      'media worker': usage(this.#children('mediasoup-worker')).rss,
      PostgreSQL: sharedResident([this.#postgres, ...childrenOf(this.#postgres, 'postgres')]),
      'server: objects': objects / 2 ** 20,
      'server: compiled code': code / 2 ** 20,
      'server: outside the heap': external / 2 ** 20,
    };
  }

  /** Full collections so far that V8 made by itself. */
  collections(): Promise<number> {
    return this.#inspector.evaluate<number>('soak.collections');
  }

  collectGarbage(): Promise<void> {
    return this.#inspector.collectGarbage();
  }

  /** Writes what is on the server's heap, for the memory tools of a browser: who holds what, before and after. */
  async writeSnapshot(file: string): Promise<void> {
    await this.#inspector.evaluate(
      `process.getBuiltinModule('node:v8').writeHeapSnapshot(${JSON.stringify(file)})`,
    );
  }

  /** Seconds of processor time so far, of all processes of the server. */
  cpu(): number {
    const { pid } = this.#server;
    return usage([pid, ...childrenOf(pid, ''), this.#postgres, ...childrenOf(this.#postgres, 'postgres')])
      .cpu;
  }

  close(): void {
    this.#inspector.close();
  }

  #children(words: string): number[] {
    return childrenOf(this.#server.pid, words);
  }
}
