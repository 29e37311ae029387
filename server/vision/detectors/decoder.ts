import type { Candidates } from '../nms.ts';

/** Size of a detector's input, pixels. */
export interface InputSize {
  width: number;
  height: number;
}

/**
 * Decodes the outputs of one family of detectors. `decode` is pure. It takes the output tensors by the decoder's own
 * names (the manifest says which tensor is which) and writes the faces that score at least `score` into `found`, in
 * pixels of the network's input, before non-maximum suppression.
 */
export interface DetectorDecoder {
  /** The decoder's names of the outputs it reads. */
  readonly outputs: readonly string[];
  /** Whether it writes five landmarks per face. If not, the pack needs a landmarks file. */
  readonly landmarks: boolean;
  decode(
    outputs: Readonly<Record<string, Float32Array>>,
    input: InputSize,
    score: number,
    found: Candidates,
  ): void;
}
