import type { types as ms } from 'mediasoup';

/**
 * What cameras may publish. No H264: the analyzer's decoder has none, so a browser that offered only that
 * would look connected and never be analyzed.
 */
export const MEDIA_CODECS: ms.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

const ORIENTATION = 'urn:3gpp:video-orientation';

/**
 * The capabilities as peers are told them. Without the orientation extension a rotated phone turns its
 * pixels before encoding; with it, it would send sideways faces and a note that a decoder may ignore. Pure.
 */
export function offeredCapabilities(capabilities: ms.RtpCapabilities): ms.RtpCapabilities {
  return {
    ...capabilities,
    headerExtensions: (capabilities.headerExtensions ?? []).filter((e) => e.uri !== ORIENTATION),
  };
}
