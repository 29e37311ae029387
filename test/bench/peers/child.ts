/** Runs one subject in a process of its own, which embeds a few pictures per request. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Message, Request, Task } from './wire.ts';

export class Child {
  /** The backend that the subject computes with. */
  readonly backend: string;
  /** The embedding of each picture; null where no face was found. */
  readonly vectors = new Map<number, Float32Array | null>();
  /** The time for each picture, ms. */
  readonly times: number[] = [];
  /** The most memory that the process has used so far, MiB. */
  peak = 0;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, backend: string) {
    this.#process = process;
    this.backend = backend;
  }

  /**
   * Resolves when the subject is loaded and warmed up.
   * @throws Error if the process ends before that
   */
  static async start(program: string, task: Task, ...args: string[]): Promise<Child> {
    const child = fork(path.join(import.meta.dirname, program), [JSON.stringify(task), ...args], {
      serialization: 'advanced',
      // The output of the libraries is ignored: it must not mix with the output of the benchmark.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let backend = '';
    await answered(child, (message) => {
      if (message.type === 'ready') ({ backend } = message);
      return message.type === 'ready';
    });
    return new Child(child, backend);
  }

  /** @throws Error if the process ends before it has processed all pictures */
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

/** Resolves after the first message for which `take` returns true. Rejects if the process ends before. */
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
