/** Gallery chain: a person in as many bytes as an embedding has numbers, to find the few hundred most similar people by. */
import { SKETCH_MOST, SKETCH_ZERO } from './sketch-kernel.ts';

/** The mean direction of a person's templates, coarsely: number i is (codes[i] − SKETCH_ZERO) × scale. */
export interface Sketch {
  codes: Uint8Array;
  scale: number;
}

/** @param embeddings L2-normalized, at least one, all of one length */
export function sketchOf(embeddings: readonly Float32Array[]): Sketch {
  const length = embeddings[0]!.length;
  const sum = new Float64Array(length);
  for (const embedding of embeddings) {
    for (let i = 0; i < length; i++) sum[i]! += embedding[i]!;
  }
  let squares = 0;
  let most = 0;
  for (const v of sum) {
    squares += v * v;
    most = Math.max(most, Math.abs(v));
  }
  const codes = new Uint8Array(length).fill(SKETCH_ZERO);
  // Templates that cancel out have no direction: such a person is like everybody else, neither first nor last.
  if (most === 0) return { codes, scale: 0 };
  const gain = SKETCH_MOST / most;
  for (let i = 0; i < length; i++) codes[i] = SKETCH_ZERO + Math.round(sum[i]! * gain);
  return { codes, scale: 1 / (gain * Math.sqrt(squares)) };
}
