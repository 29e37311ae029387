import { PICTURE_LIMIT } from '#protocol/limits.ts';

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

/** How much smaller a larger picture is sent: its pixels would only be refused by the server. */
function scaleOf({ width = 0, height = 0 }: { width?: number; height?: number }): number {
  const { longer, shorter } = PICTURE_LIMIT;
  return Math.max(1, Math.max(width, height) / longer, Math.min(width, height) / shorter);
}

/** @param picture Width and height of the track in pixels, where known. */
export function videoEncodings(picture: { width?: number; height?: number }): EncodingSettings {
  const scale = scaleOf(picture);
  const pixels = ((picture.width ?? 1280) * (picture.height ?? 720)) / scale ** 2;
  const wanted = Math.min(MOST, Math.max(LEAST, Math.round(pixels * BITS_PER_PIXEL)));
  const codecOptions = { videoGoogleStartBitrate: START_KBPS };
  if (pixels <= 1280 * 720) return { encodings: [{ maxBitrate: wanted }], codecOptions };
  return {
    encodings: [
      { maxBitrate: 900_000, scaleResolutionDownBy: 2 * scale },
      { maxBitrate: 4_000_000, ...(scale > 1 && { scaleResolutionDownBy: scale }) },
    ],
    codecOptions,
  };
}
