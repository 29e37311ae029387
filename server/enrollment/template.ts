/** Builds the templates of an enrollment: one for each head pose, and their mean. */
import type { PoseBin } from '../protocol/face.ts';

export interface NewTemplate {
  bin: PoseBin | 'aggregate';
  /** L2-normalized. */
  embedding: Float32Array;
  /** Mean quality of the captures it was made from, 0..1. */
  quality: number;
}

/** The part of an accepted capture that templates are made from. */
export interface Sample {
  /** L2-normalized. */
  embedding: Float32Array;
  /** Greater than 0, at most 1. */
  quality: number;
  /** The embedding of the same face by the former model pack, while that pack is running. L2-normalized. */
  former?: Float32Array;
}

/**
 * The templates of a session: `aggregate` first, then one for each bin, in the order of the map. Each is the mean of its
 * samples weighted by quality, L2-normalized. The aggregate is the mean of the templates of all bins weighted by their
 * quality, so that a bin with more samples does not count more.
 *
 * @throws RangeError if there are no samples, or if they cancel each other out
 */
export function buildTemplates(samples: ReadonlyMap<PoseBin, readonly Sample[]>): NewTemplate[] {
  const bins: NewTemplate[] = [];
  for (const [bin, ofBin] of samples) {
    if (ofBin.length > 0) bins.push({ bin, ...weightedMean(ofBin) });
  }
  return [{ bin: 'aggregate', ...weightedMean(bins) }, ...bins];
}

/**
 * The templates of the same captures with the former model pack; an empty array if no capture has such an embedding. They
 * are only used to search, and never stored.
 */
export function buildFormerTemplates(samples: ReadonlyMap<PoseBin, readonly Sample[]>): NewTemplate[] {
  const former = [...samples].map(
    ([bin, ofBin]) =>
      [bin, ofBin.flatMap((s) => (s.former ? [{ embedding: s.former, quality: s.quality }] : []))] as const,
  );
  return former.some(([, ofBin]) => ofBin.length > 0) ? buildTemplates(new Map(former)) : [];
}

/**
 * The mean direction weighted by quality, and the mean quality.
 *
 * @throws RangeError as `buildTemplates` does
 */
export function weightedMean(samples: readonly Sample[]): Sample {
  const length = samples[0]?.embedding.length ?? 0;
  const sum = new Float64Array(length);
  let quality = 0;
  for (const sample of samples) {
    quality += sample.quality;
    for (let i = 0; i < length; i++) sum[i]! += sample.quality * sample.embedding[i]!;
  }
  const norm = Math.hypot(...sum);
  if (!(norm > 1e-6)) throw new RangeError('these samples have no mean direction');
  return { embedding: Float32Array.from(sum, (v) => v / norm), quality: quality / samples.length };
}

/** Cosine similarity of L2-normalized embeddings, −1..1. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
