/** Fetches one RTSP camera for as long as it is wanted, and begins anew after every fault. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Backoff, backoff } from '../async/backoff.ts';
import type { Camera, CameraIdentity } from '../media/camera.ts';
import { CONSTRAINED_BASELINE, type H264Decoding } from '../media/codecs.ts';
import type { MediaServer } from '../media/media-server.ts';
import { fits, type PictureLimit } from '../media/picture-size.ts';
import type { MusterError } from '../protocol/error.ts';
import type { RtspState, RtspTransport } from '../protocol/rtsp.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { CameraAddress } from './camera-address.ts';
import { codecName, type FoundVideo } from './ffmpeg-lines.ts';
import { FfmpegRelay } from './ffmpeg-relay.ts';
import { RtspFault } from './rtsp-fault.ts';

export interface RtspCameraOptions {
  id: string;
  /** Opens what is sealed. Rejects with RtspFault. */
  source: () => Promise<{ camera: CameraAddress; transport: RtspTransport }>;
  /** The device at the moment; null once it is gone. */
  identity: () => CameraIdentity | null;
  media: Pick<MediaServer, 'join' | 'cameras'>;
  allowed: AllowedAddresses;
  /** ffmpeg. */
  program: string;
  pictureLimit: PictureLimit;
  /** Told of each change. */
  onState: (state: RtspState, fault: RtspFault | null) => void;
  /** Shorter in tests. */
  limits?: Partial<RtspLimits> | undefined;
  log: Logger;
}

export interface RtspLimits {
  /** Waits between two tries, ms. */
  retry: Backoff;
  /** A connected camera without a picture for this long counts as down, ms. */
  silence: number;
  /** Time for a camera to say what its pictures are like, ms. */
  answer: number;
  /** How often it is looked whether pictures arrive, ms. */
  look: number;
  /** A camera that has been fetched for this long starts over with the first wait, ms. */
  calm: number;
}

export const RTSP_LIMITS: RtspLimits = {
  retry: { first: 1_000, cap: 30_000 },
  answer: 30_000,
  silence: 15_000,
  look: 1_000,
  calm: 10_000,
};
/** Of the packets, as ffmpeg numbers what has no number of its own. */
const PAYLOAD_TYPE = 96;
/** As ffmpeg names the profiles, with what RTP calls them (RFC 6184, 8.1): what each decoder takes. */
const BASELINE = [
  ['Baseline', CONSTRAINED_BASELINE],
  ['Constrained Baseline', CONSTRAINED_BASELINE],
] as const;
const DECODED: Readonly<Record<H264Decoding, ReadonlyMap<string, string>>> = {
  baseline: new Map(BASELINE),
  high: new Map([...BASELINE, ['Main', '4d0032'], ['High', '640032'], ['Constrained High', '640c32']]),
};

export class RtspCamera {
  readonly #options: RtspCameraOptions;
  readonly #limits: RtspLimits;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #failures = 0;
  #state: RtspState = 'waiting';
  #relay: FfmpegRelay | null = null;

  constructor(options: RtspCameraOptions) {
    this.#options = options;
    this.#limits = { ...RTSP_LIMITS, ...options.limits };
    this.#done = this.#work();
  }

  /** Whether pictures arrive. */
  get running(): boolean {
    return this.#state === 'running';
  }

  /** Of the program that fetches it, for tests. */
  get pid(): number | undefined {
    return this.#relay?.pid;
  }

  /** Idempotent; resolves when its program has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #work(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#report('connecting', null);
      const fault = await this.#fetch().then(
        () => null,
        (error: unknown) => asFault(error),
      );
      if (signal.aborted || !fault) return;
      const delay = backoff(this.#limits.retry, this.#failures);
      this.#failures += 1;
      this.#report('waiting', fault, delay);
      // An abort is how this wait ends early.
      await sleep(delay, undefined, { signal }).catch(() => {});
    }
  }

  /** Until the camera is closed; rejects when it cannot be fetched, or no longer. */
  async #fetch(): Promise<void> {
    const { id, media, allowed, program, log } = this.#options;
    const { camera, transport } = await this.#options.source();
    const { answer } = this.#limits;
    const address = await allowed.addressOf(camera.host);
    const peer = await media.join(`rtsp/${id}`);
    await using opened = new AsyncDisposableStack();
    opened.defer(() => peer.close());
    const to = await peer.createPlainTransport();
    this.#closing.signal.throwIfAborted();
    const ssrc = randomInt(1, 2 ** 32 - 1);
    const found = Promise.withResolvers<FoundVideo>();
    const relay = new FfmpegRelay({
      program,
      camera,
      address,
      transport,
      to: { ...to, payloadType: PAYLOAD_TYPE, ssrc },
      onVideo: found.resolve,
      log,
    });
    this.#relay = relay;
    opened.defer(() => relay.close());
    const over = this.#over(relay);
    const video = await Promise.race([found.promise, over, sleep(answer, 'late' as const, { ref: false })]);
    if (!video) return;
    if (video === 'late') throw new RtspFault('no-pictures');
    const profile = this.#check(video, peer.h264);
    const identity = this.#options.identity();
    if (!identity) return;
    const published = await peer.produce(to.id, rtpParameters(ssrc, profile), identity);
    try {
      await Promise.race([over, this.#watch(published)]);
    } catch (error) {
      // The program ends because nobody receives any more, and would blame the camera.
      throw peer.closed ? new RtspFault('failed', null, { reason: 'the media worker ended' }) : error;
    }
  }

  /** Resolves with null when this is closed; rejects when the program ends. */
  async #over(relay: FfmpegRelay): Promise<null> {
    const { signal } = this.#closing;
    const closed = Promise.withResolvers<null>();
    const onAbort = () => closed.resolve(null);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    try {
      const first = await Promise.race([closed.promise, relay.ended]);
      if (first === null) return null;
      throw first;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Returns the profile of its pictures, as RTP calls it.
   *
   * @throws RtspFault for pictures that cannot be used
   */
  #check({ codec, profile, width, height }: FoundVideo, h264: H264Decoding): string {
    if (codec !== 'h264') throw new RtspFault('codec', codecName(codec));
    // Where ffmpeg does not know, the first parameter set tells: it is read before anything is decoded.
    const announced = profile === null ? CONSTRAINED_BASELINE : DECODED[h264].get(profile);
    if (announced === undefined) throw new RtspFault('profile', profile);
    if (!fits({ width, height }, this.#options.pictureLimit)) {
      throw new RtspFault('picture-too-large', `${width} × ${height}`);
    }
    return announced;
  }

  /** While pictures arrive. */
  async #watch(camera: Camera): Promise<never> {
    const { silence, look, calm } = this.#limits;
    const { cameras } = this.#options.media;
    let refused: MusterError | null = null;
    const onRefused = (one: Camera, error: MusterError) => {
      if (one === camera) refused = error;
    };
    cameras.on('camera.refused', onRefused);
    const began = performance.now();
    let last = { bytes: 0, at: began };
    try {
      for (;;) {
        if (camera.closed) throw closedFault(refused);
        const bytes = await bytesOf(camera);
        const at = performance.now();
        if (bytes > last.bytes) {
          last = { bytes, at };
          if (!this.running) this.#report('running', null);
          if (at - began >= calm) this.#failures = 0;
        } else if (at - last.at >= silence) throw new RtspFault('no-pictures');
        await sleep(look, undefined, { signal: this.#closing.signal });
      }
    } finally {
      cameras.off('camera.refused', onRefused);
    }
  }

  #report(state: RtspState, fault: RtspFault | null, delay?: number): void {
    this.#state = state;
    const { id, log, onState } = this.#options;
    if (state === 'running') log.info({ event: 'rtsp.running', cameraId: id }, 'pictures of a camera arrive');
    if (fault) {
      const { problem, detail, message: reason } = fault;
      // One line, not thousands, for a camera that is switched off at night.
      const level = this.#failures === 1 ? 'warn' : 'debug';
      log[level](
        { event: 'rtsp.down', cameraId: id, problem, detail, reason, failures: this.#failures, delay },
        'a camera cannot be fetched; will try again',
      );
    }
    onState(state, fault);
  }
}

function asFault(error: unknown): RtspFault {
  if (error instanceof RtspFault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new RtspFault('failed', null, { reason, cause: error });
}

/** That its media worker has received. */
async function bytesOf({ producer }: Camera): Promise<number> {
  if (producer.closed) return 0;
  const stats = await producer.getStats();
  return stats.reduce((total, { byteCount }) => total + byteCount, 0);
}

function closedFault(refused: MusterError | null): RtspFault {
  if (refused?.code === 'video-unsupported') return new RtspFault('profile');
  if (refused?.code !== 'picture-too-large')
    return new RtspFault('ended', null, { reason: 'the camera was closed' });
  const { width, height } = refused.details as { width: number; height: number };
  return new RtspFault('picture-too-large', `${width} × ${height}`);
}

function rtpParameters(ssrc: number, profile: string) {
  return {
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: PAYLOAD_TYPE,
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'profile-level-id': profile },
      },
    ],
    encodings: [{ ssrc }],
  };
}
