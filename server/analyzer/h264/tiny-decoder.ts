/** Decodes H.264 of the constrained baseline profile with tinyh264 (WebAssembly). For a worker thread: it takes over `self`. */
import type { H264Sps } from '../../media/h264-sps.ts';
import type { I420Frame } from '../../vision/types.ts';
import { ENCODED_LIMIT, type H264Decoder } from './decoder.ts';

/** The functions of tinyh264 that are used. Its own class writes past its buffer if a picture is large. */
interface TinyH264 {
  HEAPU8: Uint8Array;
  getValue(pointer: number, type: 'i32'): number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _h264bsdAlloc(): number;
  _h264bsdInit(storage: number, noReordering: number): number;
  _h264bsdDecode(
    storage: number,
    data: number,
    bytes: number,
    picture: number,
    width: number,
    height: number,
  ): number;
  _h264bsdShutdown(storage: number): void;
  _h264bsdFree(storage: number): void;
}

/** Results of `_h264bsdDecode`. */
const PICTURE = 1;
const FIRST_ERROR = 3;

export class TinyDecoder implements H264Decoder {
  readonly #tiny: TinyH264;
  readonly #input: number;
  /** Where it writes the place, the width and the height of a picture, four bytes each. */
  readonly #output: number;
  #storage: number;

  static async open(): Promise<TinyDecoder> {
    // The package was built for workers of browsers.
    Object.assign(globalThis, { self: { location: { href: '' } } });
    // @ts-expect-error: it has no types.
    const { default: load } = (await import('tinyh264/lib/TinyH264.js')) as {
      default: () => Promise<TinyH264>;
    };
    return new TinyDecoder(await load());
  }

  private constructor(tiny: TinyH264) {
    this.#tiny = tiny;
    this.#input = tiny._malloc(ENCODED_LIMIT);
    this.#output = tiny._malloc(12);
    this.#storage = this.#begin();
  }

  takes(sps: H264Sps): boolean {
    return sps.baseline;
  }

  decode(data: Uint8Array, sps: H264Sps): I420Frame[] {
    if (data.length > ENCODED_LIMIT) throw new Error(`an encoded picture has ${data.length} bytes`);
    const tiny = this.#tiny;
    tiny.HEAPU8.set(data, this.#input);
    const out = this.#output;
    const result = tiny._h264bsdDecode(this.#storage, this.#input, data.length, out, out + 4, out + 8);
    if (result >= FIRST_ERROR) throw new Error(`the decoder refuses a picture (${result})`);
    if (result !== PICTURE) return [];
    const [at, width, height] = [out, out + 4, out + 8].map((pointer) => tiny.getValue(pointer, 'i32')) as [
      number,
      number,
      number,
    ];
    const { coded } = sps;
    if (width !== coded.width || height !== coded.height) throw new Error('a picture has another size');
    return [cropped(tiny.HEAPU8.subarray(at, at + (width * height * 3) / 2), sps)];
  }

  reset(): void {
    this.close();
    this.#storage = this.#begin();
  }

  close(): void {
    this.#tiny._h264bsdShutdown(this.#storage);
    this.#tiny._h264bsdFree(this.#storage);
  }

  #begin(): number {
    const storage = this.#tiny._h264bsdAlloc();
    // Baseline has no B-frames: no picture needs to wait for another one.
    this.#tiny._h264bsdInit(storage, 1);
    return storage;
  }
}

/** I420 without the rest of the last macroblocks. */
function cropped(data: Uint8Array, { width, height, coded }: H264Sps): I420Frame {
  const halfWidth = (width + 1) >> 1;
  const halfHeight = (height + 1) >> 1;
  const result = new Uint8Array(width * height + 2 * halfWidth * halfHeight);
  const planes = [
    { at: 0, stride: coded.width, left: coded.left, top: coded.top, width, height },
    ...[0, 1].map((plane) => ({
      at: coded.width * coded.height + (plane * coded.width * coded.height) / 4,
      stride: coded.width / 2,
      left: coded.left >> 1,
      top: coded.top >> 1,
      width: halfWidth,
      height: halfHeight,
    })),
  ];
  let to = 0;
  for (const plane of planes) {
    for (let row = 0; row < plane.height; row += 1) {
      const from = plane.at + (plane.top + row) * plane.stride + plane.left;
      result.set(data.subarray(from, from + plane.width), to);
      to += plane.width;
    }
  }
  return { data: result, width, height };
}
