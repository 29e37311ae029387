/** The kinds of faults. Each says whether this machine can have it, and what it breaks for how long. */
import { addressFaults } from './address-faults.ts';
import { claimFaults } from './claim-faults.ts';
import { clockFaults } from './clock-faults.ts';
import { databaseFaults } from './database-faults.ts';
import { diskFaults } from './disk-faults.ts';
import type { Draw } from './draw.ts';
import { migrationFaults } from './migration-faults.ts';
import { networkFaults } from './network-faults.ts';
import { processFaults } from './process-faults.ts';
import type { Scene } from './scene.ts';

/** Draws how long something lasts, ms. */
export type Lasting = (least: number, most: number) => number;

export interface Fault {
  name: string;
  /** Whether everything ought to be well again within 3 s or within 10 s of its end, s; null where nothing is said. */
  goal: 3 | 10 | null;
  /** Why this machine cannot have it; null where it can. */
  without?: (scene: Scene) => Promise<string | null> | string | null;
  /** Breaks and mends it. Returns since when the doors ought to recognize people again, epoch ms. */
  act: (scene: Scene, draw: Draw, lasting: Lasting) => Promise<number>;
}

export const FAULTS: readonly Fault[] = [
  ...processFaults,
  ...databaseFaults,
  ...diskFaults,
  ...networkFaults,
  ...addressFaults,
  ...clockFaults,
  ...claimFaults,
  ...migrationFaults,
];
