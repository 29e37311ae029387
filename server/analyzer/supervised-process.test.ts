import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { pino, type Logger } from 'pino';
import { OperatorError } from '../operator-error.ts';
import { SupervisedProcess, type SupervisionLimits } from './supervised-process.ts';
import type { TestAnswer, TestBehavior, TestOrder } from './supervised-process.test-child.ts';
import { isRunning } from '../../test/support/processes.ts';

const program = new URL('./supervised-process.test-child.ts', import.meta.url);
const open: SupervisedProcess<TestOrder, TestAnswer>[] = [];

function supervise(
  behavior: TestBehavior,
  limits: Partial<SupervisionLimits> = {},
  log: Logger = pino({ level: 'silent' }),
) {
  const child = new SupervisedProcess<TestOrder, TestAnswer>({
    program,
    args: [behavior],
    name: behavior,
    log,
    limits: { backOffFirst: 10, pingInterval: 20, ...limits },
  });
  open.push(child);
  return child;
}

/** The waits before the first `n` restarts of a child that dies as soon as it is ready, ms. */
async function delays(n: number, limits: Partial<SupervisionLimits>): Promise<number[]> {
  const waits: number[] = [];
  const enough = Promise.withResolvers<void>();
  const write = (line: string) => {
    const { delay } = JSON.parse(line) as { delay?: number };
    if (delay !== undefined && waits.push(delay) === n) enough.resolve();
  };
  const child = supervise('crash-once-ready', limits, pino({}, { write }));
  await child.start();
  await enough.promise;
  return waits.slice(0, n);
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((c) => c.close()));
});

describe('SupervisedProcess', () => {
  it('exchanges messages with its child and preserves typed arrays', async () => {
    const child = supervise('well');
    await child.start();
    expect(child.up).toBe(true);
    child.send({ type: 'echo', numbers: Float32Array.of(0.5, -2) });
    const [answer] = await once(child, 'message');
    expect(answer.numbers).toEqual(Float32Array.of(0.5, -2));
  });

  it('a supervised process throws when the child exits during the first start', async () => {
    await expect(supervise('crash-at-start').start()).rejects.toThrow('exit code 3');
  });

  it('a supervised process throws an operator error with the reason of a child that gives up during the first start', async () => {
    const start = supervise('fatal-at-start').start();
    await expect(start).rejects.toThrow(OperatorError);
    await expect(start).rejects.toThrow('the model is missing');
  });

  it('kills a child that is not ready in time', async () => {
    await expect(supervise('hang-at-start', { startLimit: 300 }).start()).rejects.toThrow('start-timeout');
  });

  it('a supervised process restarts a child that does not answer pings', async () => {
    const child = supervise('no-pong', { pongLimit: 50 });
    await child.start();
    const first = child.pid;
    const [down] = await once(child, 'down');
    expect(down).toMatchObject({ reason: 'hung', signal: 'SIGKILL' });
    await once(child, 'ready');
    expect(child.pid).not.toBe(first);
  });

  it('a supervised process restarts a child that exceeds its memory limit, after asking it to exit', async () => {
    const child = supervise('bloated');
    await child.start();
    const [down] = await once(child, 'down');
    expect(down).toMatchObject({ reason: 'memory', code: 0, signal: null });
    await once(child, 'ready');
  });

  it('a supervised process restarts a child that exits, and then exchanges messages with the new one', async () => {
    const child = supervise('well');
    await child.start();
    child.send({ type: 'exit', code: 7 });
    const [down] = await once(child, 'down');
    expect(down).toMatchObject({ reason: 'exit', code: 7 });
    expect(child.up).toBe(false);
    expect(child.send({ type: 'echo', numbers: new Float32Array(1) })).toBe(false);
    await once(child, 'ready');
    child.send({ type: 'echo', numbers: Float32Array.of(1) });
    await once(child, 'message');
  });

  it('doubles the wait between restarts up to the limit', async () => {
    expect(await delays(4, { backOffFirst: 5, backOffMost: 15 })).toEqual([5, 10, 15, 15]);
  });

  it('a supervised process starts over with the first wait after a child was ready for long enough', async () => {
    expect(await delays(3, { backOffFirst: 5, calmAfter: 0 })).toEqual([5, 5, 5]);
  });

  it('a supervised process closes once however often close is called, and does not restart the child', async () => {
    const child = supervise('well');
    await child.start();
    const pid = child.pid!;
    await Promise.all([child.close(), child.close()]);
    await child.close();
    expect(isRunning(pid)).toBe(false);
    expect(child.up).toBe(false);
  });

  it('kills a child that ignores close', async () => {
    const child = supervise('deaf-to-close', { closeLimit: 50 });
    await child.start();
    const pid = child.pid!;
    await child.close();
    expect(isRunning(pid)).toBe(false);
  });

  it('a supervised process closes while it waits to restart a child', async () => {
    const child = supervise('well', { backOffFirst: 60_000 });
    await child.start();
    child.send({ type: 'exit', code: 1 });
    await once(child, 'down');
    await child.close();
    expect(child.pid).toBeUndefined();
  });

  it.each([
    { how: 'exit', behavior: 'deaf-to-disconnect' },
    { how: 'SIGKILL', behavior: 'well' },
  ])(
    'a supervised process ends a child ($behavior) when its parent ends by $how',
    async ({ how, behavior }) => {
      const parent = spawn(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `import { SupervisedProcess } from ${JSON.stringify(new URL('./supervised-process.ts', import.meta.url).href)};
         import { pino } from 'pino';
         const child = new SupervisedProcess({ program: new URL(${JSON.stringify(program.href)}), args: ['${behavior}'], name: 'c', log: pino({ level: 'silent' }) });
         await child.start();
         console.log(child.pid);
         ${how === 'exit' ? 'process.exit(0)' : ''}`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      if (how === 'SIGKILL') parent.kill('SIGKILL');
      await once(parent, 'exit');
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    },
  );
});
