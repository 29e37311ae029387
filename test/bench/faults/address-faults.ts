/** Addresses of this machine that come and go. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Fault } from './kinds.ts';

const run = promisify(execFile);
/** From the block for benchmarks (RFC 2544): no network has it. */
const address = (n: number) => `198.18.77.${n}/32`;

export const addressFaults: readonly Fault[] = [
  {
    name: 'addresses changed',
    goal: 3,
    without: async () => {
      try {
        await run('ip', ['address', 'add', address(1), 'dev', 'lo']);
        await run('ip', ['address', 'del', address(1), 'dev', 'lo']);
        return null;
      } catch {
        return 'addresses can be added by root with iproute2 on Linux only';
      }
    },
    act: async (_scene, draw, lasting) => {
      const added = address(Math.floor(draw.between(2, 250)));
      await run('ip', ['address', 'add', added, 'dev', 'lo']);
      await sleep(lasting(2_000, 8_000));
      await run('ip', ['address', 'del', added, 'dev', 'lo']);
      return Date.now();
    },
  },
];
