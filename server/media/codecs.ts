import type { types as ms } from 'mediasoup';

/**
 * The codecs that cameras may use. H264 is missing because the analyzer cannot decode it: a browser that published only
 * H264 would look connected but would never be analyzed.
 */
export const MEDIA_CODECS: ms.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

const ORIENTATION = 'urn:3gpp:video-orientation';

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
