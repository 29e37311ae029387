/** One watched camera inside an analyzer: its slot, its tracks, its counters. Knows no transport and no thread. */
import { randomUUID } from 'node:crypto';
import type { AnalyzedCameraStats, WatchOptions } from '../protocol/analyzer.ts';
import { trackPolicy } from '../recognition/policy.ts';
import { emptyTracks } from '../recognition/tracker.ts';
import type { CameraTracks, EvidencePolicy } from '../recognition/types.ts';
import type { I420Frame } from '../vision/types.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import { FrameSlot, type FrameLease } from './frame-slot.ts';

/** Pictures of one camera a second, at most, that keep their numbers rising across sessions. */
const NUMBERS_PER_SECOND = 100;
const NUMBERS_FROM = Date.UTC(2026, 0, 1);

export interface CameraSessionOptions {
  watch: WatchOptions;
  /** Asked for every picture: it changes with the gallery. */
  evidencePolicy: () => EvidencePolicy;
  /** Asked for every picture: whether somebody is known by the former model pack only. */
  formerNeeded: () => boolean;
  readTimecode: boolean;
}

export class CameraSession {
  readonly #watch: WatchOptions;
  readonly #options: CameraSessionOptions;
  readonly #run = randomUUID();
  readonly #slot: FrameSlot;
  #tracks: CameraTracks = emptyTracks();
  /** Changes of the gallery while a picture was out, to be made good when its tracks come back. */
  #changes: ((tracks: CameraTracks) => CameraTracks)[] = [];
  #out = false;
  #counts = { in: 0, analyzed: 0, faces: 0, width: 0, height: 0 };

  constructor(options: CameraSessionOptions) {
    this.#options = options;
    this.#watch = { ...options.watch };
    // Numbers go on rising when a camera is attached again, so that a station can drop late results by them.
    this.#slot = new FrameSlot(Math.floor(((Date.now() - NUMBERS_FROM) / 1000) * NUMBERS_PER_SECOND));
  }

  get buffers() {
    return this.#slot.buffers;
  }

  /** Of the pictures that are lent from now on. `minFace`: as a fraction of the picture's height. */
  setMinFace(minFace: number): void {
    this.#watch.minFace = minFace;
  }

  /** A picture came; copies it. `arrived`: monotonic ms. */
  picture(picture: I420Frame, at: number, arrived: number): void {
    this.#slot.write(picture, at, arrived);
    this.#counts.in += 1;
    this.#counts.width = picture.width;
    this.#counts.height = picture.height;
  }

  /** Lends the latest picture and says what to do with it; null where there is none. `now`: monotonic ms. */
  begin(now: number): { job: CheckInJob | EnrollmentJob; lease: FrameLease } | null {
    const lease = this.#slot.take();
    if (!lease) return null;
    this.#out = true;
    const { cameraId, purpose, minFace, rate } = this.#watch;
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
      run: this.#run,
    };
    return { lease, job };
  }

  /** The lent picture is back; `result` is null where it could not be analyzed: its tracks stay as they were. */
  end(result: CheckInResult | EnrollmentResult | null): void {
    this.#slot.giveBack();
    this.#out = false;
    if (result) {
      this.#counts.analyzed += 1;
      this.#counts.faces =
        result.purpose === 'check-in' ? result.observation.faces.length : result.capture.faces.length;
      if (result.purpose === 'check-in') this.#tracks = result.tracks;
    }
    for (const change of this.#changes.splice(0)) this.#tracks = change(this.#tracks);
  }

  /** Applies a change of the gallery to the faces in view. */
  change(change: (tracks: CameraTracks) => CameraTracks): void {
    if (this.#out) this.#changes.push(change);
    else this.#tracks = change(this.#tracks);
  }

  /** Rates since the last call, `elapsed` ms ago. */
  stats(elapsed: number): AnalyzedCameraStats {
    const { in: pictures, analyzed, faces, width, height } = this.#counts;
    this.#counts.in = 0;
    this.#counts.analyzed = 0;
    const perSecond = (n: number) => Math.round((n * 10_000) / elapsed) / 10;
    return {
      cameraId: this.#watch.cameraId,
      width,
      height,
      fpsIn: perSecond(pictures),
      fpsAnalyzed: perSecond(analyzed),
      faces,
    };
  }
}
