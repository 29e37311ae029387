/** The families of detectors, by the name that a manifest gives as `decoder`. */
import type { DetectorDecoder } from './decoder.ts';
import { ultraface } from './ultraface.ts';

export const detectors: Readonly<Record<string, DetectorDecoder>> = { ultraface };
