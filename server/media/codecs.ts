import type { types as ms } from 'mediasoup';

/**
 * The codec that cameras use: every browser with WebRTC has VP8 (RFC 7742). VP9 and AV1 are missing although the analyzer
 * could decode them: nothing needs them, and the size of their pictures is known only to their decoders, which make room for
 * it first (`picture-size.ts`). H264 is missing because the analyzer cannot decode it: a browser that published only H264
 * would look connected but would never be analyzed.
 */
export const MEDIA_CODECS: ms.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];

const ORIENTATION = 'urn:3gpp:video-orientation';

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
