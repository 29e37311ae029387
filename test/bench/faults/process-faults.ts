/** Processes that end or hang: the media worker, the analyzer, a vision thread, the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, signalAll } from '../../support/processes.ts';
import type { Fault } from './kinds.ts';
import type { Scene } from './scene.ts';

const MEDIA_WORKER = 'mediasoup-worker';
const ANALYZER = 'analyzer/program';

function killed(name: string, words: string): Fault {
  return {
    name: `${name} killed`,
    goal: 3,
    act: async (scene) => {
      process.kill(scene.child(words), 'SIGKILL');
      return Date.now();
    },
  };
}

function frozen(name: string, words: string): Fault {
  return {
    name: `${name} frozen`,
    goal: 3,
    act: async (scene, _draw, lasting) => {
      const pid = scene.child(words);
      process.kill(pid, 'SIGSTOP');
      // Its supervisor may end it meanwhile.
      const until = performance.now() + lasting(1_000, 14_000);
      while (performance.now() < until && isRunning(pid)) await sleep(50);
      signalAll([pid], 'SIGCONT');
      return Date.now();
    },
  };
}

/** Something happens inside a thread that is drawn: nothing outside a process can end or stop one of its threads. */
async function inThread(scene: Scene, expression: string, pick: (count: number) => number): Promise<void> {
  const inspector = await scene.inspectors.attach(scene.child(ANALYZER));
  try {
    if (!(await inspector.runInWorker(expression, ({ length }) => pick(length))))
      throw new Error('the analyzer has no vision thread');
  } finally {
    inspector.close();
  }
}

export const processFaults: readonly Fault[] = [
  killed('media worker', MEDIA_WORKER),
  frozen('media worker', MEDIA_WORKER),
  killed('analyzer', ANALYZER),
  frozen('analyzer', ANALYZER),
  {
    name: 'vision thread ended',
    goal: 3,
    act: async (scene, draw) => {
      await inThread(scene, 'process.exit(1)', (count) => Math.floor(draw.next() * count));
      return Date.now();
    },
  },
  {
    name: 'vision thread frozen',
    goal: 3,
    act: async (scene, draw, lasting) => {
      const ms = Math.round(lasting(1_000, 10_000));
      const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`;
      await inThread(scene, wait, (count) => Math.floor(draw.next() * count));
      await sleep(ms);
      return Date.now();
    },
  },
  {
    name: 'server killed',
    goal: 10,
    act: async (scene) => {
      const at = Date.now();
      await scene.killServer();
      return at;
    },
  },
  {
    name: 'server frozen',
    goal: 10,
    act: async (scene, _draw, lasting) => {
      const { pid } = scene.office.server;
      process.kill(pid, 'SIGSTOP');
      await sleep(lasting(1_000, 12_000));
      process.kill(pid, 'SIGCONT');
      return Date.now();
    },
  },
];
