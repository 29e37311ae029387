import { PICTURE_LIMIT } from '#protocol/limits.ts';

/**
 * How a camera is encoded: with a large layer, from which people are recognized, and a small one of half the size for tiles on
 * the wall. The small one is inactive until somebody watches (`SmallLayer`), so that nobody's device works for nobody. Above
 * 720p it is always sent, and larger, because the server chooses it where the network is slow.
 */
interface EncodingSettings {
  encodings: Encoding[];
  codecOptions: { videoGoogleStartBitrate: number };
}

interface Encoding {
  maxBitrate: number;
  maxFramerate?: number;
  scaleResolutionDownBy?: number;
  /** Default: true. */
  active?: boolean;
  scalabilityMode?: 'L1T1';
}

/** Bits per pixel and second that keep skin texture in VP8, with the slow motion at a door. */
const BITS_PER_PIXEL = 2.7;
const LEAST = 1_200_000;
const MOST = 2_500_000;
/** For a tile: at 15 frames a second this looks clean. */
const SMALL = { bitsPerPixel: 2, fps: 15 } as const;
/** Browsers send no second layer of a picture with fewer rows, and half of it is too small for a tile. */
const ROWS_FOR_TWO = 360;
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

/**
 * @param picture Width and height of the track in pixels, where known.
 * @param canSwitch whether this browser is known to leave the large layer as it is while the small one is inactive
 */
export function videoEncodings(
  picture: { width?: number; height?: number },
  canSwitch: boolean,
): EncodingSettings {
  const scale = scaleOf(picture);
  const { width = 1280, height = 720 } = picture;
  const pixels = (width * height) / scale ** 2;
  const wanted = Math.min(MOST, Math.max(LEAST, Math.round(pixels * BITS_PER_PIXEL)));
  const codecOptions = { videoGoogleStartBitrate: START_KBPS };
  if (pixels > 1280 * 720) {
    return {
      encodings: [
        { maxBitrate: 900_000, scaleResolutionDownBy: 2 * scale },
        { maxBitrate: 4_000_000, ...(scale > 1 && { scaleResolutionDownBy: scale }) },
      ],
      codecOptions,
    };
  }
  if (!canSwitch || Math.min(width, height) < ROWS_FOR_TWO)
    return { encodings: [{ maxBitrate: wanted }], codecOptions };
  // One temporal layer, as without simulcast: three, the default of it, need more bits for the same picture.
  const scalabilityMode = 'L1T1';
  const small = {
    active: false,
    scaleResolutionDownBy: 2,
    maxBitrate: Math.round((pixels / 4) * SMALL.bitsPerPixel),
    maxFramerate: SMALL.fps,
    scalabilityMode,
  } as const;
  return { encodings: [small, { maxBitrate: wanted, scalabilityMode }], codecOptions };
}
