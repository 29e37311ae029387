/**
 * Photographs as the analyzer gets pictures: planar I420, BT.601 limited range, at their own size. ffmpeg decodes a
 * hundred photographs per process: a process for each would take longer than the networks need.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { I420Frame } from '../../../server/vision/types.ts';
import { ffmpegStream } from '../../fixtures/ffmpeg.ts';

const AT_ONCE = 100;

/** Layout of the raw bytes: I420 for Muster's own packs, three bytes per pixel for libraries that need RGB. */
export type PixelLayout = 'yuv420p' | 'rgb24';

/**
 * JPEG files in their order; an odd width or height loses its last column or row.
 * @throws Error with ffmpeg's words where a file cannot be read.
 */
export async function* readPhotographs(
  files: readonly string[],
  layout: PixelLayout = 'yuv420p',
): AsyncGenerator<I420Frame, void> {
  for (let first = 0; first < files.length; first += AT_ONCE) {
    for (const batch of await bySize(files.slice(first, first + AT_ONCE))) yield* decode(batch, layout);
  }
}

interface Batch {
  files: string[];
  width: number;
  height: number;
}

/** Groups consecutive files of the same size, because a raw stream does not mark where a picture ends. */
async function bySize(files: readonly string[]): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (const file of files) {
    const { width, height } = jpegSize(await readFile(file), file);
    const last = batches.at(-1);
    if (last?.width === width && last.height === height) last.files.push(file);
    else batches.push({ files: [file], width, height });
  }
  return batches;
}

async function* decode(batch: Batch, layout: PixelLayout): AsyncGenerator<I420Frame, void> {
  const width = batch.width & ~1;
  const height = batch.height & ~1;
  const bytes = width * height * (layout === 'rgb24' ? 3 : 1.5);
  const range = layout === 'yuv420p' ? ' -color_range tv' : '';
  const child = ffmpegStream([
    ...'-f image2pipe -c:v mjpeg -i'.split(' '),
    `concat:${batch.files.join('|')}`,
    ...`-an -vf crop=${width}:${height}:0:0 -vsync passthrough`.split(' '),
    ...`-pix_fmt ${layout}${range} -f rawvideo pipe:1`.split(' '),
  ]);
  const ended = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => (complaint += text));
  let data = new Uint8Array(bytes);
  let filled = 0;
  let pictures = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const part = chunk.subarray(at, at + bytes - filled);
        data.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < bytes) continue;
        pictures += 1;
        yield { data, width, height };
        data = new Uint8Array(bytes);
        filled = 0;
      }
    }
    await ended;
    if (pictures !== batch.files.length) {
      const [first] = batch.files;
      throw new Error(
        `${batch.files.length} files from ${first} on gave ${pictures} pictures: ${complaint.trim()}`,
      );
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** From the frame header (SOF0..SOF2) of ITU-T T.81. */
function jpegSize(file: Buffer, name: string): { width: number; height: number } {
  for (let at = 2; at + 9 < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    const marker = file[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xc2) {
      return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    }
  }
  throw new Error(`${name} is not a JPEG file`);
}
