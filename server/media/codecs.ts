import type { types as ms } from 'mediasoup';

/** What a decoder of H.264 takes, as in `profile-level-id` (RFC 6184, 8.1). */
export const CONSTRAINED_BASELINE = '42e01f';

/** The largest profile of H.264 that the analyzers decode. Each of them includes the ones before it. */
export type H264Decoding = 'baseline' | 'high';

/** The profiles that are offered, in the order of preference: constrained baseline, main, high and constrained high. */
const PROFILES: Readonly<Record<H264Decoding, readonly string[]>> = {
  baseline: [CONSTRAINED_BASELINE],
  high: [CONSTRAINED_BASELINE, '4d0032', '640032', '640c32'],
};

/**
 * The codecs that cameras may use, the preferred one first: every browser with WebRTC has VP8 (RFC 7742), and takes the first
 * that it has; our own pages always send it. The others are for cameras and encoders that have or prefer them: H.264 in the
 * profiles that the analyzers decode, VP9 of profile 0 and AV1 of the main profile. The size of every picture is read before a
 * decoder makes room for it (`picture-size.ts`).
 */
export function mediaCodecs(h264: H264Decoding): ms.RouterRtpCodecCapability[] {
  return [
    { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
    ...PROFILES[h264].map((profile) => ({
      kind: 'video' as const,
      mimeType: 'video/H264',
      clockRate: 90_000,
      parameters: {
        'packetization-mode': 1,
        'profile-level-id': profile,
        'level-asymmetry-allowed': 1,
      },
    })),
    { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
    { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
  ];
}

/** What to say of H.264 that is not decoded. */
export function undecodableText(h264: H264Decoding): string {
  return h264 === 'baseline'
    ? 'This H.264 cannot be decoded here: set the encoder to the profile "baseline", without B-frames, or add a decoder on the server: npm run codecs -- install node-av'
    : 'This H.264 cannot be decoded here: set the encoder to the profile "high", "main" or "baseline", with 8 bits and 4:2:0.';
}

/** By how much a picture is to be turned, in a header extension of RTP. */
export const ORIENTATION = 'urn:3gpp:video-orientation';

const BANDWIDTH_ESTIMATION: ReadonlySet<string> = new Set([
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
]);

/**
 * The capabilities of a viewer, without estimation of its bandwidth. With it, the worker sends of a camera with layers none at
 * all while it estimates less than the smallest one that arrives; of a camera with one layer it never asks. Pure.
 */
export function viewerCapabilities(capabilities: ms.RtpCapabilities): ms.RtpCapabilities {
  return {
    ...capabilities,
    headerExtensions: (capabilities.headerExtensions ?? []).filter(
      ({ uri }) => !BANDWIDTH_ESTIMATION.has(uri),
    ),
  };
}

/**
 * The capabilities that are offered to peers, without the orientation extension. Without it, a rotated phone rotates the
 * pixels before encoding; with it, the phone would send sideways faces and a hint that a decoder may ignore. Pure.
 */
export function offeredCapabilities(capabilities: ms.RtpCapabilities): ms.RtpCapabilities {
  return {
    ...capabilities,
    headerExtensions: (capabilities.headerExtensions ?? []).filter((e) => e.uri !== ORIENTATION),
  };
}
