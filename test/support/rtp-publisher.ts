/**
 * Cameras that need almost no processor time: a clip that was encoded once is cut into RTP packets once, and replayed to
 * any number of PlainTransports. A keyframe request makes a camera jump to the start of its clip, because the first
 * picture of the clip is a keyframe.
 */
import dgram from 'node:dgram';
import { readFile, unlink } from 'node:fs/promises';
import type { types as ms } from 'mediasoup';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { MIME_TYPES, numberPicture, payloadsOfPicture, type PictureCodec } from './rtp-payloads.ts';

const PAYLOAD_TYPE = 101;
const CLOCK_RATE = 90_000;
const RTP_HEADER = 12;
const KEYFRAME_HEADER_BYTES = 10;

/** The packets of one picture, complete except for SSRC, sequence number, timestamp and picture id. */
type Picture = Buffer[];

/** A clip as RTP packets, ready to be replayed. */
export interface RtpClip {
  codec: PictureCodec;
  pictures: Picture[];
  fps: number;
}

/** Reads a file of the codec (WebM, IVF) without decoding it. `fps`: the frame rate of the file, at which it is replayed. */
export async function loadRtpClip(file: string, fps: number, codec: PictureCodec = 'vp8'): Promise<RtpClip> {
  const clip = (data: Buffer) => ({
    codec,
    fps,
    pictures: ivfPictures(data).map((picture) => pictureOf(picture, codec)),
  });
  if (file.endsWith('.ivf')) return clip(await readFile(file));
  const ivf = `${file}.${process.pid}.ivf`;
  await ffmpeg(['-i', file, '-c', 'copy', '-f', 'ivf', ivf]);
  try {
    return clip(await readFile(ivf));
  } finally {
    await unlink(ivf);
  }
}

/** IVF: a header of 32 bytes, then for each picture its size (4 bytes), a timestamp (8) and the data, little-endian. */
export function ivfPictures(ivf: Buffer): Buffer[] {
  const pictures: Buffer[] = [];
  for (let at = 32; at + 12 <= ivf.length;) {
    const size = ivf.readUInt32LE(at);
    pictures.push(ivf.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return pictures;
}

/** Cuts an encoded picture into packets. It need not be of the codec: the packets only say so. */
export function pictureOf(picture: Buffer, codec: PictureCodec = 'vp8'): Picture {
  const payloads = payloadsOfPicture(codec, picture);
  return payloads.map((payload, i) => {
    const header = Buffer.alloc(RTP_HEADER);
    header[0] = 0x80;
    header[1] = (i === payloads.length - 1 ? 0x80 : 0) | PAYLOAD_TYPE;
    return Buffer.concat([header, payload]);
  });
}

/** A VP8 keyframe that announces this size, and has nothing that a decoder could draw. */
export function forgedPicture(width: number, height: number): Buffer[] {
  const frame = Buffer.alloc(KEYFRAME_HEADER_BYTES);
  // Frame tag: a keyframe, shown, with an empty first partition. Then the start code.
  frame.set([0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a]);
  frame.writeUInt16LE(width, 6);
  frame.writeUInt16LE(height, 8);
  return pictureOf(frame);
}

/** RFC 4585, 5104: a payload-specific feedback (206) of format PLI (1) or FIR (4) anywhere in the RTCP compound. */
function asksForKeyframe(rtcp: Buffer): boolean {
  for (let at = 0; at + 4 <= rtcp.length; at += 4 * (rtcp.readUInt16BE(at + 2) + 1)) {
    const format = rtcp[at]! & 0x1f;
    if (rtcp[at + 1] === 206 && (format === 1 || format === 4)) return true;
  }
  return false;
}

export interface RtpCameraOptions {
  router: ms.Router;
  clip: RtpClip;
  /** Unique within the router. */
  ssrc: number;
}

/** One camera: a PlainTransport with its producer, and the clip replayed into it in an endless loop. */
export class RtpCamera {
  readonly producer: ms.Producer;
  readonly #transport: ms.PlainTransport;
  readonly #socket: dgram.Socket;
  readonly #clip: RtpClip;
  readonly #ssrc: number;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Index of the next picture of the clip. */
  #at = 0;
  /** Number of pictures sent; the RTP timestamp and the time of the next picture follow from it. */
  #sent = 0;
  #sequence = 0;

  static async open({ router, clip, ssrc }: RtpCameraOptions): Promise<RtpCamera> {
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      comedia: true,
      rtcpMux: true,
    });
    const producer = await transport.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            mimeType: MIME_TYPES[clip.codec],
            payloadType: PAYLOAD_TYPE,
            clockRate: CLOCK_RATE,
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          },
        ],
        encodings: [{ ssrc }],
      },
    });
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((resolve) => {
      socket.connect(transport.tuple.localPort, '127.0.0.1', resolve);
    });
    return new RtpCamera(transport, producer, socket, clip, ssrc);
  }

  private constructor(
    transport: ms.PlainTransport,
    producer: ms.Producer,
    socket: dgram.Socket,
    clip: RtpClip,
    ssrc: number,
  ) {
    this.#transport = transport;
    this.producer = producer;
    this.#socket = socket;
    this.#clip = clip;
    this.#ssrc = ssrc;
    socket.on('message', (message) => {
      if (asksForKeyframe(message)) this.#at = 0;
    });
    // The last packets of the worker may arrive after the socket is closed. This is not an error.
    socket.on('error', () => {});
    this.#next();
  }

  /** When the picture with this RTP timestamp was due to be sent, monotonic ms. */
  takenAt(timestamp: number): number {
    return this.#started + (timestamp * 1_000) / CLOCK_RATE;
  }

  /** Stops sending; the producer stays. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#transport.closed) return;
    this.#transport.close();
    this.#socket.close();
  }

  #next(): void {
    const { pictures, fps } = this.#clip;
    this.#send(pictures[this.#at % pictures.length] ?? []);
    this.#at += 1;
    this.#sent += 1;
    const due = this.#started + (this.#sent * 1000) / fps;
    this.#timer = setTimeout(() => this.#next(), Math.max(0, due - performance.now()));
  }

  #send(picture: Picture): void {
    const timestamp = Math.round((this.#sent * CLOCK_RATE) / this.#clip.fps) % 2 ** 32;
    for (const packet of picture) {
      // Each send gets a buffer of its own, because the socket may still use the previous one.
      const own = Buffer.from(packet);
      own.writeUInt16BE(this.#sequence % 65_536, 2);
      own.writeUInt32BE(timestamp, 4);
      own.writeUInt32BE(this.#ssrc, 8);
      numberPicture(this.#clip.codec, own.subarray(RTP_HEADER), this.#sent);
      this.#sequence += 1;
      this.#socket.send(own);
    }
  }
}
