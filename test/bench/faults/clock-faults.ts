/** The clock of the server is set, and set back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './kinds.ts';

const MINUTE = 60_000;
const STEPS = [-60 * MINUTE, -2 * MINUTE, -7_000, 7_000, 2 * MINUTE, 60 * MINUTE];

export const clockFaults: readonly Fault[] = [
  {
    name: 'clock set and set back',
    goal: 3,
    act: async (scene, draw, lasting) => {
      scene.stepClock(draw.pick(STEPS));
      await sleep(lasting(3_000, 12_000));
      scene.stepClock(0);
      return Date.now();
    },
  },
];
