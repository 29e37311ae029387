/** From RTP packets of H.264 in any order to decoded pictures, for one camera. Knows no network and no threads. */
import { readSps, type H264Sps } from '../../media/h264-sps.ts';
import { fits, type PictureLimit } from '../../media/picture-size.ts';
import { TransitClock } from '../../media/transit-clock.ts';
import type { I420Frame } from '../../vision/types.ts';
import { type AccessUnit, AccessUnits, type H264Packet, NAL, nalType } from './access-units.ts';
import { ENCODED_LIMIT, type H264Decoder } from './decoder.ts';
import { RtpOrder, type Numbered } from './rtp-order.ts';

/** How long a packet waits for a lost one that is sent again, ms, and how many packets wait at most. */
const REORDER = { patience: 50, most: 256 };
/** A packet that is later than the others by more than this cannot be dated, ms; as `LATE` of the server's tap. */
const LATE = 1_000;
/** Between two requests for a keyframe, ms. */
const ASK_AGAIN = 500;
/** Most lost packets that are asked for at once. */
const MOST_MISSING = 32;
const CLOCK_RATE = 90_000;
const START_CODE = Buffer.of(0, 0, 0, 1);

export type RtpPacket = H264Packet & Numbered;

export interface H264PicturesOptions {
  decoder: H264Decoder;
  limit: PictureLimit;
  onPicture(picture: I420Frame, rotation: number): void;
  /** Nothing more is decoded before the next keyframe. */
  onKeyframeNeeded(): void;
  /** These packets have not come yet. */
  onMissing(sequences: number[]): void;
}

export class H264Pictures {
  readonly #options: H264PicturesOptions;
  readonly #order = new RtpOrder<RtpPacket>(REORDER);
  readonly #units: AccessUnits;
  readonly #clock = new TransitClock({ clockRate: CLOCK_RATE, limit: LATE });
  #sps: H264Sps | null = null;
  /** The last parameter sets, for keyframes that come without them. */
  readonly #sets = new Map<number, Buffer>();
  /** Whether a keyframe is waited for. */
  #broken = true;
  #askedAt = -Infinity;
  #missing = -1;

  constructor(options: H264PicturesOptions) {
    this.#options = options;
    this.#units = new AccessUnits({ limit: ENCODED_LIMIT });
  }

  /** `now`: monotonic ms. */
  take(packet: RtpPacket, now: number): void {
    // What follows a packet that is left out is a gap.
    if (this.#clock.isLate(packet.timestamp, now)) return this.#break(now);
    this.#use(this.#order.take(packet, now), now);
    const missing = this.#order.missing(MOST_MISSING);
    const last = missing.at(-1) ?? -1;
    if (last !== -1 && last !== this.#missing) this.#options.onMissing(missing);
    this.#missing = last;
  }

  /** Call it from time to time, because a packet may wait for one that never comes. */
  look(now: number): void {
    this.#use(this.#order.ready(now), now);
    if (this.#broken) this.#ask(now);
  }

  #use(ordered: { packet: RtpPacket; gap: boolean }[], now: number): void {
    for (const { packet, gap } of ordered) {
      if (gap) {
        this.#units.forget();
        this.#break(now);
      }
      try {
        for (const unit of this.#units.take(packet)) this.#decode(unit, now);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#break(now);
      }
    }
  }

  #decode({ nals, rotation }: AccessUnit, now: number): void {
    for (const nal of nals) {
      if (nalType(nal) === NAL.pps) this.#sets.set(NAL.pps, nal);
      if (nalType(nal) !== NAL.sps) continue;
      const sps = readSps(nal);
      // The server's tap has let it through: this is the second look.
      if (
        !sps ||
        !this.#options.decoder.takes(sps) ||
        !fits(sps, this.#options.limit) ||
        !fits(sps.coded, roundedUp(this.#options.limit))
      ) {
        this.#sps = null;
        return this.#break(now);
      }
      this.#sps = sps;
      this.#sets.set(NAL.sps, nal);
    }
    const key = nals.some((nal) => nalType(nal) === NAL.keySlice);
    const sps = this.#sps;
    if (!sps || (this.#broken && !key)) return this.#break(now);
    try {
      const sent = new Set(nals.map(nalType));
      const sets = key ? [NAL.sps, NAL.pps].filter((type) => !sent.has(type)) : [];
      const all = [...sets.flatMap((type) => this.#sets.get(type) ?? []), ...nals];
      const data = Buffer.concat(all.flatMap((nal) => [START_CODE, nal]));
      const pictures = this.#options.decoder.decode(data, sps);
      this.#broken = false;
      for (const picture of pictures) this.#options.onPicture(picture, rotation);
    } catch {
      this.#options.decoder.reset();
      this.#break(now);
    }
  }

  #break(now: number): void {
    this.#broken = true;
    this.#ask(now);
  }

  #ask(now: number): void {
    if (now - this.#askedAt < ASK_AGAIN) return;
    this.#askedAt = now;
    this.#options.onKeyframeNeeded();
  }
}

/** A picture lies in whole macroblocks. */
function roundedUp({ longer, shorter }: PictureLimit): PictureLimit {
  return { longer: Math.ceil(longer / 16) * 16, shorter: Math.ceil(shorter / 16) * 16 };
}
