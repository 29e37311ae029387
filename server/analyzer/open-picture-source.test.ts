import { describe, expect, it } from 'vitest';
import { mediaCodecs } from '../media/codecs.ts';
import { needsDecoderPack } from './open-picture-source.ts';

const router = (h264: 'baseline' | 'high') => ({
  codecs: mediaCodecs(h264).map((codec, i) => Object.assign(codec, { preferredPayloadType: 100 + i })),
});

describe('needsDecoderPack', () => {
  it.each([
    ['video/H264', 'high', true],
    ['video/h264', 'high', true],
    ['video/H264', 'baseline', false],
    ['video/VP8', 'high', false],
    ['video/AV1', 'high', false],
  ] as const)('%s of a server that lets %s in: %s', (mimeType, h264, needed) => {
    expect(needsDecoderPack(mimeType, router(h264))).toBe(needed);
  });
});
