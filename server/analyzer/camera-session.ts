/** One watched camera inside an analyzer: its slot, its tracks, its counters. Knows no transports and no threads. */
import { randomUUID } from 'node:crypto';
import type {
  AnalyzedCameraStats,
  PictureCounts,
  WatchOptions,
  WatchSettings,
} from '../protocol/analyzer.ts';
import { UPRIGHT } from '../protocol/devices.ts';
import type { Place } from '../protocol/face.ts';
import { trackPolicy } from '../recognition/policy.ts';
import { emptyTracks } from '../recognition/tracker.ts';
import type { CameraTracks, EvidencePolicy } from '../recognition/types.ts';
import { knowing, thingsOf } from '../recognition/wish-gate.ts';
import { wishPolicies } from '../recognition/wish-policy.ts';
import type { I420Frame } from '../vision/types.ts';
import { withRotation } from '../vision/upright.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import { FrameSlot, type FrameLease } from './frame-slot.ts';

/** Maximum pictures of one camera per second for which picture numbers keep rising across sessions. */
const NUMBERS_PER_SECOND = 100;
const NUMBERS_FROM = Date.UTC(2026, 0, 1);

export interface CameraSessionOptions {
  watch: WatchOptions;
  /** Called for every picture, because the policy changes with the gallery. */
  evidencePolicy: () => EvidencePolicy;
  /** Called for every picture: whether some people are known only by the former model pack. */
  formerNeeded: () => boolean;
  readTimecode: boolean;
  /** What hung in front of this camera before; absent if it is new. */
  things?: readonly Place[] | undefined;
}

export class CameraSession {
  readonly #watch: WatchOptions;
  readonly #options: CameraSessionOptions;
  readonly #run = randomUUID();
  readonly #slot: FrameSlot;
  #tracks: CameraTracks;
  /** Gallery changes made while a picture was out; applied when its tracks come back. */
  #changes: ((tracks: CameraTracks) => CameraTracks)[] = [];
  #out = false;
  /** The things that were reported last, as JSON. */
  #reported: string | undefined;
  #counts = noPictures();
  /** Whether the latest picture still waits. */
  #waiting = false;
  #latest = { faces: 0, width: 0, height: 0 };

  constructor(options: CameraSessionOptions) {
    this.#options = options;
    this.#watch = { ...options.watch };
    this.#tracks = options.things ? knowing(emptyTracks(), options.things) : emptyTracks();
    this.#reported = JSON.stringify(options.things);
    // Numbers keep rising when a camera is attached again, so that a station can use them to drop late results.
    this.#slot = new FrameSlot(Math.floor(((Date.now() - NUMBERS_FROM) / 1000) * NUMBERS_PER_SECOND));
  }

  get buffers() {
    return this.#slot.buffers;
  }

  /** What hangs in front of this camera, if that has changed since the last call; null if not, or if it is not known yet. */
  changedThings(): readonly Place[] | null {
    const things = thingsOf(this.#tracks);
    const report = JSON.stringify(things);
    if (!things || report === this.#reported) return null;
    this.#reported = report;
    return things;
  }

  /** Applies to the pictures lent from now on. */
  set(settings: WatchSettings): void {
    const before = JSON.stringify(this.#watch.mounting ?? UPRIGHT);
    Object.assign(this.#watch, settings);
    // Nothing is where it was, neither faces nor what hangs on the wall.
    if (JSON.stringify(this.#watch.mounting ?? UPRIGHT) !== before) {
      this.change(({ nextId }) => ({ ...emptyTracks(), nextId }));
    }
  }

  /**
   * Copies a picture that arrived, upright. `at`: ms of the steady clock; `arrived`: monotonic ms; `rotation`: by how many degrees
   * clockwise the stream itself says that it is to be turned.
   */
  picture(picture: I420Frame, at: number, arrived: number, rotation = 0): void {
    const mounting = withRotation(this.#watch.mounting ?? UPRIGHT, rotation);
    const { width, height } = this.#slot.write(picture, at, arrived, mounting);
    this.#counts.received += 1;
    if (this.#waiting) this.#counts.skipped += 1;
    this.#waiting = true;
    this.#latest.width = width;
    this.#latest.height = height;
  }

  /** Lends the latest picture with the job to do on it; null if there is none. `now`: monotonic ms. */
  begin(now: number): { job: CheckInJob | EnrollmentJob; lease: FrameLease } | null {
    const lease = this.#slot.take();
    if (!lease) return null;
    this.#out = true;
    this.#waiting = false;
    const { cameraId, purpose, minFace, rate, wish = 'everyone', zone = null } = this.#watch;
    const common = {
      cameraId,
      frame: lease.frame,
      at: lease.at,
      wait: now - lease.arrived,
      minFace,
      readTimecode: this.#options.readTimecode,
      former: this.#options.formerNeeded(),
    };
    if (purpose === 'enrollment') return { lease, job: { ...common, purpose } };
    const job: CheckInJob = {
      ...common,
      purpose,
      tracks: this.#tracks,
      trackPolicy: trackPolicy(rate),
      evidencePolicy: this.#options.evidencePolicy(),
      wish: { policy: wishPolicies[wish], clock: lease.arrived },
      zone,
      run: this.#run,
    };
    return { lease, job };
  }

  /** Takes the lent picture back. `result`: null if it could not be analyzed; the tracks then stay as they were. */
  end(result: CheckInResult | EnrollmentResult | null): void {
    this.#slot.giveBack();
    this.#out = false;
    if (result) {
      this.#counts.analyzed += 1;
      this.#latest.faces =
        result.purpose === 'check-in' ? result.observation.faces.length : result.capture.faces.length;
      if (result.purpose === 'check-in') this.#tracks = result.tracks;
    } else {
      this.#counts.failed += 1;
    }
    for (const change of this.#changes.splice(0)) this.#tracks = change(this.#tracks);
  }

  /** Applies a change of the gallery to the faces in view. */
  change(change: (tracks: CameraTracks) => CameraTracks): void {
    if (this.#out) this.#changes.push(change);
    else this.#tracks = change(this.#tracks);
  }

  /** Rates and counts since the last call, which was `elapsed` ms ago. */
  stats(elapsed: number): AnalyzedCameraStats {
    const pictures = this.#counts;
    this.#counts = noPictures();
    const perSecond = (n: number) => Math.round((n * 10_000) / elapsed) / 10;
    return {
      cameraId: this.#watch.cameraId,
      ...this.#latest,
      fpsIn: perSecond(pictures.received),
      fpsAnalyzed: perSecond(pictures.analyzed),
      pictures,
    };
  }
}

function noPictures(): PictureCounts {
  return { received: 0, analyzed: 0, skipped: 0, failed: 0 };
}
