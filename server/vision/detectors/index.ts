/** The families of detectors, by the name that manifests use in `decoder`. */
import type { DetectorDecoder } from './decoder.ts';
import { retinaface } from './retinaface.ts';
import { scrfd } from './scrfd.ts';
import { ultraface } from './ultraface.ts';
import { yunet } from './yunet.ts';

export const detectors: Readonly<Record<string, DetectorDecoder>> = { retinaface, scrfd, ultraface, yunet };
