/**
 * SCRFD (Guo, Deng, Lattas, Zafeiriou, "Sample and Computation Redistribution for Efficient Face Detection",
 * arXiv:2105.04714): the exports with five key points ("bnkps") that InsightFace releases.
 *
 * For each stride s of 8, 16, 32 there are ⌈W/s⌉ × ⌈H/s⌉ cells, row by row, with two anchors each: `score_s` [n, 1]
 * (after sigmoid), `box_s` [n, 4] (distances to left, top, right, bottom from the anchor's center, in strides) and
 * `points_s` [n, 10] (x, y of five points from the center, in strides). The center of a cell is its upper left corner:
 * (column, row) × s.
 */
import type { DetectorDecoder } from './decoder.ts';

const STRIDES = [8, 16, 32] as const;
const ANCHORS = 2;

export const scrfd: DetectorDecoder = {
  outputs: STRIDES.flatMap((s) => [`score_${s}`, `box_${s}`, `points_${s}`]),
  landmarks: true,
  decode(outputs, input, score, found) {
    found.count = 0;
    for (const stride of STRIDES) {
      const scores = outputs[`score_${stride}`]!;
      const boxes = outputs[`box_${stride}`]!;
      const points = outputs[`points_${stride}`]!;
      const columns = Math.ceil(input.width / stride);
      for (let i = 0; i < scores.length && found.count < found.capacity; i++) {
        const face = scores[i]!;
        if (face < score) continue;
        const cell = Math.floor(i / ANCHORS);
        const x = (cell % columns) * stride;
        const y = Math.floor(cell / columns) * stride;
        const n = found.count++;
        found.scores[n] = face;
        found.boxes[n * 4] = x - boxes[i * 4]! * stride;
        found.boxes[n * 4 + 1] = y - boxes[i * 4 + 1]! * stride;
        found.boxes[n * 4 + 2] = x + boxes[i * 4 + 2]! * stride;
        found.boxes[n * 4 + 3] = y + boxes[i * 4 + 3]! * stride;
        for (let k = 0; k < 10; k += 2) {
          found.landmarks[n * 10 + k] = x + points[i * 10 + k]! * stride;
          found.landmarks[n * 10 + k + 1] = y + points[i * 10 + k + 1]! * stride;
        }
      }
    }
  },
};
