/**
 * Node's own inspector, opened in a running process from outside (SIGUSR1): no part of Muster knows of it. The process must
 * run with `INSPECTED`, so that it takes a free port.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** For NODE_OPTIONS of the process. */
export const INSPECTED = '--inspect-port=127.0.0.1:0';
/** A process says within this time where it listens, ms: it may be busy. */
const PATIENCE = 20_000;
const LISTENING = /Debugger listening on (ws:\S+)/;

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** The inspectors of a server and its children. `output`: what they print; only the server's process writes there. */
export class Inspectors {
  readonly #output: readonly string[];
  readonly #urls = new Map<number, string>();

  constructor(output: readonly string[]) {
    this.#output = output;
  }

  async attach(pid: number): Promise<Inspector> {
    let url = this.#urls.get(pid);
    if (url === undefined) {
      const known = new Set(this.#output.filter((line) => LISTENING.test(line)));
      process.kill(pid, 'SIGUSR1');
      const said = () => this.#output.find((line) => LISTENING.test(line) && !known.has(line));
      for (const until = performance.now() + PATIENCE; said() === undefined;) {
        if (performance.now() > until) throw new Error(`process ${pid} opens no inspector`);
        await sleep(20);
      }
      url = LISTENING.exec(said()!)![1]!;
      this.#urls.set(pid, url);
    }
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    return new Inspector(socket);
  }
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #workers: { sessionId: string; program: string; thread: number }[] = [];
  #count = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Message));
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the inspected process is gone'));
    });
  }

  /** The value of an expression in the main thread. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#call('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { value: T }).value;
  }

  async collectGarbage(): Promise<void> {
    await this.#call('HeapProfiler.collectGarbage');
  }

  /**
   * Runs an expression in one of the worker threads, without waiting for its end. Returns false where there is none.
   *
   * @param pick gets the addresses of their programs, the oldest thread first
   */
  async runInWorker(expression: string, pick: (programs: readonly string[]) => number): Promise<boolean> {
    await this.#call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const worker = this.#workers[pick(this.#workers.map(({ program }) => program))];
    if (worker === undefined) return false;
    const { sessionId } = worker;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    await this.#call('NodeWorker.sendMessageToWorker', { sessionId, message });
    return true;
  }

  close(): void {
    this.#socket.terminate();
  }

  async #call(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    this.#count += 1;
    const pending = Promise.withResolvers<Record<string, unknown>>();
    this.#pending.set(this.#count, pending);
    this.#socket.send(JSON.stringify({ id: this.#count, method, params }));
    return await pending.promise;
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === 'NodeWorker.attachedToWorker') {
      const { sessionId, workerInfo } = params as {
        sessionId: string;
        workerInfo: { title: string; url: string };
      };
      // As in "[worker 3] WorkerThread": the others are numbered by when they were told of.
      this.#workers.push({
        sessionId,
        program: workerInfo.url,
        thread: Number(/\d+/.exec(workerInfo.title)),
      });
      this.#workers.sort((a, b) => a.thread - b.thread);
    }
    if (id === undefined) return;
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) pending?.reject(new Error(error.message));
    else pending?.resolve(result ?? {});
  }
}
