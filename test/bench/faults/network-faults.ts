/** A network on which nothing arrives any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './kinds.ts';

export const networkFaults: readonly Fault[] = [
  {
    name: 'all packets lost',
    goal: 10,
    act: async ({ relay }, _draw, lasting) => {
      relay.silent = true;
      await sleep(lasting(1_000, 30_000));
      relay.silent = false;
      return Date.now();
    },
  },
];
