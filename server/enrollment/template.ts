/** What an enrollment leaves behind: the best embeddings of each pose, and their mean. */
import type { PoseBin } from '../protocol/face.ts';

export interface NewTemplate {
  bin: PoseBin | 'aggregate';
  /** L2-normalized. */
  embedding: Float32Array;
  /** 0..1: mean quality of the captures it was made of. */
  quality: number;
}

/** One accepted capture, as far as templates need it. */
export interface Sample {
  /** L2-normalized. */
  embedding: Float32Array;
  /** 0..1, over 0. */
  quality: number;
  /** The same face by the former model pack, while somebody is known by that one only. L2-normalized. */
  former?: Float32Array;
}

/**
 * The templates of a session: `aggregate` first, then one for each bin, in the order of the map.
 * Each is the quality-weighted mean of its samples, L2-normalized. The aggregate is the mean over the bins'
 * templates, weighted by their quality, so that a bin does not count for more because it took longer.
 * Throws RangeError where there is no sample, or the samples cancel out.
 */
export function buildTemplates(samples: ReadonlyMap<PoseBin, readonly Sample[]>): NewTemplate[] {
  const bins: NewTemplate[] = [];
  for (const [bin, ofBin] of samples) {
    if (ofBin.length > 0) bins.push({ bin, ...weightedMean(ofBin) });
  }
  return [{ bin: 'aggregate', ...weightedMean(bins) }, ...bins];
}

/**
 * What `buildTemplates` makes of the same captures by the former model pack; nothing where none has any. They are
 * only searched with, never stored.
 */
export function buildFormerTemplates(samples: ReadonlyMap<PoseBin, readonly Sample[]>): NewTemplate[] {
  const former = [...samples].map(
    ([bin, ofBin]) =>
      [bin, ofBin.flatMap((s) => (s.former ? [{ embedding: s.former, quality: s.quality }] : []))] as const,
  );
  return former.some(([, ofBin]) => ofBin.length > 0) ? buildTemplates(new Map(former)) : [];
}

/** Quality-weighted mean direction, and mean quality. Throws RangeError as `buildTemplates`. */
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
