import { CameraConsumer } from './camera-consumer.ts';
import { H264Source } from './h264/h264-source.ts';
import type { PictureSource, PictureSourceOptions } from './picture-source.ts';

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
  return mimeType.toLowerCase() === 'video/h264' ? H264Source.open(options) : CameraConsumer.open(options);
}
