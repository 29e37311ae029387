import type { types as ms } from 'mediasoup';
import { CONSTRAINED_BASELINE } from '../media/codecs.ts';
import { CameraConsumer } from './camera-consumer.ts';
import { H264Source } from './h264/h264-source.ts';
import type { PictureSource, PictureSourceOptions } from './picture-source.ts';

const isH264 = (mimeType: string) => mimeType.toLowerCase() === 'video/h264';

/**
 * Opens the receiver for what the camera sends: libwebrtc has no decoder for H.264.
 *
 * @param mimeType such as `video/VP8`
 * @throws Error if it cannot be received
 */
export async function openPictureSource(
  mimeType: string,
  options: PictureSourceOptions,
): Promise<PictureSource> {
  return isH264(mimeType) ? H264Source.open(options) : CameraConsumer.open(options);
}

/** Whether the server lets profiles of H.264 in that need a pack of decoders. Pure. */
export function needsDecoderPack(mimeType: string, { codecs = [] }: ms.RtpCapabilities): boolean {
  return (
    isH264(mimeType) &&
    codecs.some((codec) => {
      const profile: unknown = codec.parameters?.['profile-level-id'];
      return isH264(codec.mimeType) && profile !== CONSTRAINED_BASELINE;
    })
  );
}
