/** One child program kept alive: raced at start, pinged, bounded in memory, restarted with back-off, closed within a budget. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { backoff } from '../async/backoff.ts';

/** What every supervised program must understand; `close` is answered by exiting. */
export type SupervisorMessage = { type: 'ping'; at: number } | { type: 'close' };

/** What every supervised program must say: `ready` once, a `pong` (rss in bytes) per ping, `fatal` before it gives up. */
export type SupervisedMessage =
  { type: 'ready' } | { type: 'pong'; at: number; rss: number } | { type: 'fatal'; message: string };

export interface SupervisionLimits {
  /** From fork to `ready`, ms; then it is killed. Loading models on a cold disk takes seconds, not tens. Default 60 000. */
  startLimit: number;
  /** Between two pings, ms. Default 2 000. */
  pingInterval: number;
  /** From a ping to its pong, ms; then the program counts as hung and is killed. Default 10 000. */
  pongLimit: number;
  /** Resident memory at which the program is restarted, MiB. Read with every pong. Default 2 048. */
  memoryLimitMb: number;
  /** From `close` to exit, ms; then it is killed. Default 5 000. */
  closeLimit: number;
  /** Wait before the first restart, ms; doubles with each one that follows. Default 200. */
  backOffFirst: number;
  /** Longest wait between two restarts, ms. Default 10 000. */
  backOffMost: number;
  /** A program that was ready for this long has its back-off forgotten, ms. Default 30 000. */
  calmAfter: number;
}

export const DEFAULT_SUPERVISION: Readonly<SupervisionLimits> = {
  startLimit: 60_000,
  pingInterval: 2_000,
  pongLimit: 10_000,
  memoryLimitMb: 2_048,
  closeLimit: 5_000,
  backOffFirst: 200,
  backOffMost: 10_000,
  calmAfter: 30_000,
};

export interface SupervisedProcessOptions {
  /** TypeScript or JavaScript file of the child. */
  program: URL;
  /** Its arguments: visible to every user of the machine, so no secrets. */
  args?: string[];
  /** Which one this is, in the log. */
  name: string;
  log: Logger;
  limits?: Partial<SupervisionLimits>;
}

/** Why a child is gone. `fatal`: it said so itself; `exit`: it ended, or was killed from outside. */
export type DownReason = 'start-timeout' | 'hung' | 'memory' | 'fatal' | 'exit';

export interface Down {
  reason: DownReason;
  /** What the child said last, where it said `fatal`. */
  message: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SupervisedProcessEvents<Out> {
  /** The child is ready: the first time, and again after each restart. */
  ready: [message: Extract<Out, { type: 'ready' }>];
  /** Anything but the life-cycle messages. */
  message: [message: Exclude<Out, SupervisedMessage>];
  /** A child that had been ready is gone; a new one is on its way. */
  down: [down: Down];
}

/** One child's life, from fork to exit. */
interface Child {
  process: ChildProcess;
  ready: boolean;
  readyAt: number;
  startTimer: NodeJS.Timeout | undefined;
  /** Set when the supervisor ends it, or when it said `fatal`. */
  reason: DownReason | null;
  message: string;
  /** When the ping that has no pong yet was sent; at most one is out. */
  pinged: number | null;
  exited: Promise<void>;
}

const MIB = 1024 * 1024;

/** Children of this process, so that one listener ends them all with it. */
const living = new Set<ChildProcess>();
let listening = false;

function endWithParent(child: ChildProcess): void {
  if (!listening) {
    listening = true;
    process.on('exit', () => living.forEach((c) => c.kill('SIGKILL')));
  }
  living.add(child);
  child.once('exit', () => living.delete(child));
}

/**
 * Speaks `In` to its child and hears `Out`, over IPC with advanced serialization (typed arrays survive).
 * The child ends when this process ends (killed on `exit`; by itself on `disconnect`, which a killed parent causes).
 */
export class SupervisedProcess<
  In extends { type: string },
  Out extends { type: string },
> extends EventEmitter<SupervisedProcessEvents<Out>> {
  readonly #options: SupervisedProcessOptions;
  readonly #limits: SupervisionLimits;
  #child: Child | null = null;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | null = null;
  #pingTimer: NodeJS.Timeout | null = null;
  #started = false;
  #closing: Promise<void> | null = null;

  constructor(options: SupervisedProcessOptions) {
    super();
    this.#options = options;
    this.#limits = { ...DEFAULT_SUPERVISION, ...options.limits };
  }

  /** Ready to be spoken to. */
  get up(): boolean {
    return this.#child?.ready === true;
  }

  get pid(): number | undefined {
    return this.#child?.process.pid;
  }

  /**
   * Starts the program for the first time. Throws when that start fails (a missing model will not be cured by
   * trying again); from then on a program that dies is restarted for ever.
   */
  async start(): Promise<void> {
    const child = this.#fork();
    const outcome = await Promise.race([
      new Promise<true>((resolve) => this.once('ready', () => resolve(true))),
      child.exited.then(() => false as const),
    ]);
    if (!outcome) {
      const detail = child.message || `it ended during its start (${describe(child)})`;
      throw new Error(`${this.#options.name} did not start: ${detail}`);
    }
  }

  /** False where there is no ready child: the message is dropped. */
  send(message: In): boolean {
    return this.#child?.ready === true && this.#post(this.#child, message);
  }

  /** Asks the child to end, kills it after the budget. Idempotent; no restart follows. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    if (this.#child) await this.#retire(this.#child);
    this.removeAllListeners();
  }

  #fork(): Child {
    const { program, args = [], name, log } = this.#options;
    const forked = fork(fileURLToPath(program), args, {
      execPath: process.execPath,
      // Not the parent's: a test runner's loaders have no business in the child. Node 24 strips types by itself.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    endWithParent(forked);
    const child: Child = {
      process: forked,
      ready: false,
      readyAt: 0,
      startTimer: undefined,
      reason: null,
      message: '',
      pinged: null,
      exited: new Promise((resolve) => {
        forked.once('exit', () => resolve());
        forked.once('error', (error) => {
          log.error({ process: name, err: error }, 'supervised process | error');
          if (forked.pid === undefined) resolve();
        });
      }),
    };
    this.#child = child;
    forked.on('message', (message) => this.#heard(child, message as Out | SupervisedMessage));
    child.startTimer = setTimeout(() => this.#kill(child, 'start-timeout'), this.#limits.startLimit);
    void child.exited.then(() => this.#gone(child));
    return child;
  }

  #heard(child: Child, message: Out | SupervisedMessage): void {
    if (child !== this.#child) return;
    if (message.type === 'ready') {
      clearTimeout(child.startTimer);
      child.ready = true;
      child.readyAt = performance.now();
      this.#started = true;
      this.#pingTimer = setInterval(() => this.#ping(child), this.#limits.pingInterval);
      this.emit('ready', message as Extract<Out, { type: 'ready' }>);
    } else if (message.type === 'pong') {
      child.pinged = null;
      const mb = (message as Extract<SupervisedMessage, { type: 'pong' }>).rss / MIB;
      if (mb > this.#limits.memoryLimitMb && child.reason === null) {
        child.reason = 'memory';
        child.message = `${Math.round(mb)} MiB resident, the limit is ${this.#limits.memoryLimitMb}`;
        void this.#retire(child);
      }
    } else if (message.type === 'fatal') {
      child.message = (message as Extract<SupervisedMessage, { type: 'fatal' }>).message;
      this.#kill(child, 'fatal');
    } else {
      this.emit('message', message as Exclude<Out, SupervisedMessage>);
    }
  }

  #ping(child: Child): void {
    const now = performance.now();
    if (child.pinged === null) {
      child.pinged = now;
      this.#post(child, { type: 'ping', at: Date.now() });
    } else if (now - child.pinged > this.#limits.pongLimit) {
      this.#kill(child, 'hung');
    }
  }

  #post(child: Child, message: In | SupervisorMessage): boolean {
    if (!child.process.connected) return false;
    // The callback takes what would else be an `error` event: the child may end while the message is under way.
    child.process.send(message, (error) => {
      if (error) this.#options.log.debug({ process: this.#options.name, type: message.type }, 'send | lost');
    });
    return true;
  }

  #kill(child: Child, reason: DownReason): void {
    child.reason ??= reason;
    child.process.kill('SIGKILL');
  }

  /** Asks, waits for the budget, kills. */
  async #retire(child: Child): Promise<void> {
    this.#post(child, { type: 'close' });
    const timer = setTimeout(() => child.process.kill('SIGKILL'), this.#limits.closeLimit);
    await child.exited;
    clearTimeout(timer);
  }

  #gone(child: Child): void {
    clearTimeout(child.startTimer);
    if (child !== this.#child) return;
    this.#child = null;
    if (this.#pingTimer) clearInterval(this.#pingTimer);
    const down: Down = {
      reason: child.reason ?? 'exit',
      message: child.message,
      code: child.process.exitCode,
      signal: child.process.signalCode,
    };
    if (this.#closing) return;
    this.#options.log.warn({ process: this.#options.name, ...down }, 'supervised process | down');
    if (child.ready) this.emit('down', down);
    if (this.#started) this.#restart(child);
  }

  #restart(last: Child): void {
    const { calmAfter, backOffFirst, backOffMost } = this.#limits;
    if (last.ready && performance.now() - last.readyAt >= calmAfter) this.#restarts = 0;
    const delay = backoff({ first: backOffFirst, cap: backOffMost }, this.#restarts);
    this.#restarts += 1;
    const { name, log } = this.#options;
    log.info({ process: name, attempt: this.#restarts, delay }, 'supervised process | will be restarted');
    this.#restartTimer = setTimeout(() => this.#fork(), delay);
  }
}

function describe(child: Child): string {
  if (child.reason) return child.reason;
  return child.process.signalCode ?? `exit code ${child.process.exitCode}`;
}
