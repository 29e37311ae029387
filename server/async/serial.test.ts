import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SerialQueue } from './serial.ts';

describe('a serial queue', () => {
  it('a serial queue runs tasks one at a time and in the order in which they were given', async () => {
    const queue = new SerialQueue();
    const steps: string[] = [];
    const task = (name: string, turns: number) => async () => {
      steps.push(`${name} starts`);
      for (let i = 0; i < turns; i++) await turn();
      steps.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      queue.run(task('a', 3)),
      queue.run(task('b', 1)),
      queue.run(() => 'c'),
    ]);
    expect(results).toEqual(['a', 'b', 'c']);
    expect(steps).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('a serial queue gives the error of a failed task to its caller alone, and continues with the next task', async () => {
    const queue = new SerialQueue();
    const failed = queue.run(async () => Promise.reject(new Error('rejected')));
    const thrown = queue.run(() => {
      throw new Error('thrown');
    });
    const after = queue.run(() => 'done');
    await expect(failed).rejects.toThrow('rejected');
    await expect(thrown).rejects.toThrow('thrown');
    await expect(after).resolves.toBe('done');
  });

  it('a serial queue is idle once every task given so far has ended, also after a failed task', async () => {
    const queue = new SerialQueue();
    await queue.idle();
    let ended = 0;
    const failed = queue.run(async () => {
      await turn();
      ended += 1;
      throw new Error('failed');
    });
    void queue.run(async () => {
      await turn();
      ended += 1;
    });
    await Promise.all([queue.idle(), expect(failed).rejects.toThrow('failed')]);
    expect(ended).toBe(2);
  });
});
