import type { Candidates } from '../nms.ts';

/** The size of a detector's input, pixels. */
export interface InputSize {
  width: number;
  height: number;
}

/**
 * One family of detectors. `decode` is pure: from the output tensors (by the decoder's own names for them;
 * the manifest says which tensor each is) to the faces of at least `score`, written into `found` in pixels
 * of the network's input, before non-maximum suppression.
 */
export interface DetectorDecoder {
  /** The decoder's names of the outputs it reads. */
  readonly outputs: readonly string[];
  /** Whether it writes five landmarks per face; else the pack needs a landmarks file. */
  readonly landmarks: boolean;
  decode(
    outputs: Readonly<Record<string, Float32Array>>,
    input: InputSize,
    score: number,
    found: Candidates,
  ): void;
}
