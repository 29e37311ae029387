import type { types as ms } from 'mediasoup';

/** What a decoder of H.264 takes, as in `profile-level-id` (RFC 6184, 8.1). */
export const CONSTRAINED_BASELINE = '42e01f';

/**
 * The codecs that cameras may use, the preferred one first: every browser with WebRTC has VP8 (RFC 7742), and takes the first
 * that it has; our own pages always send it. The others are for cameras and encoders that have or prefer them: H.264 in the
 * one profile that the analyzer decodes, VP9 of profile 0 and AV1 of the main profile. The size of every picture is read
 * before a decoder makes room for it (`picture-size.ts`).
 */
export const MEDIA_CODECS: ms.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': CONSTRAINED_BASELINE,
      'level-asymmetry-allowed': 1,
    },
  },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

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
