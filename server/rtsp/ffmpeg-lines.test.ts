import { describe, expect, it } from 'vitest';
import { codecName, readFfmpegLine } from './ffmpeg-lines.ts';

describe('what ffmpeg says of a video', () => {
  it.each([
    [
      '  Stream #0:0: Video: h264 (Constrained Baseline), yuv420p(progressive), 640x480 [SAR 1:1 DAR 4:3], 15 fps, 15 tbr, 90k tbn',
      { codec: 'h264', profile: 'Constrained Baseline', width: 640, height: 480 },
    ],
    [
      '  Stream #0:1[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuvj420p(pc, bt709, progressive), 1920x1080, 25 fps',
      { codec: 'h264', profile: 'High', width: 1920, height: 1080 },
    ],
    [
      '    Stream #0:0: Video: hevc (Main), yuv420p(tv), 2560x1440, 20 fps, 20 tbr, 90k tbn',
      { codec: 'hevc', profile: 'Main', width: 2560, height: 1440 },
    ],
    ['  Stream #0:0: Video: h264, none, 90k tbr', { codec: 'h264', profile: null, width: 0, height: 0 }],
  ])('%s', (line, video) => expect(readFfmpegLine(line)).toEqual({ kind: 'video', video }));

  it('is not taken from a title that a camera gives itself', () => {
    expect(readFfmpegLine('    title           : Stream #0:0: Video: h264 (Baseline), 640x480')).toBeNull();
    expect(readFfmpegLine('  Stream #0:1: Audio: pcm_alaw, 8000 Hz, 1 channels, s16, 64 kb/s')).toBeNull();
  });
});

describe('what ffmpeg says of a fault', () => {
  it.each([
    ['[rtsp @ 0x5] method DESCRIBE failed: 401 Unauthorized', 'credentials-refused'],
    ['pipe:0: Server returned 401 Unauthorized (authorization failed)', 'credentials-refused'],
    ['[rtsp @ 0x5] method DESCRIBE failed: 404 Not Found', 'path-unknown'],
    ['[tcp @ 0x5] Connection to tcp://10.0.0.7:554?timeout=1 failed: Connection refused', 'unreachable'],
    ['[tcp @ 0x5] Connection to tcp://10.0.0.7:554?timeout=1 failed: Connection timed out', 'unreachable'],
    ['[tcp @ 0x5] Connection to tcp://10.0.0.7:554?timeout=1 failed: No route to host', 'unreachable'],
    ['[rtsp @ 0x5] method SETUP failed: 461 Unsupported transport', 'transport'],
    ['[rtsp @ 0x5] method PLAY failed: 454 Session Not Found', 'no-video'],
    ["Stream map '0:v:0' matches no streams.", 'no-video'],
    ['[rtsp @ 0x5] Status 302: Redirecting to rtsp://127.0.0.1/', 'sent-elsewhere'],
  ])('%s', (line, problem) => expect(readFfmpegLine(line)).toEqual({ kind: 'problem', problem }));
});

describe('the name of a codec', () => {
  it('is the one on the page of a camera', () => {
    expect([codecName('hevc'), codecName('mjpeg'), codecName('vc1')]).toEqual(['H.265', 'MJPEG', 'VC1']);
  });
});
