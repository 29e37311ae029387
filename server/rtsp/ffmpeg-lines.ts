/** What ffmpeg (4.4 to 8) says on its standard error, line by line. Pure. */
import type { RtspProblem } from '../protocol/rtsp.ts';

/** The first video of a camera. */
export interface FoundVideo {
  /** As ffmpeg names it: `h264`, `hevc`. */
  codec: string;
  /** `Constrained Baseline`, `High`; null where ffmpeg does not say. */
  profile: string | null;
  /** Pixels; zero where ffmpeg does not say. */
  width: number;
  height: number;
}

export type FfmpegLine =
  { kind: 'video'; video: FoundVideo } | { kind: 'problem'; problem: RtspProblem } | null;

const VIDEO = /^\s*Stream #0:\d+.*?: Video: (\w+)(?: \(([A-Z][\w :+-]*)\))?/;
const SIZE = /, (\d{2,5})x(\d{2,5})\b/;

const PROBLEMS: readonly (readonly [RegExp, RtspProblem])[] = [
  [/Redirecting to/, 'sent-elsewhere'],
  [/\b40[13] (Unauthorized|Forbidden)|authorization failed/i, 'credentials-refused'],
  [/\b404 Not Found/, 'path-unknown'],
  [/method SETUP failed: 461/, 'transport'],
  // A camera has nothing to play where nothing of it was asked for.
  [/method PLAY failed: 45[45]|matches no streams|does not contain any stream/, 'no-video'],
  [
    /Connection refused|timed out|No route to host|Network is unreachable|Host is (down|unreachable)/i,
    'unreachable',
  ],
];

export function readFfmpegLine(line: string): FfmpegLine {
  const video = VIDEO.exec(line);
  if (video) {
    const size = SIZE.exec(line);
    return {
      kind: 'video',
      video: {
        codec: video[1]!,
        profile: video[2] ?? null,
        width: Number(size?.[1] ?? 0),
        height: Number(size?.[2] ?? 0),
      },
    };
  }
  const found = PROBLEMS.find(([pattern]) => pattern.test(line));
  return found ? { kind: 'problem', problem: found[1] } : null;
}

const NAMES: Readonly<Record<string, string>> = {
  hevc: 'H.265',
  mjpeg: 'MJPEG',
  mpeg4: 'MPEG-4 Part 2',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
};

/** A codec as the page of a camera names it. */
export function codecName(codec: string): string {
  return NAMES[codec] ?? codec.toUpperCase();
}
