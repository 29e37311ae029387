/**
 * How a camera is encoded. One layer: the analyzer is the only consumer and needs every pixel, so a second layer would
 * only cost processor time on the device. Above 720p a half-size layer lets the server choose less when it must.
 */
export interface EncodingSettings {
  encodings: { maxBitrate: number; maxFramerate?: number; scaleResolutionDownBy?: number }[];
  codecOptions: { videoGoogleStartBitrate: number };
}

/** Bits per pixel and second that keep skin texture in VP8, with the slow motion at a door. */
const BITS_PER_PIXEL = 2.7;
const LEAST = 1_200_000;
const MOST = 2_500_000;
/**
 * Start value of the bandwidth estimation, kbit/s. From the 300 of libwebrtc it takes half a minute to rise, and until
 * then the pacer delays the end of every large frame by some 40 ms. It is above the bitrate, so that no frame waits.
 */
const START_KBPS = 4_000;

/** @param picture Width and height of the track in pixels, where known. */
export function videoEncodings(picture: { width?: number; height?: number }): EncodingSettings {
  const pixels = (picture.width ?? 1280) * (picture.height ?? 720);
  const wanted = Math.min(MOST, Math.max(LEAST, Math.round(pixels * BITS_PER_PIXEL)));
  const codecOptions = { videoGoogleStartBitrate: START_KBPS };
  if (pixels <= 1280 * 720) return { encodings: [{ maxBitrate: wanted }], codecOptions };
  return {
    encodings: [{ maxBitrate: 900_000, scaleResolutionDownBy: 2 }, { maxBitrate: 4_000_000 }],
    codecOptions,
  };
}
