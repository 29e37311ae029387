/** A program that publishes by WHIP with libdatachannel, as OBS does: sound and picture are offered, packets come from a clip. */
import datachannel, { type PeerConnection, type Track } from 'node-datachannel';
import { type H264Clip, payloadsOf } from './h264-publisher.ts';
import { numberPicture } from './rtp-payloads.ts';
import type { RtpClip } from './rtp-publisher.ts';

const PAYLOAD_TYPE = 96;
const CLOCK_RATE = 90_000;
const SSRC = 4_242;

export type WhipClip = { codec: 'h264'; clip: H264Clip } | { codec: RtpClip['codec']; clip: RtpClip };

export class WhipClient {
  readonly #pc: PeerConnection;
  readonly #track: Track;
  readonly #codec: WhipClip['codec'];
  readonly #packets: Buffer[][];
  readonly #fps: number;
  /** Where its session is, from the answer. */
  location = '';
  answer = '';
  /** Called with the number of each picture of the clip that is sent. */
  onSent: (picture: number) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #paused = false;
  #sequence = 0;
  #sent = 0;

  /** Publishes; rejects with the status of a refusal. */
  static async publish(url: string, token: string, source: WhipClip): Promise<WhipClient> {
    const client = new WhipClient(source);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
        body: client.offer,
      });
      client.answer = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${client.answer}`);
      client.location = new URL(response.headers.get('location')!, url).href;
      client.#pc.setRemoteDescription(client.answer, 'answer');
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  constructor({ codec, clip }: WhipClip) {
    this.#pc = new datachannel.PeerConnection('whip', { iceServers: [], disableAutoNegotiation: true });
    const audio = new datachannel.Audio('0', 'SendOnly');
    audio.addOpusCodec(111);
    audio.addSSRC(SSRC + 1, 'obs', 'obs', 'sound');
    this.#pc.addTrack(audio);
    const video = new datachannel.Video('1', 'SendOnly');
    if (codec === 'h264') video.addH264Codec(PAYLOAD_TYPE);
    else if (codec === 'vp8') video.addVP8Codec(PAYLOAD_TYPE);
    else if (codec === 'vp9') video.addVP9Codec(PAYLOAD_TYPE);
    else video.addAV1Codec(PAYLOAD_TYPE);
    video.addSSRC(SSRC, 'obs', 'obs', 'picture');
    this.#track = this.#pc.addTrack(video);
    this.#codec = codec;
    this.#fps = clip.fps;
    this.#packets =
      codec === 'h264'
        ? clip.pictures.map((picture) => payloadsOf(picture))
        : clip.pictures.map((picture) => picture.map((packet) => packet.subarray(12)));
    this.#track.onOpen(() => {
      if (!this.#paused) this.#timer = setInterval(() => this.#next(), 1_000 / this.#fps);
    });
    this.#pc.setLocalDescription('offer');
  }

  get offer(): string {
    return this.#pc.localDescription()!.sdp;
  }

  /** Resolves when the connection is over. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      const over = (state: string) => {
        if (['closed', 'disconnected', 'failed'].includes(state)) resolve();
      };
      over(this.#pc.state());
      this.#pc.onStateChange(over);
    });
  }

  /** Sends no more pictures; the connection stays. */
  pause(): void {
    this.#paused = true;
    clearInterval(this.#timer);
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#pc.close();
  }

  #next(): void {
    const number = this.#sent % this.#packets.length;
    const picture = this.#packets[number]!;
    this.onSent(number);
    const timestamp = Math.round((this.#sent * CLOCK_RATE) / this.#fps) % 2 ** 32;
    this.#sent += 1;
    for (const [i, part] of picture.entries()) {
      const payload = Buffer.from(part);
      if (this.#codec !== 'h264') numberPicture(this.#codec, payload, this.#sent);
      const header = Buffer.alloc(12);
      header[0] = 0x80;
      header[1] = (i === picture.length - 1 ? 0x80 : 0) | PAYLOAD_TYPE;
      header.writeUInt16BE(this.#sequence % 65_536, 2);
      header.writeUInt32BE(timestamp, 4);
      header.writeUInt32BE(SSRC, 8);
      this.#sequence += 1;
      if (this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.concat([header, payload]));
    }
  }
}
