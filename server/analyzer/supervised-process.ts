/** Keeps one child program running: limits its start, pings it, bounds its memory, restarts it with back-off, and closes it within a time limit. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { OperatorError } from '../operator-error.ts';
import { backoff } from '../async/backoff.ts';
import { endWithParent } from './end-with-parent.ts';

/** Messages that every supervised program must understand. It answers `close` by exiting. */
export type SupervisorMessage = { type: 'ping'; at: number } | { type: 'close' };

/** Messages that every supervised program must send: `ready` once, a `pong` (rss in bytes) per ping, and `fatal` before it gives up. */
export type SupervisedMessage =
  { type: 'ready' } | { type: 'pong'; at: number; rss: number } | { type: 'fatal'; message: string };

export interface SupervisionLimits {
  /** Time from fork to `ready`, ms; then it is killed. Loading models from a cold disk takes seconds, not tens. Default 60,000. */
  startLimit: number;
  /** Time between two pings, ms. Default 2,000. */
  pingInterval: number;
  /** Time from a ping to its pong, ms; after that the program counts as hung and is killed. Default 10,000. */
  pongLimit: number;
  /** Resident memory at which the program is restarted, MiB. Read with every pong. Default 2,048. */
  memoryLimitMb: number;
  /** Time from `close` to exit, ms; then it is killed. Default 5,000. */
  closeLimit: number;
  /** Wait before the first restart, ms; doubles with each restart. Default 200. */
  backOffFirst: number;
  /** Longest wait before a restart, ms. Default 10,000. */
  backOffMost: number;
  /** A program that was ready for this long starts over with the first wait, ms. Default 30,000. */
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
  /** Arguments of the program. Every user of the machine can see them, so no secrets. */
  args?: string[];
  /** Name of this process in the log. */
  name: string;
  log: Logger;
  limits?: Partial<SupervisionLimits>;
}

/** Why a child is gone. `fatal`: it gave up and said why; `exit`: it exited, or was killed from outside. */
export type DownReason = 'start-timeout' | 'hung' | 'memory' | 'fatal' | 'exit';

export interface Down {
  reason: DownReason;
  /** The child's reason, if it sent `fatal`. */
  message: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SupervisedProcessEvents<Out> {
  /** The child is ready: the first time, and again after each restart. */
  ready: [message: Extract<Out, { type: 'ready' }>];
  /** The child answered a ping. */
  pong: [message: Extract<Out, { type: 'pong' }>];
  /** Any message except those of the life cycle. */
  message: [message: Exclude<Out, SupervisedMessage>];
  /** A child that had been ready is gone. A new one will be started. */
  down: [down: Down];
}

/** One child from fork to exit. */
interface Child {
  process: ChildProcess;
  ready: boolean;
  readyAt: number;
  startTimer: NodeJS.Timeout | undefined;
  /** Set when the supervisor ends the child, or when the child sent `fatal`. */
  reason: DownReason | null;
  message: string;
  /** When the ping was sent that has no pong yet; at most one ping is unanswered. */
  pinged: number | null;
  exited: Promise<void>;
}

const MIB = 1024 * 1024;

/**
 * Sends `In` to its child and receives `Out`, over IPC with advanced serialization (typed arrays survive).
 * The child ends when this process ends: it is killed on `exit`, and exits by itself on `disconnect`, which it receives
 * even when its parent was killed.
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

  /** Whether messages can be sent. */
  get up(): boolean {
    return this.#child?.ready === true;
  }

  get pid(): number | undefined {
    return this.#child?.process.pid;
  }

  /**
   * Starts the program for the first time. From then on a program that dies is restarted, without limit.
   * @throws OperatorError with the child's own reason if it gives up during this first start: trying again does not
   *   help if a model is missing
   * @throws Error if the child exits or hangs during this first start
   */
  async start(): Promise<void> {
    const child = this.#fork();
    const outcome = await Promise.race([
      new Promise<true>((resolve) => this.once('ready', () => resolve(true))),
      child.exited.then(() => false as const),
    ]);
    if (!outcome) {
      const detail = child.message || `it ended during its start (${describe(child)})`;
      const message = `${this.#options.name} did not start: ${detail}`;
      throw child.reason === 'fatal' ? new OperatorError(message) : new Error(message);
    }
  }

  /** Returns false, and drops the message, if no child is ready. */
  send(message: In): boolean {
    return this.#child?.ready === true && this.#post(this.#child, message);
  }

  /** Asks the child to exit, and kills it after the time limit. Idempotent. The child is not restarted. */
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
      // Do not inherit the parent's: the child needs no loaders of a test runner. Node 24 strips types by itself.
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
          log.error(
            { event: 'process.failed', process: name, err: error },
            'a supervised process reported an error',
          );
          if (forked.pid === undefined) resolve();
        });
      }),
    };
    this.#child = child;
    forked.on('message', (message) => this.#receive(child, message as Out | SupervisedMessage));
    child.startTimer = setTimeout(() => this.#kill(child, 'start-timeout'), this.#limits.startLimit);
    void child.exited.then(() => this.#gone(child));
    return child;
  }

  #receive(child: Child, message: Out | SupervisedMessage): void {
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
      this.emit('pong', message as Extract<Out, { type: 'pong' }>);
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
      this.#post(child, { type: 'ping', at: performance.now() });
    } else if (now - child.pinged > this.#limits.pongLimit) {
      this.#kill(child, 'hung');
    }
  }

  #post(child: Child, message: In | SupervisorMessage): boolean {
    if (!child.process.connected) return false;
    // Without this callback a failure would be an `error` event: the child may exit while the message is under way.
    child.process.send(message, (error) => {
      if (error) {
        const { name, log } = this.#options;
        log.debug(
          { event: 'process.message-lost', process: name, type: message.type },
          'a message to a supervised process was lost',
        );
      }
    });
    return true;
  }

  #kill(child: Child, reason: DownReason): void {
    child.reason ??= reason;
    child.process.kill('SIGKILL');
  }

  /** Asks the child to exit, waits for the time limit, then kills it. */
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
    this.#options.log.warn(
      { event: 'process.down', process: this.#options.name, ...down },
      'a supervised process ended',
    );
    if (child.ready) this.emit('down', down);
    if (this.#started) this.#restart(child);
  }

  #restart(last: Child): void {
    const { calmAfter, backOffFirst, backOffMost } = this.#limits;
    if (last.ready && performance.now() - last.readyAt >= calmAfter) this.#restarts = 0;
    const delay = backoff({ first: backOffFirst, cap: backOffMost }, this.#restarts);
    this.#restarts += 1;
    const { name, log } = this.#options;
    log.info(
      { event: 'process.restarting', process: name, attempt: this.#restarts, delay },
      'a supervised process will be restarted',
    );
    this.#restartTimer = setTimeout(() => this.#fork(), delay);
  }
}

function describe(child: Child): string {
  if (child.reason) return child.reason;
  return child.process.signalCode ?? `exit code ${child.process.exitCode}`;
}
