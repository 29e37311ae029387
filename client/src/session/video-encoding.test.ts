import { describe, expect, it } from 'vitest';
import { videoEncodings } from './video-encoding.ts';

describe('how a camera is encoded', () => {
  it.each([
    { width: 320, height: 240, bitrates: [1_200_000] },
    { width: 640, height: 480, bitrates: [153_600, 1_200_000] },
    { width: 720, height: 1280, bitrates: [460_800, 2_488_320] },
    { width: 1280, height: 720, bitrates: [460_800, 2_488_320] },
    { width: 1920, height: 1080, bitrates: [900_000, 4_000_000] },
  ])('$width × $height has layers of $bitrates bit/s', ({ width, height, bitrates }) => {
    expect(videoEncodings({ width, height }, true).encodings.map((e) => e.maxBitrate)).toEqual(bitrates);
  });

  it('sends the small layer of half the size only when it is switched on, and the large one in full size', () => {
    const [small, large] = videoEncodings({ width: 640, height: 480 }, true).encodings;
    expect(small).toMatchObject({ active: false, scaleResolutionDownBy: 2 });
    expect(large).not.toHaveProperty('active');
    expect(large).not.toHaveProperty('scaleResolutionDownBy');
  });

  it('a browser of which nobody knows what the small layer does to the large one sends only that', () => {
    const [large, ...others] = videoEncodings({ width: 640, height: 480 }, false).encodings;
    expect(others).toEqual([]);
    expect(large).toEqual({ maxBitrate: 1_200_000 });
  });

  it.each([
    [1920, 1440, 4 / 3],
    [3840, 2160, 2],
    [1440, 1920, 4 / 3],
  ])('a picture of %i × %i is sent smaller, because the server would refuse it', (width, height, scale) => {
    const { encodings } = videoEncodings({ width, height }, true);
    expect(encodings.map((e) => e.scaleResolutionDownBy)).toEqual([2 * scale, scale]);
  });

  it('a camera that does not tell its size is taken for 720p', () => {
    expect(videoEncodings({}, true)).toEqual(videoEncodings({ width: 1280, height: 720 }, true));
  });
});
