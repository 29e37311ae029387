/**
 * Keeps the camera of this machine running: asks for it, notices when it is unplugged, taken by another program or
 * refused, or shows nothing, and starts it again by itself.
 */
import { backoffDelay, pause } from './backoff.ts';
import { ClientError, isPageFault, reportUnexpected } from './client-error.ts';
import { Observable } from './observable.ts';
import { FAULT_AFTER, type PictureFault } from './picture-judge.ts';
import { PictureWatch } from './picture-watch.ts';

export type CameraProblem =
  | 'insecure'
  | 'denied'
  | 'missing'
  | 'busy'
  | 'failed'
  | PictureFault
  /** A fault of the page itself: it does not start again by itself. */
  | 'page-fault';

export type CaptureState =
  | { state: 'idle' }
  /** It is done without. */
  | { state: 'none' }
  | { state: 'starting' }
  | { state: 'live'; stream: MediaStream; track: MediaStreamTrack }
  | { state: 'waiting'; problem: CameraProblem };

export interface CameraChoice {
  deviceId?: string;
  width: number;
  height: number;
  frameRate: number;
}

export const RESOLUTIONS = {
  '480p': { width: 640, height: 480 },
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
} as const;

/** A camera that ran at least this long starts the back-off from its beginning, ms. */
const GOOD_FOR = 30_000;
/**
 * A camera that showed nothing is tried for this long, ms, and requested again if it still shows nothing. It is longer for a
 * picture that arrives but is black: only a person can open the lid, and asking would make its light flicker all night.
 */
const TRIAL = { 'no-picture': 10_000, dark: 120_000, still: 120_000 } as const satisfies Record<
  PictureFault,
  number
>;

export class CameraCapture {
  readonly state = new Observable<CaptureState>({ state: 'idle' });
  #choice: CameraChoice;
  #run: AbortController | null = null;
  #doubt: () => void = () => {};

  constructor(choice: CameraChoice) {
    this.#choice = choice;
  }

  get choice(): CameraChoice {
    return this.#choice;
  }

  start() {
    if (this.#run) return;
    this.#run = new AbortController();
    this.#keep(this.#run.signal).catch(reportUnexpected);
  }

  stop() {
    this.#run?.abort();
    this.#run = null;
    this.state.set({ state: 'idle' });
  }

  /** Does without the camera, until it is started again. */
  forgo() {
    this.stop();
    this.state.set({ state: 'none' });
  }

  choose(choice: CameraChoice) {
    this.#choice = choice;
    if (!this.#run) return;
    this.stop();
    this.start();
  }

  /** The server receives no pictures of this camera: it is asked for again. */
  doubt() {
    this.#doubt();
  }

  async #keep(signal: AbortSignal) {
    let attempt = 0;
    while (!signal.aborted) {
      if (this.state.value.state !== 'waiting') this.state.set({ state: 'starting' });
      const since = performance.now();
      try {
        const stream = await this.#ask();
        const [track] = stream.getVideoTracks();
        if (signal.aborted || !track) {
          stop(stream);
          continue;
        }
        // Faces move: keep the frame rate steady inside what the resolution leaves.
        track.contentHint = 'motion';
        const problem = await this.#use(stream, track, signal).finally(() => stop(stream));
        if (performance.now() - since > GOOD_FOR) attempt = 0;
        this.state.set({ state: 'waiting', problem });
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemOf(error);
        this.state.set({ state: 'waiting', problem });
        if (problem === 'page-fault') ClientError.of(error);
        if (problem === 'insecure' || problem === 'page-fault') return;
      }
      // The browser is not asked again at once: a refused permission waits for the person, a lost camera for its cable.
      await nextChance(backoffDelay(3 + attempt), signal);
      attempt += 1;
    }
  }

  /**
   * From the first picture until the camera is lost, or shows nothing. A camera that showed nothing before counts as live
   * when it shows something: the person in front of it is not told to look at a camera that may be blind.
   */
  async #use(stream: MediaStream, track: MediaStreamTrack, signal: AbortSignal): Promise<CameraProblem> {
    const watch = new PictureWatch(stream, track);
    const over = new AbortController();
    try {
      const lost = ended(track, signal, over.signal);
      const doubted = new Promise<'no-picture'>((resolve) => {
        this.#doubt = () => resolve('no-picture');
      });
      const before = this.state.value.state === 'waiting' ? this.state.value.problem : null;
      if (before !== null && isPictureFault(before)) {
        const shows = watch.verdict.until((verdict) => verdict === 'good', over.signal).then(() => 'good');
        const trial = pause(TRIAL[before], over.signal).then(() => 'tried');
        const frozen = watch.verdict.until((v) => v === 'no-picture', over.signal).then(() => 'tried');
        // What is not awaited any more is aborted at the end.
        for (const promise of [shows, trial, frozen]) promise.catch(() => {});
        const first = await Promise.race([shows, trial, frozen, lost]);
        if (first === 'missing') return 'missing';
        if (first === 'tried') return asFault(watch.verdict.value) ?? before;
      }
      this.state.set({ state: 'live', stream, track });
      const fault = watch.verdict.until((verdict) => asFault(verdict) !== null, over.signal);
      fault.catch(() => {});
      const why = await Promise.race([lost, doubted, fault]);
      return why === 'missing' ? why : (asFault(why) ?? 'no-picture');
    } finally {
      this.#doubt = () => {};
      over.abort();
      watch.close();
    }
  }

  async #ask(): Promise<MediaStream> {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices) throw new DOMException('insecure', 'SecurityError');
    const { deviceId, width, height, frameRate } = this.#choice;
    const ask = (which: MediaTrackConstraints) =>
      mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: width },
          height: { ideal: height },
          frameRate: { ideal: frameRate, max: 30 },
          ...which,
        },
      });
    const anyone = { facingMode: { ideal: 'user' } };
    if (!deviceId) return ask(anyone);
    // As an ideal, the chosen camera would lose against one that has the wanted resolution.
    return ask({ deviceId: { exact: deviceId } }).catch((error: unknown) => {
      // It is not plugged in any more.
      if ((error as { name?: unknown } | null)?.name !== 'OverconstrainedError') throw error;
      return ask(anyone);
    });
  }
}

function stop(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop();
}

function isPictureFault(problem: string): problem is PictureFault {
  return Object.hasOwn(FAULT_AFTER, problem);
}

function asFault(verdict: PictureFault | 'good' | null): PictureFault | null {
  return verdict === 'good' ? null : verdict;
}

/** Resolves when the track ends. Rejects when the first signal is aborted; after the second, it never settles. */
function ended(track: MediaStreamTrack, signal: AbortSignal, over: AbortSignal): Promise<'missing'> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new DOMException('Stopped', 'AbortError'));
    if (track.readyState === 'ended') resolve('missing');
    else if (signal.aborted) abort();
    const lost = () => resolve('missing');
    track.addEventListener('ended', lost, { once: true });
    signal.addEventListener('abort', abort, { once: true });
    over.addEventListener('abort', () => {
      track.removeEventListener('ended', lost);
      signal.removeEventListener('abort', abort);
    });
  });
}

/** Resolves when a device is plugged in or the time is over, whichever comes first; on a hidden page, when it is shown. */
async function nextChance(delay: number, signal: AbortSignal) {
  const wake = new AbortController();
  const plugged = () => wake.abort();
  const stop = () => wake.abort();
  navigator.mediaDevices?.addEventListener('devicechange', plugged);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await pause(delay, wake.signal);
  } catch {
    // Either of the two; the caller checks its own signal.
  } finally {
    signal.removeEventListener('abort', stop);
    navigator.mediaDevices?.removeEventListener('devicechange', plugged);
  }
  // Browsers keep the camera from a page that is not shown, so asking would only fail.
  await shown(signal);
}

function shown(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (document.visibilityState === 'hidden' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      if (signal.aborted) reject(new DOMException('Stopped', 'AbortError'));
      else resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

function problemOf(error: unknown): CameraProblem {
  if (isPageFault(error)) return 'page-fault';
  // By name: some browsers give OverconstrainedError a class of its own.
  switch ((error as { name?: unknown } | null)?.name) {
    case 'SecurityError':
      return 'insecure';
    case 'NotAllowedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}
