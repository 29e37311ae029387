/**
 * YuNet (Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20, 2023): the
 * exports of 2023 and later in opencv_zoo.
 *
 * For each stride s of 8, 16, 32 there is one value per cell of the input, row by row: `cls_s` and `obj_s` [1, n, 1]
 * (both after sigmoid; the score of a face is the square root of their product), `bbox_s` [1, n, 4] (the middle,
 * relative to the cell's upper left corner, in strides; then the logarithms of width and height in strides) and `kps_s`
 * [1, n, 10] (x, y of five points, relative to that corner, in strides).
 */
import type { DetectorDecoder } from './decoder.ts';

const STRIDES = [8, 16, 32] as const;

export const yunet: DetectorDecoder = {
  outputs: STRIDES.flatMap((s) => [`cls_${s}`, `obj_${s}`, `bbox_${s}`, `kps_${s}`]),
  landmarks: true,
  decode(outputs, input, score, found) {
    found.count = 0;
    for (const stride of STRIDES) {
      const cls = outputs[`cls_${stride}`]!;
      const obj = outputs[`obj_${stride}`]!;
      const boxes = outputs[`bbox_${stride}`]!;
      const points = outputs[`kps_${stride}`]!;
      const columns = Math.ceil(input.width / stride);
      for (let i = 0; i < cls.length && found.count < found.capacity; i++) {
        const face = Math.sqrt(unit(cls[i]!) * unit(obj[i]!));
        if (face < score) continue;
        const column = i % columns;
        const row = Math.floor(i / columns);
        const x = (column + boxes[i * 4]!) * stride;
        const y = (row + boxes[i * 4 + 1]!) * stride;
        const halfWidth = (Math.exp(boxes[i * 4 + 2]!) * stride) / 2;
        const halfHeight = (Math.exp(boxes[i * 4 + 3]!) * stride) / 2;
        const n = found.count++;
        found.scores[n] = face;
        found.boxes[n * 4] = x - halfWidth;
        found.boxes[n * 4 + 1] = y - halfHeight;
        found.boxes[n * 4 + 2] = x + halfWidth;
        found.boxes[n * 4 + 3] = y + halfHeight;
        for (let k = 0; k < 10; k += 2) {
          found.landmarks[n * 10 + k] = (column + points[i * 10 + k]!) * stride;
          found.landmarks[n * 10 + k + 1] = (row + points[i * 10 + k + 1]!) * stride;
        }
      }
    }
  },
};

/** Outputs of quantized builds lie slightly outside 0..1. */
function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
