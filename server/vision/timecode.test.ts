import { describe, expect, it } from 'vitest';
import { TIMECODE_BITS, TIMECODE_BLOCK, readTimecode } from './timecode.ts';

function drawn(code: number, width: number, height: number, black = 16, white = 235) {
  const data = new Uint8Array(width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1)).fill(90);
  const side = Math.round(width * TIMECODE_BLOCK);
  for (let bit = 0; bit < TIMECODE_BITS; bit++) {
    for (let y = 0; y < side; y++) {
      data.fill((code >> bit) & 1 ? white : black, y * width + bit * side, y * width + (bit + 1) * side);
    }
  }
  return { data, width, height };
}

describe('readTimecode', () => {
  it.each([0, 1, 2, 0b10_0000_0000, 0b01_0101_0101, 777, 1023])(
    'readTimecode reads %i, with the first block as the lowest bit',
    (code) => {
      expect(readTimecode(drawn(code, 640, 480))).toBe(code);
      expect(readTimecode(drawn(code, 1280, 720))).toBe(code);
      expect(readTimecode(drawn(code, 160, 90))).toBe(code);
    },
  );

  it('readTimecode reads blocks that compression has turned from black and white to gray', () => {
    expect(readTimecode(drawn(693, 640, 480, 80, 170))).toBe(693);
  });
});
