/** A camera that sends H.264 as RTP into a PlainTransport: a clip that was encoded once is cut into packets once, and replayed. */
import dgram from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { types as ms } from 'mediasoup';
import { CONSTRAINED_BASELINE, ORIENTATION } from '../../server/media/codecs.ts';

const PAYLOAD_TYPE = 102;
const CLOCK_RATE = 90_000;
/** Payload bytes per packet, well below any MTU. */
const PAYLOAD_BYTES = 1_100;
const ORIENTATION_ID = 8;
/** Pictures before the first: none is shown before the beginning. */
const LEAD = 16;

/** The NAL units of each picture, without start codes. */
export interface H264Clip {
  pictures: Buffer[][];
  fps: number;
  /** The place of each picture in the order in which they are shown; absent where that is the order in which they are sent. */
  order?: readonly number[];
}

export async function loadH264Clip(file: string, fps: number): Promise<H264Clip> {
  return { fps, pictures: picturesOf(await readFile(file)) };
}

const nalType = (nal: Buffer) => nal[0]! & 0x1f;

function picturesOf(data: Buffer): Buffer[][] {
  const nals: Buffer[] = [];
  const code = Buffer.of(0, 0, 1);
  for (let at = data.indexOf(code); at >= 0;) {
    const next = data.indexOf(code, at + 3);
    const end = next < 0 ? data.length : data[next - 1] === 0 ? next - 1 : next;
    nals.push(data.subarray(at + 3, end));
    at = next;
  }
  const pictures: Buffer[][] = [[]];
  let sliced = false;
  for (const nal of nals) {
    const type = nalType(nal);
    if (type === 6 || type === 9) continue;
    const slice = type === 1 || type === 5;
    // A slice that begins with the first macroblock, or what comes before it, begins a picture.
    if (sliced && (!slice || (nal[1]! & 0x80) !== 0)) {
      pictures.push([]);
      sliced = false;
    }
    pictures.at(-1)!.push(nal);
    sliced ||= slice;
  }
  return pictures;
}

/** RFC 6184: parameter sets together (STAP-A), small units alone, large ones in fragments (FU-A). */
export function payloadsOf(nals: readonly Buffer[]): Buffer[] {
  const sets = nals.filter((nal) => nalType(nal) === 7 || nalType(nal) === 8);
  const payloads: Buffer[] = [];
  if (sets.length > 1) {
    const parts = sets.flatMap((nal) => [Buffer.of(nal.length >> 8, nal.length & 0xff), nal]);
    payloads.push(Buffer.concat([Buffer.of(0x78), ...parts]));
  } else payloads.push(...sets);
  for (const nal of nals) {
    if (sets.includes(nal)) continue;
    if (nal.length <= PAYLOAD_BYTES) {
      payloads.push(nal);
      continue;
    }
    for (let at = 1; at < nal.length; at += PAYLOAD_BYTES) {
      const last = at + PAYLOAD_BYTES >= nal.length;
      const header = nalType(nal) | (at === 1 ? 0x80 : 0) | (last ? 0x40 : 0);
      payloads.push(
        Buffer.concat([Buffer.of((nal[0]! & 0xe0) | 28, header), nal.subarray(at, at + PAYLOAD_BYTES)]),
      );
    }
  }
  return payloads;
}

export interface H264CameraOptions {
  router: ms.Router;
  clip: H264Clip;
  /** Unique within the router. */
  ssrc: number;
  /** Whether it begins the clip anew when it is asked for a keyframe. Default true; many encoders do not. */
  obeys?: boolean;
  /** By how many degrees clockwise its pictures say that they are to be turned. */
  rotation?: 0 | 90 | 180 | 270;
  /** The first packet of this picture of the clip gets lost each time. */
  loses?: number;
}

export class H264Camera {
  readonly producer: ms.Producer;
  /** The clip that is replayed from the next picture on. */
  clip: H264Clip;
  readonly #transport: ms.PlainTransport;
  readonly #socket: dgram.Socket;
  readonly #options: H264CameraOptions;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #at = 0;
  #sent = 0;
  #packets = 0;

  static async open(options: H264CameraOptions): Promise<H264Camera> {
    const transport = await options.router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      comedia: true,
      rtcpMux: true,
    });
    const producer = await transport.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            mimeType: 'video/H264',
            payloadType: PAYLOAD_TYPE,
            clockRate: CLOCK_RATE,
            parameters: { 'packetization-mode': 1, 'profile-level-id': CONSTRAINED_BASELINE },
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          },
        ],
        headerExtensions: [{ uri: ORIENTATION, id: ORIENTATION_ID }],
        encodings: [{ ssrc: options.ssrc }],
      },
    });
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((resolve) => {
      socket.connect(transport.tuple.localPort, '127.0.0.1', resolve);
    });
    return new H264Camera(transport, producer, socket, options);
  }

  private constructor(
    transport: ms.PlainTransport,
    producer: ms.Producer,
    socket: dgram.Socket,
    options: H264CameraOptions,
  ) {
    this.#transport = transport;
    this.producer = producer;
    this.#socket = socket;
    this.#options = options;
    this.clip = options.clip;
    socket.on('message', (rtcp) => {
      // RFC 4585: a picture loss indication anywhere in the compound.
      for (let at = 0; at + 4 <= rtcp.length; at += 4 * (rtcp.readUInt16BE(at + 2) + 1)) {
        if (rtcp[at + 1] === 206 && (rtcp[at]! & 0x1f) === 1 && options.obeys !== false) this.#at = 0;
      }
    });
    socket.on('error', () => {});
    this.#next();
  }

  /** Resolves when so many more pictures have been sent. */
  async sent(count: number): Promise<void> {
    const until = this.#sent + count;
    while (this.#sent < until) await sleep(1_000 / this.clip.fps);
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#transport.closed) return;
    this.#transport.close();
    this.#socket.close();
  }

  #next(): void {
    const { pictures, fps } = this.clip;
    this.#send(pictures[this.#at % pictures.length]!);
    this.#at += 1;
    this.#sent += 1;
    const due = this.#started + (this.#sent * 1000) / fps;
    this.#timer = setTimeout(() => this.#next(), Math.max(0, due - performance.now()));
  }

  #send(nals: readonly Buffer[]): void {
    const { rotation, ssrc, loses } = this.#options;
    const at = this.#at % this.clip.pictures.length;
    const shown = this.#sent + (this.clip.order?.[at] ?? at) - at;
    const timestamp = Math.round(((shown + LEAD) * CLOCK_RATE) / this.clip.fps) % 2 ** 32;
    const payloads = payloadsOf(nals);
    for (const [i, payload] of payloads.entries()) {
      const number = this.#packets++;
      if (i === 0 && loses === this.#at % this.clip.pictures.length) continue;
      const header = Buffer.alloc(12);
      header[0] = rotation === undefined ? 0x80 : 0x90;
      header[1] = (i === payloads.length - 1 ? 0x80 : 0) | PAYLOAD_TYPE;
      header.writeUInt16BE(number % 65_536, 2);
      header.writeUInt32BE(timestamp, 4);
      header.writeUInt32BE(ssrc, 8);
      const extension =
        rotation === undefined ? [] : [Buffer.of(0xbe, 0xde, 0, 1, ORIENTATION_ID << 4, rotation / 90, 0, 0)];
      this.#socket.send(Buffer.concat([header, ...extension, payload]));
    }
  }
}
