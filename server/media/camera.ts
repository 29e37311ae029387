import type { types as ms } from 'mediasoup';
import type { AnalyzedCameraStats, WatchOptions } from '../protocol/analyzer.ts';
import type { EventMessage, ResultMessage } from '../protocol/results.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { CameraFeed } from './feed.ts';
import { ProducerFeed } from './producer-feed.ts';
import type { RouterSlot } from './router-slot.ts';
import { readTraffic, type Traffic } from './traffic.ts';

/** Who a camera is. `id` is the device's id, or `enroll-<enrollment id>`. */
export interface CameraIdentity {
  id: string;
  /** Shown to staff; never logged. */
  name: string;
  purpose: CameraState['purpose'];
  /** Smallest face that is looked for, as a fraction of the picture's height; that of the configuration where unset. */
  minFace?: number;
}

/** What analyzers are asked for, of every camera. */
export interface AnalysisOptions extends Pick<WatchOptions, 'rate' | 'minFace'> {
  /** Whether pictures reach them past the jitter buffer, at the cost of passing through the server; true where unset. */
  lowDelay?: boolean | undefined;
}

export interface CameraOptions {
  identity: CameraIdentity;
  producer: ms.Producer;
  place: RouterSlot;
  analysis: AnalysisOptions;
  sendEvent: (cameraId: string, message: EventMessage) => void;
}

/** No word from the analyzer for this long: the camera is not live, ms. */
const ANALYSIS_STALE = 5_000;

/** One published video source, from its first packet until its producer closes. */
export class Camera {
  readonly id: string;
  readonly name: string;
  readonly purpose: CameraState['purpose'];
  readonly feed: CameraFeed;
  readonly #producer: ms.Producer;
  readonly #place: RouterSlot;
  readonly #feed: ProducerFeed;
  readonly #sendEvent: CameraOptions['sendEvent'];
  #analysis: { stats: AnalyzedCameraStats; analyzer: string | undefined; at: number } | null = null;
  #traffic: Traffic | null = null;

  constructor(options: CameraOptions) {
    this.id = options.identity.id;
    this.name = options.identity.name;
    this.purpose = options.identity.purpose;
    this.#producer = options.producer;
    this.#place = options.place;
    this.#sendEvent = options.sendEvent;
    this.#feed = new ProducerFeed({
      producer: options.producer,
      place: options.place,
      watch: {
        cameraId: this.id,
        purpose: this.purpose === 'enrollment' ? 'enrollment' : 'check-in',
        rate: options.analysis.rate,
        minFace: options.identity.minFace ?? options.analysis.minFace,
      },
      lowDelay: options.analysis.lowDelay,
    });
    this.feed = this.#feed;
    this.#producer.observer.once('close', () => this.#feed.close());
  }

  /** Whoever watches has to be told. */
  lookFor(minFace: number): void {
    this.#feed.lookFor(minFace);
  }

  get producerId(): string {
    return this.#producer.id;
  }

  get closed(): boolean {
    return this.#producer.closed;
  }

  /** Calls back once, when nothing can come from this camera any more. */
  onclose(listener: () => void): void {
    this.#producer.observer.once('close', listener);
  }

  /** Unreliable: lost when the station is away. A bare camera has no business with names and gets none. */
  sendResult(message: ResultMessage): void {
    this.#place.results.sendResult(this.id, this.purpose === 'camera' ? withoutNames(message) : message);
  }

  /** Reliable, and repeated to a station that reconnects. A bare camera gets none. */
  sendEvent(message: EventMessage): void {
    if (this.purpose !== 'camera') this.#sendEvent(this.id, message);
  }

  /** The analyzer's word on this camera, about once a second; `analyzer` names the process. */
  updateAnalysis(stats: AnalyzedCameraStats, analyzer?: string): void {
    this.#analysis = { stats, analyzer, at: Date.now() };
  }

  state(): CameraState {
    const analysis =
      this.#analysis !== null && Date.now() - this.#analysis.at <= ANALYSIS_STALE ? this.#analysis : null;
    return {
      id: this.id,
      name: this.name,
      purpose: this.purpose,
      status: this.closed ? 'offline' : analysis && analysis.stats.fpsAnalyzed > 0 ? 'live' : 'waiting',
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

  /** Asks the worker for bitrate, round-trip and loss since the last time. */
  async measure(): Promise<void> {
    if (this.closed) return;
    this.#traffic = readTraffic(await this.#producer.getStats(), this.#traffic);
  }

  close(): void {
    this.#producer.close();
  }
}

function withoutNames(message: ResultMessage): ResultMessage {
  if (message.type !== 'observation') return message;
  return {
    ...message,
    faces: message.faces.map(({ name: _name, personId: _personId, ...face }) => face),
  };
}
