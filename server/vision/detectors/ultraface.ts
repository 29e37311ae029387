/**
 * UltraFace (Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB), exported with its boxes decoded:
 * `scores` [1, n, 2] (background, face; softmaxed), `boxes` [1, n, 4] (x1, y1, x2, y2 as fractions of the
 * input, which may reach outside it).
 */
import type { DetectorDecoder } from './decoder.ts';

export const ultraface: DetectorDecoder = {
  outputs: ['scores', 'boxes'],
  landmarks: false,
  decode(outputs, input, score, found) {
    const scores = outputs['scores']!;
    const boxes = outputs['boxes']!;
    found.count = 0;
    for (let i = 0; i * 2 < scores.length && found.count < found.capacity; i++) {
      const face = scores[i * 2 + 1]!;
      if (face < score) continue;
      const n = found.count++;
      found.scores[n] = face;
      found.boxes[n * 4] = boxes[i * 4]! * input.width;
      found.boxes[n * 4 + 1] = boxes[i * 4 + 1]! * input.height;
      found.boxes[n * 4 + 2] = boxes[i * 4 + 2]! * input.width;
      found.boxes[n * 4 + 3] = boxes[i * 4 + 3]! * input.height;
    }
  },
};
