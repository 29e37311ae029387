/** What a camera and its encoder make of pictures: noise, poor light, a lens out of focus, few bits. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { I420Frame } from '../../../server/vision/types.ts';
import { ffmpegPath } from '../../fixtures/ffmpeg.ts';
import { between, type Random, seeded } from './random.ts';

export interface Camera {
  /** Part of the light that arrives; below 1 the camera makes up for some of it, with noise. */
  light: number;
  /** Standard deviation of the noise of luma, of 255. */
  noise: number;
  /** Passes of a blur over three pixels. */
  blur: number;
  /** VP8 at so many kbit/s; null: none. */
  kbps: number | null;
}

/** A good webcam most of the time. */
export function drawCamera(random: Random): Camera {
  return {
    light: between(random, 0.8, 1),
    noise: between(random, 0, 3),
    blur: random() < 0.25 ? 1 : 0,
    kbps: random() < 0.2 ? Math.round(between(random, 250, 800)) : null,
  };
}

/** One that nobody would choose. */
export function drawPoorCamera(random: Random): Camera {
  return {
    light: between(random, 0.35, 0.7),
    noise: between(random, 3, 9),
    blur: Math.floor(3 * random()),
    kbps: random() < 0.5 ? Math.round(between(random, 150, 400)) : null,
  };
}

export async function* seenBy(
  camera: Camera,
  pictures: AsyncIterable<I420Frame> | Iterable<I420Frame>,
  random: Random,
  fps: number,
): AsyncGenerator<I420Frame, void> {
  if (camera.kbps === null) {
    for await (const picture of pictures) yield sensed(picture, camera, random);
    return;
  }
  const all: I420Frame[] = [];
  for await (const picture of pictures) all.push(sensed(picture, camera, random));
  yield* await encoded(all, camera.kbps, fps);
}

/** Noise of standard deviation 1, from which each picture takes another part: a number for each pixel would take too long. */
const GRAIN = grain(0x10000);

function grain(length: number): Float32Array {
  const random = seeded('grain');
  // Three numbers make nearly a bell, with a variance of 1/4.
  return Float32Array.from({ length }, () => 2 * (random() + random() + random() - 1.5));
}

function sensed(
  { data, width, height }: I420Frame,
  { light, noise, blur }: Camera,
  random: Random,
): I420Frame {
  const luma = width * height;
  const out = Uint8Array.from(data);
  const first = Math.floor(4096 * random());
  for (let pass = 0; pass < blur; pass++) blurred(out, width, height);
  for (let i = 0; i < luma; i++) {
    const value = 16 + (out[i]! - 16) * light + noise * GRAIN[(first + i) & 0xffff]!;
    out[i] = value < 16 ? 16 : value > 235 ? 235 : value;
  }
  return { data: out, width, height };
}

/** 1-2-1 in both directions, of luma. */
function blurred(data: Uint8Array, width: number, height: number): void {
  const size = width * height;
  for (const step of [1, width]) {
    let before = data[0]!;
    for (let i = step; i < size - step; i++) {
      const here = data[i]!;
      const last = step === 1 ? before : data[i - step]!;
      data[i] = (last + 2 * here + data[i + step]!) / 4;
      before = here;
    }
  }
}

/** Through VP8 and back. */
async function encoded(pictures: readonly I420Frame[], kbps: number, fps: number): Promise<I420Frame[]> {
  const [first] = pictures;
  if (!first) return [];
  const { width, height } = first;
  const raw = `-f rawvideo -pix_fmt yuv420p -s ${width}x${height} -r ${fps}`;
  const vp8 = `-c:v libvpx -b:v ${kbps}k -deadline realtime -cpu-used 8 -f webm pipe:1`;
  const webm = await through(
    `${raw} -i pipe:0 ${vp8}`,
    pictures.map(({ data }) => data),
  );
  const planes = await through('-f webm -i pipe:0 -pix_fmt yuv420p -f rawvideo pipe:1', [webm]);
  const size = (width * height * 3) / 2;
  return Array.from({ length: Math.floor(planes.length / size) }, (_, i) => ({
    data: new Uint8Array(planes.subarray(i * size, (i + 1) * size)),
    width,
    height,
  }));
}

async function through(args: string, input: readonly Uint8Array[]): Promise<Buffer> {
  const child = spawn(
    ffmpegPath(),
    ['-hide_banner', '-loglevel', 'error', '-threads', '1', ...args.split(' ')],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const output = child.stdout.toArray();
  for (const part of input) if (!child.stdin.write(part)) await once(child.stdin, 'drain');
  child.stdin.end();
  return Buffer.concat(await output);
}
