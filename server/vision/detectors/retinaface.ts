/**
 * RetinaFace (Deng, Guo, Ververas, Kotsia, Zafeiriou, arXiv:1905.00641) as implemented in PyTorch by biubug6, with any
 * backbone: `loc` [1, n, 4], `conf` [1, n, 2] (background, face; after softmax) and `landm` [1, n, 10] over the priors.
 *
 * The priors are squares centered in the cell, row by row: 16 and 32 pixels in each cell of stride 8, 64 and 128 at
 * stride 16, 256 and 512 at stride 32. Offsets are in prior sizes: × 0.1 for positions, and exp(× 0.2) for sizes (the
 * variances of SSD, Liu et al., arXiv:1512.02325).
 */
import type { DetectorDecoder } from './decoder.ts';

const LEVELS = [
  { stride: 8, sizes: [16, 32] },
  { stride: 16, sizes: [64, 128] },
  { stride: 32, sizes: [256, 512] },
] as const;
const POSITION = 0.1;
const SIZE = 0.2;

export const retinaface: DetectorDecoder = {
  outputs: ['loc', 'conf', 'landm'],
  landmarks: true,
  decode(outputs, input, score, found) {
    const loc = outputs['loc']!;
    const conf = outputs['conf']!;
    const landm = outputs['landm']!;
    found.count = 0;
    let i = 0;
    for (const { stride, sizes } of LEVELS) {
      const columns = Math.ceil(input.width / stride);
      const rows = Math.ceil(input.height / stride);
      for (let cell = 0; cell < columns * rows; cell++) {
        for (const size of sizes) {
          const at = i++;
          const face = conf[at * 2 + 1]!;
          if (face < score || found.count >= found.capacity) continue;
          const px = ((cell % columns) + 0.5) * stride;
          const py = (Math.floor(cell / columns) + 0.5) * stride;
          const x = px + loc[at * 4]! * POSITION * size;
          const y = py + loc[at * 4 + 1]! * POSITION * size;
          const halfWidth = (size * Math.exp(loc[at * 4 + 2]! * SIZE)) / 2;
          const halfHeight = (size * Math.exp(loc[at * 4 + 3]! * SIZE)) / 2;
          const n = found.count++;
          found.scores[n] = face;
          found.boxes[n * 4] = x - halfWidth;
          found.boxes[n * 4 + 1] = y - halfHeight;
          found.boxes[n * 4 + 2] = x + halfWidth;
          found.boxes[n * 4 + 3] = y + halfHeight;
          for (let k = 0; k < 10; k += 2) {
            found.landmarks[n * 10 + k] = px + landm[at * 10 + k]! * POSITION * size;
            found.landmarks[n * 10 + k + 1] = py + landm[at * 10 + k + 1]! * POSITION * size;
          }
        }
      }
    }
  },
};
