import { describe, expect, it } from 'vitest';
import { videoEncodings } from './video-encoding.ts';

describe('how a camera is encoded', () => {
  it.each([
    { width: 320, height: 240, bitrates: [1_200_000] },
    { width: 640, height: 480, bitrates: [1_200_000] },
    { width: 1280, height: 720, bitrates: [2_488_320] },
    { width: 1920, height: 1080, bitrates: [900_000, 4_000_000] },
  ])('$width × $height has layers of $bitrates bit/s', ({ width, height, bitrates }) => {
    expect(videoEncodings({ width, height }).encodings.map((e) => e.maxBitrate)).toEqual(bitrates);
  });

  it.each([
    [1920, 1440, 4 / 3],
    [3840, 2160, 2],
    [1440, 1920, 4 / 3],
  ])('a picture of %i × %i is sent smaller, because the server would refuse it', (width, height, scale) => {
    const { encodings } = videoEncodings({ width, height });
    expect(encodings.map((e) => e.scaleResolutionDownBy)).toEqual([2 * scale, scale]);
  });

  it('a camera that does not tell its size is taken for 720p', () => {
    expect(videoEncodings({})).toEqual(videoEncodings({ width: 1280, height: 720 }));
  });
});
