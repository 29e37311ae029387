/** Non-maximum suppression over a structure of arrays that is refilled for each frame. */

/** Candidate faces of one frame. Bounded: a decoder drops faces that do not fit. */
export interface Candidates {
  count: number;
  readonly capacity: number;
  /** x1, y1, x2, y2 of each. */
  readonly boxes: Float32Array;
  /** 0..1. */
  readonly scores: Float32Array;
  /** x, y of five points each, in the order of `Landmarks`; unused if the detector returns no landmarks. */
  readonly landmarks: Float32Array;
}

export function candidates(capacity: number): Candidates {
  return {
    count: 0,
    capacity,
    boxes: new Float32Array(capacity * 4),
    scores: new Float32Array(capacity),
    landmarks: new Float32Array(capacity * 10),
  };
}

/** Intersection over union of the boxes at `i` and `j` (x1, y1, x2, y2), 0..1. */
export function iou(boxes: Float32Array, i: number, j: number): number {
  const a = i * 4;
  const b = j * 4;
  const width = Math.min(boxes[a + 2]!, boxes[b + 2]!) - Math.max(boxes[a]!, boxes[b]!);
  const height = Math.min(boxes[a + 3]!, boxes[b + 3]!) - Math.max(boxes[a + 1]!, boxes[b + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const inter = width * height;
  const areaA = (boxes[a + 2]! - boxes[a]!) * (boxes[a + 3]! - boxes[a + 1]!);
  const areaB = (boxes[b + 2]! - boxes[b]!) * (boxes[b + 3]! - boxes[b + 1]!);
  return inter / (areaA + areaB - inter);
}

/**
 * Indices of the candidates that remain, best score first. Greedy: a candidate is dropped if its IoU with a better
 * remaining one exceeds `limit`.
 */
export function suppress(found: Candidates, limit: number): number[] {
  const order = Array.from({ length: found.count }, (_, i) => i);
  order.sort((i, j) => found.scores[j]! - found.scores[i]!);
  const kept: number[] = [];
  for (const i of order) {
    if (kept.every((k) => iou(found.boxes, i, k) <= limit)) kept.push(i);
  }
  return kept;
}
