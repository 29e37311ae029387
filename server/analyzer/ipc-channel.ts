/** An analyzer on this machine: a supervised child process, over its IPC. */
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { AnalyzerToServer, ServerToAnalyzer } from '../protocol/analyzer.ts';
import type { AnalyzerChannel, AnalyzerChannelEvents, ProcessUsage } from './analyzer-channel.ts';
import type { AnalyzerSettings } from './settings.ts';
import { SupervisedProcess, type SupervisionLimits } from './supervised-process.ts';

export interface IpcChannelOptions {
  name: string;
  settings: AnalyzerSettings;
  limits: Partial<SupervisionLimits>;
  log: Logger;
}

export class IpcChannel extends EventEmitter<AnalyzerChannelEvents> implements AnalyzerChannel {
  readonly name: string;
  readonly gallery = 'pushed';
  readonly load = null;
  readonly draining = false;
  readonly #process: SupervisedProcess<ServerToAnalyzer, AnalyzerToServer>;
  #usage: ProcessUsage | null = null;

  constructor({ name, settings, limits, log }: IpcChannelOptions) {
    super();
    this.name = name;
    this.#process = new SupervisedProcess({
      program: new URL('./program.ts', import.meta.url),
      args: [JSON.stringify(settings)],
      name,
      log,
      limits,
    });
    this.#process.on('ready', (message) => this.emit('ready', message));
    this.#process.on('message', (message) => this.emit('message', message));
    this.#process.on('pong', ({ load, rss }) => (this.#usage = { load, resident: rss }));
    this.#process.on('down', ({ reason }) => {
      this.#usage = null;
      this.emit('down', reason);
    });
  }

  get up(): boolean {
    return this.#process.up;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get usage(): ProcessUsage | null {
    return this.#usage;
  }

  async gone(): Promise<'ended'> {
    return 'ended';
  }

  start(): Promise<void> {
    return this.#process.start();
  }

  send(message: ServerToAnalyzer): boolean {
    return this.#process.send(message);
  }

  async close(): Promise<void> {
    await this.#process.close();
    this.removeAllListeners();
  }
}
