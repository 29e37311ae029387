import type { types as ms } from 'mediasoup';
import type { CameraRates, DecoderFault, WatchOptions, WatchSettings } from '../protocol/analyzer.ts';
import type { EventMessage, ResultMessage } from '../protocol/results.ts';
import { type ErrorBody, MusterError } from '../protocol/error.ts';
import { PICTURE_LIMIT } from '../protocol/limits.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { CameraSource } from './camera-source.ts';
import { type H264Decoding, undecodableText } from './codecs.ts';
import type { RefusedSize } from './low-delay-tap.ts';
import { fits, type PictureLimit } from './picture-size.ts';
import { ProducerSource } from './producer-source.ts';
import type { RouterSlot } from './router-slot.ts';
import { SmallLayer } from './small-layer.ts';
import { readTraffic, type Traffic } from './traffic.ts';

export interface CameraIdentity {
  /** The ID of the device, or for an enrollment `enrollmentCameraId` of it. */
  id: string;
  /** Shown to staff; never logged. */
  name: string;
  purpose: CameraState['purpose'];
  /** Smallest face to detect, as a fraction of the picture height; by default the one of the configuration. */
  minFace?: number;
  /** What a face has to show before it counts. Default: `everyone`. */
  wish?: WatchOptions['wish'];
  /** What makes its pictures upright. Default: nothing. */
  mounting?: WatchOptions['mounting'];
  /** Where faces count. Default: everywhere. */
  zone?: WatchOptions['zone'];
  /** Pictures that are analyzed in a second; null or absent: as the configuration says. */
  rate?: number | null;
}

/** What can change while a camera publishes. */
export type CameraSettings = Omit<WatchSettings, 'rate'> & Pick<CameraIdentity, 'rate'>;

/** Options of the analysis that are the same for all cameras. */
export interface AnalysisOptions extends Pick<WatchOptions, 'rate' | 'minFace'> {
  /** Whether frames skip the jitter buffer of the analyzer, at the cost of passing through this process. Default true. */
  lowDelay?: boolean | undefined;
  /** The largest picture that is decoded. Default: Full HD, upright or not. */
  pictureLimit?: PictureLimit;
  /** What is decoded of H.264. Default: `baseline`. */
  h264?: H264Decoding | undefined;
}

export interface CameraOptions {
  identity: CameraIdentity;
  producer: ms.Producer;
  slot: RouterSlot;
  analysis: AnalysisOptions;
  sendEvent: (cameraId: string, message: EventMessage) => void;
}

/** What to say of pictures that no decoder here takes, by the type of the codec; of H.264 see `undecodableText`. */
const UNDECODABLE: Readonly<Record<string, string>> = {
  'video/vp9':
    'This camera sends VP9 that cannot be decoded here: set its encoder to profile 0, one layer, and no pictures that refer to later ones.',
  'video/av1':
    'This camera sends AV1 that cannot be decoded here: set its encoder to the profile "main" with 8 bits.',
};

/**
 * So many reports of an analyzer in a row, one a second, without a picture: none arrives. From the first report it may take
 * longer, because the analyzer connects and waits for a keyframe.
 */
const SILENT_AFTER = { first: 12, later: 5 } as const;
/** If the analyzer has reported nothing for this long, the camera is not live, ms. */
const ANALYSIS_STALE = 5_000;

/** For how long it is shown that a decoder has failed, ms: it may be decoding again within a second. */
const FAULT_SHOWN = 60_000;
const FAULTS: Readonly<Record<DecoderFault, string>> = {
  crashed: 'The decoder of this camera ended unexpectedly. It is started again.',
  hung: 'The decoder of this camera did not answer. It is started again.',
};

/** The traffic of a camera, and as it was measured before; null the first time. */
export interface Measured {
  now: Traffic;
  before: Traffic | null;
}

/** One published video source, until its producer closes. */
export class Camera {
  readonly id: string;
  readonly name: string;
  readonly purpose: CameraState['purpose'];
  readonly source: CameraSource;
  readonly producer: ms.Producer;
  /** Where it publishes. */
  readonly slot: RouterSlot;
  /** Who watches a small picture of it. */
  readonly smallLayer = new SmallLayer((wanted) => this.#onSmallLayer(wanted));
  readonly #usualRate: number;
  readonly #source: ProducerSource;
  readonly #sendEvent: CameraOptions['sendEvent'];
  readonly #limit: PictureLimit;
  #onRefused: (error: MusterError) => void = () => {};
  #onSmallLayer: (wanted: boolean) => void = () => {};
  readonly #onRows = new Set<() => void>();
  #analysis: { stats: CameraRates; analyzer: string | undefined; at: number } | null = null;
  #traffic: Traffic | null = null;
  #decoderFault: { problem: ErrorBody; at: number } | null = null;
  /** Whether it publishes outside of its hours, and nothing of it is analyzed. */
  resting = false;
  /** Reports in a row without a picture, and after how many the camera counts as silent. */
  #silent = { reports: 0, after: SILENT_AFTER.first as number };

  constructor(options: CameraOptions) {
    this.id = options.identity.id;
    this.name = options.identity.name;
    this.purpose = options.identity.purpose;
    this.producer = options.producer;
    this.slot = options.slot;
    this.#usualRate = options.analysis.rate;
    this.#sendEvent = options.sendEvent;
    this.#limit = options.analysis.pictureLimit ?? PICTURE_LIMIT;
    this.#source = new ProducerSource({
      producer: options.producer,
      slot: options.slot,
      watch: {
        cameraId: this.id,
        purpose: this.purpose === 'enrollment' ? 'enrollment' : 'check-in',
        rate: options.identity.rate ?? options.analysis.rate,
        minFace: options.identity.minFace ?? options.analysis.minFace,
        ...(options.identity.wish && { wish: options.identity.wish }),
        ...(options.identity.mounting && { mounting: options.identity.mounting }),
        ...(options.identity.zone && { zone: options.identity.zone }),
      },
      lowDelay: options.analysis.lowDelay,
      limit: this.#limit,
      onRefused: (why) => this.#refuse(why),
    });
    this.source = this.#source;
    this.producer.observer.once('close', () => {
      this.#source.close();
      this.smallLayer.close();
    });
    this.producer.on('score', (layers) => {
      const arriving = layers.filter(({ score }) => score > 0).map(({ encodingIdx }) => encodingIdx);
      const top = (this.producer.rtpParameters.encodings?.length ?? 1) - 1;
      if (arriving.length > 0) this.smallLayer.largeArrives(arriving.includes(top));
    });
  }

  /** Changes what is looked for. The caller must notify the analyzer. */
  lookFor({ rate, ...settings }: CameraSettings): void {
    this.#source.lookFor({ ...settings, rate: rate ?? this.#usualRate });
  }

  /** Names the subchannel of those who watch it: what they are sent is not what its own screen may show. */
  get viewKey(): string {
    return `${this.id}/view`;
  }

  /** Rows of pixels of its largest picture, of the shorter side; 0 until one was analyzed. */
  get rows(): number {
    const { width, height } = this.#analysis?.stats ?? { width: 0, height: 0 };
    return Math.min(width, height);
  }

  /** Calls the listener whenever `rows` has changed, until the returned function is called. */
  onRows(listener: () => void): () => void {
    this.#onRows.add(listener);
    return () => this.#onRows.delete(listener);
  }

  get producerId(): string {
    return this.producer.id;
  }

  get closed(): boolean {
    return this.producer.closed;
  }

  /** Calls the listener once, when the camera has stopped publishing for good. */
  onClosed(listener: () => void): void {
    this.producer.observer.once('close', listener);
  }

  /** Calls the listener when the pictures of this camera are too large. The camera is closed then. */
  onRefused(listener: (error: MusterError) => void): void {
    this.#onRefused = listener;
  }

  /** Calls the listener when the publisher has to begin or to stop sending the small layer. At first it sends none. */
  onSmallLayer(listener: (wanted: boolean) => void): void {
    this.#onSmallLayer = listener;
  }

  /**
   * Sends a result unreliably: it is lost if the station is disconnected. A device of the kind camera has no display and
   * receives no names.
   *
   * @param onScreen the same as the screen of the station may show it
   */
  sendResult(message: ResultMessage, onScreen: ResultMessage = message): void {
    const { results } = this.slot;
    results.sendResult(this.id, this.purpose === 'camera' ? withoutNames(onScreen) : onScreen);
    if (this.purpose !== 'enrollment' && results.subchannels.of(this.viewKey) !== undefined) {
      results.sendResult(this.viewKey, withoutQuestions(message));
    }
  }

  /** Sends an event reliably, and again to a station that reconnects. A device of the kind camera receives none. */
  sendEvent(message: EventMessage): void {
    if (this.purpose !== 'camera') this.#sendEvent(this.id, message);
  }

  /**
   * Takes the analyzer's report on this camera, about once per second. `analyzer` identifies the process. Returns true
   * once, when no picture has arrived for long: the camera is frozen, or covered by the system of its device.
   */
  updateAnalysis(stats: CameraRates, analyzer?: string): boolean {
    // A second look, at what was decoded: should one ever pass that is too large, no second one will.
    if (stats.width > 0 && !fits(stats, this.#limit)) this.#refuse(stats);
    // After a change of the analyzer, the first picture may take longer again.
    if (this.#analysis && this.#analysis.analyzer !== analyzer) {
      this.#silent = { reports: 0, after: SILENT_AFTER.first };
    }
    const { rows } = this;
    this.#analysis = { stats, analyzer, at: performance.now() };
    if (this.rows !== rows) for (const listener of this.#onRows) listener();
    if (stats.fpsIn > 0) this.#silent = { reports: 0, after: SILENT_AFTER.later };
    else this.#silent.reports += 1;
    return this.#silent.reports === this.#silent.after;
  }

  /** Its decoder has failed, and is started again. */
  decoderFailed(fault: DecoderFault): void {
    const problem = new MusterError('media-unavailable', FAULTS[fault]).toBody();
    this.#decoderFault = { problem, at: performance.now() };
  }

  state(): CameraState {
    const analysis =
      this.#analysis !== null && performance.now() - this.#analysis.at <= ANALYSIS_STALE
        ? this.#analysis
        : null;
    const fault = this.#decoderFault;
    return {
      id: this.id,
      name: this.name,
      purpose: this.purpose,
      status: this.#status(analysis),
      ...(fault && performance.now() - fault.at <= FAULT_SHOWN && { problem: fault.problem }),
      ...(analysis && {
        width: analysis.stats.width,
        height: analysis.stats.height,
        fpsIn: analysis.stats.fpsIn,
        fpsAnalyzed: analysis.stats.fpsAnalyzed,
        faces: analysis.stats.faces,
        ...(analysis.analyzer !== undefined && { analyzer: analysis.analyzer }),
      }),
      ...(this.#traffic && {
        bitrate: this.#traffic.bitrate,
        ...(this.#traffic.roundTrip !== undefined && { roundTrip: this.#traffic.roundTrip }),
        ...(this.#traffic.loss !== undefined && { loss: this.#traffic.loss }),
      }),
    };
  }

  #status(analysis: { stats: CameraRates } | null): CameraState['status'] {
    if (this.closed) return 'offline';
    if (this.resting) return 'resting';
    return analysis && analysis.stats.fpsAnalyzed > 0 ? 'live' : 'waiting';
  }

  /** Asks the worker for bitrate, round-trip time and loss since the last call. Null for a closed camera. */
  async measure(): Promise<Measured | null> {
    if (this.closed) return null;
    const before = this.#traffic;
    this.#traffic = readTraffic(await this.producer.getStats(), before);
    return { now: this.#traffic, before };
  }

  close(): void {
    this.producer.close();
  }

  #refuse(why: RefusedSize): void {
    if (this.closed) return;
    const { mimeType } = this.producer.rtpParameters.codecs[0]!;
    this.#onRefused(
      why === 'undecodable'
        ? new MusterError(
            'video-unsupported',
            UNDECODABLE[mimeType.toLowerCase()] ?? undecodableText(this.slot.h264),
          )
        : refusal(why, this.#limit),
    );
    this.close();
  }
}

function refusal(why: Exclude<RefusedSize, 'undecodable'>, { longer, shorter }: PictureLimit): MusterError {
  const { width, height } = why === 'unreadable' ? { width: 0, height: 0 } : why;
  const message =
    why === 'unreadable'
      ? 'This camera sends pictures whose size cannot be read.'
      : `This camera sends pictures of ${width} × ${height}; at most ${longer} × ${shorter} are possible: choose a lower resolution.`;
  return new MusterError('picture-too-large', message, { details: { width, height, longer, shorter } });
}

function withoutNames(message: ResultMessage): ResultMessage {
  if (message.type !== 'observation') return message;
  return {
    ...message,
    faces: message.faces.map(({ name: _name, personId: _personId, ...face }) => face),
  };
}

/** Only the station can answer them, so nobody else is told their ids. */
function withoutQuestions(message: ResultMessage): ResultMessage {
  if (message.type !== 'observation') return message;
  return { ...message, faces: message.faces.map(({ ask: _ask, ...face }) => face) };
}
