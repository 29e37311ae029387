/** One subject in a process of its own, asked for some pictures at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Message, Request, Task } from './wire.ts';

export class Child {
  /** What computes in it. */
  readonly backend: string;
  /** By picture; null where no face was found. */
  readonly vectors = new Map<number, Float32Array | null>();
  /** Of each picture, ms. */
  readonly times: number[] = [];
  /** Most memory that it held so far, MiB. */
  peak = 0;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, backend: string) {
    this.#process = process;
    this.backend = backend;
  }

  /**
   * Loaded and warmed up.
   * @throws Error where it ends before that.
   */
  static async start(program: string, task: Task, ...args: string[]): Promise<Child> {
    const child = fork(path.join(import.meta.dirname, program), [JSON.stringify(task), ...args], {
      serialization: 'advanced',
      // What libraries print about themselves is not the benchmark's output.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let backend = '';
    await answered(child, (message) => {
      if (message.type === 'ready') ({ backend } = message);
      return message.type === 'ready';
    });
    return new Child(child, backend);
  }

  /** @throws Error where the process ends before it has seen them all. */
  async look(pictures: number[]): Promise<void> {
    const request: Request = { pictures };
    const done = answered(this.#process, (message) => {
      if (message.type === 'seen') {
        this.vectors.set(message.picture, message.vector);
        this.times.push(message.ms);
      }
      if (message.type !== 'done') return false;
      this.peak = message.peak;
      return true;
    });
    this.#process.send(request);
    await done;
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect();
    this.#process.kill();
  }
}

/** Resolves with the first message that `take` says is the last; rejects where the process ends before. */
function answered(child: ChildProcess, take: (message: Message) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = () => {
      child.off('message', hear);
      child.off('exit', fail);
    };
    const hear = (message: Message) => {
      if (!take(message)) return;
      off();
      resolve();
    };
    const fail = (code: number | null) => {
      off();
      reject(new Error(`${child.spawnargs[1] ?? 'A process'} ended with ${code}`));
    };
    child.on('message', hear);
    child.on('exit', fail);
  });
}
