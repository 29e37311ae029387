/**
 * How a camera is encoded. One layer: the analyzer is the only consumer and wants every pixel, so a second
 * layer would cost the publisher's processor and nobody would look at it. Above 720p a half-size layer lets
 * the server choose less when it must.
 */
export interface EncodingSettings {
  encodings: { maxBitrate: number; maxFramerate?: number; scaleResolutionDownBy?: number }[];
  codecOptions: { videoGoogleStartBitrate: number };
}

/** Bits a pixel a second that keep skin texture in VP8 at a door's slow motion. */
const BITS_PER_PIXEL = 2.7;
const LEAST = 1_200_000;
const MOST = 2_500_000;
/**
 * Where bandwidth estimation begins, kbit/s. From libwebrtc's 300 it takes half a minute to rise, and until then the
 * pacer holds back the end of every large frame by some 40 ms. Above what is sent, so that no frame waits.
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
