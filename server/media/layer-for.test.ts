import { expect, it } from 'vitest';
import { layerFor } from './layer-for.ts';

it.each([
  // Rows shown, rows of the largest layer, layers: the layer.
  [180, 1080, 2, 0],
  [720, 1080, 2, 0],
  [721, 1080, 2, 1],
  [2160, 1080, 2, 1],
  [200, 720, 3, 0],
  [400, 720, 3, 1],
  [720, 720, 3, 2],
  [180, 720, 1, 0],
  // Not known yet.
  [160, 0, 2, 1],
])('a tile of %d rows takes of %d rows in %d layers number %d', (wanted, full, layers, layer) => {
  expect(layerFor(wanted, full, layers)).toBe(layer);
});
