import type { Thresholds } from '../vision/pack.ts';

/** The thresholds of the default pack. */
export const thresholds: Thresholds = { '1e-3': 0.335, '1e-4': 0.412, '1e-5': 0.477 };
