/** Reads and writes pictures as plain RGB with ffmpeg. The attacks are rendered from these pictures. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import type { I420Frame } from '../../../server/vision/types.ts';
import { ffmpegPath, ffmpegStream } from '../../fixtures/ffmpeg.ts';

/** A picture in 8-bit RGB, interleaved, row by row. */
export interface Rgb {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface RgbSource {
  /** Path of a video or a photograph. */
  file: string;
  /** Range of a video, seconds. */
  from?: number;
  to?: number;
}

const STILL = /\.(jpe?g|png)$/i;

/**
 * The pictures of a source, scaled to fill `width` × `height`: `fps` per second of a video, or one of a photograph.
 * `filter`: additional ffmpeg filters.
 */
export async function readRgb(
  source: RgbSource,
  { width, height, fps, filter }: { width: number; height: number; fps: number; filter?: string },
): Promise<Rgb[]> {
  const still = STILL.test(source.file);
  const filters = [
    ...(still ? [] : [`fps=${fps}`]),
    `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=lanczos`,
    `crop=${width}:${height}`,
    ...(filter === undefined ? [] : [filter]),
  ];
  const child = ffmpegStream([
    ...(source.from === undefined ? [] : ['-ss', String(source.from)]),
    ...(source.to === undefined ? [] : ['-t', String(source.to - (source.from ?? 0))]),
    '-i',
    source.file,
    '-an',
    '-vf',
    filters.join(','),
    ...(still ? ['-frames:v', '1'] : []),
    ...'-pix_fmt rgb24 -f rawvideo pipe:1'.split(' '),
  ]);
  child.stderr.resume();
  const all = Buffer.concat(await child.stdout.toArray());
  const size = width * height * 3;
  if (all.length < size) throw new Error(`${source.file} gave no picture`);
  return Array.from({ length: Math.floor(all.length / size) }, (_, i) => ({
    data: all.subarray(i * size, (i + 1) * size),
    width,
    height,
  }));
}

/** As a camera consumer gets it: BT.601 limited range, chroma the mean of four pixels. Even sides. */
export function toI420({ data, width, height }: Rgb): I420Frame {
  const planes = new Uint8Array((width * height * 3) / 2);
  const chroma = (width / 2) * (height / 2);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [u, v] = [0, 0];
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const at = (y + dy) * width + x + dx;
        const [r, g, b] = [data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!];
        planes[at] = Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255);
        u += -37.797 * r - 74.203 * g + 112 * b;
        v += 112 * r - 93.786 * g - 18.214 * b;
      }
      const at = width * height + (y / 2) * (width / 2) + x / 2;
      planes[at] = Math.round(128 + u / 1020);
      planes[at + chroma] = Math.round(128 + v / 1020);
    }
  }
  return { data: planes, width, height };
}

/** Writes what Chromium's fake camera plays: MJPEG, which it shows at 30 a second whatever `fps` the pictures are. */
export async function writeCamera(file: string, pictures: Iterable<Rgb>, fps: number): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  let child: ReturnType<typeof encoder> | null = null;
  let ended: Promise<unknown[]> | null = null;
  for (const { data, width, height } of pictures) {
    child ??= encoder(temporary, { width, height, fps });
    ended ??= once(child, 'close');
    if (!child.stdin.write(data)) await once(child.stdin, 'drain');
  }
  if (!child || !ended) throw new Error(`${file}: no pictures`);
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`${file}: ffmpeg ended with ${String(code)}`);
  await rename(temporary, file);
}

function encoder(file: string, { width, height, fps }: { width: number; height: number; fps: number }) {
  const input = `-f rawvideo -pix_fmt rgb24 -s ${width}x${height} -r ${fps} -i pipe:0`;
  const output = '-r 30 -c:v mjpeg -q:v 2 -pix_fmt yuvj420p -f mjpeg';
  return spawn(
    ffmpegPath(),
    ['-hide_banner', '-loglevel', 'error', '-y', ...input.split(' '), ...output.split(' '), file],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
}
