import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Standstill } from './standstill.ts';

const LIMIT = 1_000;
let found: number[] = [];
let standstill: Standstill;
afterEach(() => standstill.close());

function watch(): void {
  found = [];
  standstill = new Standstill({ limit: LIMIT, onStill: (still) => found.push(still) });
}

/** Nothing else in this process runs meanwhile. */
function stop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it('a process that did not run for longer than the limit is reported once, whoever looks first', async () => {
  watch();
  stop(LIMIT + 200);
  expect(standstill.look()).toBe(true);
  expect(standstill.look()).toBe(false);
  expect(found).toHaveLength(1);
  expect(found[0]).toBeGreaterThan(LIMIT);
  await sleep(500);
  expect(found).toHaveLength(1);
});

it('a standstill is reported also where nothing comes in', async () => {
  watch();
  stop(LIMIT + 200);
  await expect.poll(() => found).toHaveLength(1);
});

it('a process that runs is not reported, however long nobody looks', async () => {
  watch();
  await sleep(LIMIT + 500);
  expect(standstill.look()).toBe(false);
  expect(found).toEqual([]);
});
