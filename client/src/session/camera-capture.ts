/**
 * Keeps the camera of this machine running: asks for it, notices when it is unplugged, taken by another program or
 * refused, and starts it again by itself.
 */
import { backoffDelay, pause } from './backoff.ts';
import { reportUnexpected } from './client-error.ts';
import { Observable } from './observable.ts';

export type CameraProblem = 'insecure' | 'denied' | 'missing' | 'busy' | 'failed';

export type CaptureState =
  | { state: 'idle' }
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

export class CameraCapture {
  readonly state = new Observable<CaptureState>({ state: 'idle' });
  #choice: CameraChoice;
  #run: AbortController | null = null;

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

  choose(choice: CameraChoice) {
    this.#choice = choice;
    if (!this.#run) return;
    this.stop();
    this.start();
  }

  async #keep(signal: AbortSignal) {
    let attempt = 0;
    while (!signal.aborted) {
      if (this.state.value.state !== 'waiting') this.state.set({ state: 'starting' });
      try {
        const stream = await this.#ask();
        const [track] = stream.getVideoTracks();
        if (signal.aborted || !track) {
          stop(stream);
          continue;
        }
        // Faces move: keep the frame rate steady inside what the resolution leaves.
        track.contentHint = 'motion';
        attempt = 0;
        this.state.set({ state: 'live', stream, track });
        await ended(track, signal).finally(() => stop(stream));
        this.state.set({ state: 'waiting', problem: 'missing' });
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemOf(error);
        this.state.set({ state: 'waiting', problem });
        if (problem === 'insecure') return;
      }
      // The browser is not asked again at once: a refused permission waits for the person, a lost camera for its cable.
      await nextChance(backoffDelay(3 + attempt), signal);
      attempt += 1;
    }
  }

  async #ask(): Promise<MediaStream> {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices) throw new DOMException('insecure', 'SecurityError');
    const { deviceId, width, height, frameRate } = this.#choice;
    return mediaDevices.getUserMedia({
      audio: false,
      video: {
        width: { ideal: width },
        height: { ideal: height },
        frameRate: { ideal: frameRate, max: 30 },
        ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: 'user' } }),
      },
    });
  }
}

function stop(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop();
}

function ended(track: MediaStreamTrack, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (track.readyState === 'ended') {
      resolve();
      return;
    }
    const leave = () => {
      track.removeEventListener('ended', over);
      signal.removeEventListener('abort', abort);
    };
    const over = () => {
      leave();
      resolve();
    };
    const abort = () => {
      leave();
      reject(new DOMException('Stopped', 'AbortError'));
    };
    track.addEventListener('ended', over);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

/** Resolves when a device is plugged in or the time is over, whichever comes first. */
async function nextChance(delay: number, signal: AbortSignal) {
  const wake = new AbortController();
  const plugged = () => wake.abort();
  navigator.mediaDevices?.addEventListener('devicechange', plugged);
  try {
    await pause(delay, AbortSignal.any([signal, wake.signal]));
  } catch (error) {
    if (signal.aborted) throw error;
  } finally {
    navigator.mediaDevices?.removeEventListener('devicechange', plugged);
  }
}

function problemOf(error: unknown): CameraProblem {
  if (!(error instanceof DOMException)) return 'failed';
  switch (error.name) {
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
