/** Decodes H.264 of the profiles baseline, main and high with FFmpeg, by the pack `node-av` that a user has installed. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { H264Sps } from '../../media/h264-sps.ts';
import type { I420Frame } from '../../vision/types.ts';
import { ENCODED_LIMIT, type H264Decoder } from './decoder.ts';

/** The parts of node-av 6 that are used; it is no dependency, so its types are not here. */
interface Packet {
  data: Buffer | null;
  alloc(): void;
  unref(): void;
  free(): void;
}
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly decodeErrorFlags: number;
  alloc(): void;
  unref(): void;
  free(): void;
  /** The planes without padding. */
  toBuffer(): Buffer;
}
interface CodecContext {
  threadCount: number;
  allocContext3(codec: unknown): void;
  setOption(name: string, value: string): number;
  open2Sync(codec: unknown): number;
  sendPacketSync(packet: Packet): number;
  receiveFrameSync(frame: Frame): number;
  flushBuffers(): void;
  freeContext(): void;
}
interface NodeAv {
  Codec: { findDecoderByName(name: string): unknown };
  CodecContext: new () => CodecContext;
  Packet: new () => Packet;
  Frame: new () => Frame;
  Log: { setLevel(level: number): void };
}

/** AV_LOG_QUIET: what is wrong with a stream is told by the results. */
const QUIET = -8;
/** AV_PIX_FMT_YUV420P and AV_PIX_FMT_YUVJ420P, which lie in memory alike. */
const I420: ReadonlySet<number> = new Set([0, 12]);
/** AVERROR(EAGAIN): it needs more before it shows a picture. */
const AGAIN: ReadonlySet<number> = new Set([-11, -35]);

export class NodeAvDecoder implements H264Decoder {
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #frame: Frame;

  /**
   * @param pack the folder of the pack
   * @throws Error if it cannot be loaded
   */
  static async open(pack: string): Promise<NodeAvDecoder> {
    const file = path.join(pack, 'node_modules', 'node-av', 'dist', 'lib', 'index.js');
    const av = (await import(pathToFileURL(file).href)) as NodeAv;
    return new NodeAvDecoder(av);
  }

  private constructor(av: NodeAv) {
    av.Log.setLevel(QUIET);
    const codec = av.Codec.findDecoderByName('h264');
    if (!codec) throw new Error('FFmpeg has no decoder for H.264');
    this.#context = new av.CodecContext();
    this.#context.allocContext3(codec);
    // More threads would each hold a picture back.
    this.#context.threadCount = 1;
    // A picture with a fault in it is left out: what is made up in its place could be a face.
    this.#set('err_detect', 'explode+crccheck+bitstream+buffer');
    this.#set('ec', '0');
    check(this.#context.open2Sync(codec), 'open');
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#frame = new av.Frame();
    this.#frame.alloc();
  }

  takes(sps: H264Sps): boolean {
    return sps.high;
  }

  decode(data: Uint8Array, _sps: H264Sps): I420Frame[] {
    if (data.length > ENCODED_LIMIT) throw new Error(`an encoded picture has ${data.length} bytes`);
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    try {
      check(this.#context.sendPacketSync(this.#packet), 'decode');
    } finally {
      this.#packet.unref();
    }
    const pictures: I420Frame[] = [];
    for (;;) {
      const result = this.#context.receiveFrameSync(this.#frame);
      if (AGAIN.has(result)) return pictures;
      check(result, 'decode');
      try {
        pictures.push(this.#taken());
      } finally {
        this.#frame.unref();
      }
    }
  }

  reset(): void {
    this.#context.flushBuffers();
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #taken(): I420Frame {
    const { width, height, format, decodeErrorFlags } = this.#frame;
    if (!I420.has(format)) throw new Error(`pictures of the format ${format} are not taken`);
    if (decodeErrorFlags !== 0) throw new Error('a picture has faults');
    return { data: this.#frame.toBuffer(), width, height };
  }

  #set(name: string, value: string): void {
    check(this.#context.setOption(name, value), `set ${name}`);
  }
}

function check(result: number, what: string): void {
  if (result < 0) throw new Error(`FFmpeg could not ${what} (${result})`);
}
