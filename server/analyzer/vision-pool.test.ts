import { afterEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import type { Provider } from '../protocol/execution.ts';
import { SharedGallery } from '../recognition/gallery.ts';
import type { EnrollmentJob } from './analyze-frame.ts';
import { FrameSlot, i420Bytes } from './frame-slot.ts';
import { REPLACE_MOST, VisionPool } from './vision-pool.ts';

const open: VisionPool[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()));
});

const shares = (capacity: number) => ({
  current: SharedGallery.create({ length: 4, capacity }).share(),
  former: null,
  lookAlikes: new Map(),
});

const DATA = {
  former: null,
  cacheDir: '',
  checks: { liveness: false, snapshots: false },
  providers: ['cpu'],
  pictures: [],
} as const;

const silent = pino({ level: 'silent' });

async function openPool(
  threads: number,
  pack = 'test',
  log = silent,
  providers: readonly Provider[] = ['cpu'],
) {
  let wake: (() => void) | undefined;
  const fatal = Promise.withResolvers<string>();
  const pool = await VisionPool.open({
    threads,
    data: { ...DATA, providers, pack, galleries: shares(4) },
    log,
    program: new URL('./vision-pool.test-thread.ts', import.meta.url),
    onIdle: () => wake?.(),
    onFatal: fatal.resolve,
  });
  open.push(pool);
  const idle = () => new Promise<void>((resolve) => (pool.idle ? resolve() : (wake = resolve)));
  return { pool, idle, fatal: fatal.promise };
}

function picture(slot: FrameSlot, cameraId: string, value: number, size = 4) {
  slot.write({ data: new Uint8Array(i420Bytes(size, size)).fill(value), width: size, height: size }, 1000, 0);
  const lease = slot.take()!;
  const job: EnrollmentJob = {
    purpose: 'enrollment',
    cameraId,
    frame: lease.frame,
    at: lease.at,
    wait: 0,
    minFace: 0.1,
    readTimecode: false,
  };
  return { job, lease };
}

function run(pool: VisionPool, slot: FrameSlot, cameraId: string, value: number, size = 4) {
  const { job, lease } = picture(slot, cameraId, value, size);
  return pool.analyze(job, lease, slot.buffers).finally(() => slot.giveBack());
}

describe('VisionPool', () => {
  it('the vision pool ignores messages of a thread that are not part of its protocol', async () => {
    let calls = 0;
    const pool = await VisionPool.open({
      threads: 2,
      data: { ...DATA, pack: 'watched', galleries: shares(4) },
      log: pino({ level: 'silent' }),
      program: new URL('./vision-pool.test-thread.ts', import.meta.url),
      onIdle: () => (calls += 1),
      onFatal: () => {},
    });
    open.push(pool);
    expect(calls).toBe(0);
    expect(await run(pool, new FrameSlot(), 'a', 7)).toMatchObject({ capture: { at: 1007 } });
    expect(calls).toBe(1);
  });

  it('the vision pool shows each thread the picture that was lent, even when the buffers grow', async () => {
    const { pool } = await openPool(1);
    const slot = new FrameSlot();
    expect(await run(pool, slot, 'a', 7)).toMatchObject({ capture: { at: 1007, width: 4 } });
    expect(await run(pool, slot, 'a', 8)).toMatchObject({ capture: { at: 1008, width: 4 } });
    expect(await run(pool, slot, 'a', 9, 64)).toMatchObject({ capture: { at: 1009, width: 64 } });
    pool.forget('a');
    expect(await run(pool, slot, 'a', 10, 64)).toMatchObject({ capture: { at: 1010 } });
  });

  it('the vision pool reports what the networks of its threads run on', async () => {
    const { pool } = await openPool(1);
    expect(pool.execution).toEqual({ provider: 'cpu', onCpu: 1, refused: [] });
  });

  it('the vision pool runs one thread on WebGPU, whose device onnxruntime does not guard, and all threads on other providers', async () => {
    const { pool } = await openPool(3, 'webgpu', silent, ['webgpu']);
    expect([pool.threads, pool.execution.provider]).toEqual([1, 'webgpu']);
    const { pool: other } = await openPool(3, 'test', silent, ['webgpu']);
    expect([other.threads, other.execution.provider]).toEqual([3, 'cpu']);
  });

  it('logs a provider fallback once, however many threads there are', async () => {
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line) => lines.push(line) });
    const { pool, idle } = await openPool(3, 'fallback', log, ['cuda']);
    const refused = [{ provider: 'cuda', reason: 'no such library' }];
    expect(pool.execution).toMatchObject({ provider: 'cpu', refused });
    // A thread that replaces another reports the same fallback: nothing new.
    await expect(run(pool, new FrameSlot(), 'crash', 1)).rejects.toThrow('crashed');
    await idle();
    expect(lines.filter((line) => line.includes('fell back')).map((l) => JSON.parse(l) as unknown)).toEqual([
      expect.objectContaining({ level: 40, provider: 'cpu', refused }),
    ]);
  });

  it('the vision pool runs as many jobs at once as it has threads, and no more', async () => {
    const { pool } = await openPool(2);
    const [a, b, c] = [new FrameSlot(), new FrameSlot(), new FrameSlot()];
    const both = [run(pool, a, 'a', 1), run(pool, b, 'b', 2)];
    expect(pool.idle).toBe(false);
    const third = picture(c, 'c', 3);
    expect(() => pool.analyze(third.job, third.lease, c.buffers)).toThrow('idle');
    await Promise.all(both);
    expect(pool.idle).toBe(true);
  });

  it('the vision pool keeps working after a picture that could not be analyzed', async () => {
    const { pool } = await openPool(1);
    await expect(run(pool, new FrameSlot(), 'refuse', 1)).rejects.toThrow('not this picture');
    await expect(run(pool, new FrameSlot(), 'a', 1)).resolves.toBeDefined();
  });

  it('the vision pool rejects the job of a thread that dies, and replaces the thread', async () => {
    const { pool, idle } = await openPool(1);
    const slot = new FrameSlot();
    await run(pool, slot, 'a', 1);
    await expect(run(pool, new FrameSlot(), 'crash', 1)).rejects.toThrow('the thread crashed');
    expect(pool.idle).toBe(false);
    await idle();
    // The new thread is given the camera's buffers again.
    expect(await run(pool, slot, 'a', 5)).toMatchObject({ capture: { at: 1005 } });
  });

  it('the vision pool gives every thread the latest gallery, including threads that start later', async () => {
    const { pool, idle } = await openPool(1);
    const slot = new FrameSlot();
    const larger = shares(5_000);
    pool.share(larger);
    expect(await run(pool, slot, 'a', 1)).toMatchObject({ capture: { frame: larger.current.capacity } });
    await expect(run(pool, new FrameSlot(), 'crash', 1)).rejects.toThrow('crashed');
    const largest = shares(10_000);
    pool.share(largest);
    await idle();
    expect(await run(pool, slot, 'a', 1)).toMatchObject({ capture: { frame: largest.current.capacity } });
    expect(largest.current.capacity).toBeGreaterThan(larger.current.capacity);
  });

  it('the vision pool reports a fatal fault when threads die one after another without a result', async () => {
    const { pool, idle, fatal } = await openPool(1);
    for (let i = 0; i <= REPLACE_MOST; i += 1) {
      await idle();
      await expect(run(pool, new FrameSlot(), 'crash', 1)).rejects.toThrow('crashed');
    }
    expect(await fatal).toContain('the thread crashed');
  });

  it('the vision pool does not open when a thread does not start', async () => {
    await expect(openPool(2, 'missing')).rejects.toThrow('there is no such pack');
  });

  it('the vision pool closes idempotently', async () => {
    const { pool } = await openPool(2);
    await Promise.all([pool.close(), pool.close()]);
    expect(pool.idle).toBe(false);
  });
});
