import { performance } from 'node:perf_hooks';
import type { BenchRow } from './report.ts';

export const MIB = 1_048_576;

/** Runs one case. Returns its time, and how much memory the process had at most beyond what it had before. */
export async function measure(
  name: string,
  work: () => Promise<unknown>,
  { goal }: { goal?: number } = {},
): Promise<BenchRow[]> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const from = performance.now();
  await work();
  const took = performance.now() - from;
  clearInterval(watch);
  most = Math.max(most, process.memoryUsage.rss());
  console.log(`${name}: ${Math.round(took)} ms`);
  return [
    { case: name, metric: 'time', value: took, unit: 'ms', digits: 0 },
    ...(goal === undefined ? [] : [{ case: name, metric: 'goal', value: goal, unit: 'ms' }]),
    { case: name, metric: 'more memory', value: (most - before) / MIB, unit: 'MiB', digits: 0 },
  ];
}
