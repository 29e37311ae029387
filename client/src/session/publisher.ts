/**
 * Keeps a camera published: joins a media router whenever the socket is open and the camera runs, passes on the results
 * from the data channels, and starts again after every failure, without a reload of the page.
 */
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import { backoffDelay, pause } from './backoff.ts';
import type { CameraCapture, CaptureState } from './camera-capture.ts';
import { ClientError, isPageFault } from './client-error.ts';
import { reportFault } from './fault-report.ts';
import { MediaLink } from './media-link.ts';
import { RecentIds } from './recent-ids.ts';
import type { SignalingSocket, SocketState } from './socket.ts';
import { Observable } from './observable.ts';

export type PublisherState =
  | { phase: 'idle' }
  /** Waiting for the camera itself. */
  | { phase: 'camera' }
  | { phase: 'connecting' }
  /** `cameraId` is empty where it only receives. */
  | { phase: 'live'; cameraId: string }
  /** Was live, and is reconnecting. */
  | { phase: 'reconnecting' }
  /** Does not start again by itself. */
  | { phase: 'stopped'; error: ClientError | null };

export interface PublisherOptions {
  socket: SignalingSocket;
  capture: CameraCapture;
  /** Set for a guided capture. */
  enrollmentId?: string;
  onResult: (message: ResultMessage) => void;
  onEvent: (message: EventMessage) => void;
}

type Open = Extract<SocketState, { state: 'open' }>;
type Ready = Extract<CaptureState, { state: 'live' | 'none' }>;

function isReady(capture: CaptureState): capture is Ready {
  return capture.state === 'live' || capture.state === 'none';
}

/** Errors that another attempt cannot fix. */
const FATAL: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'not-found',
  'wrong-state',
  'validation-failed',
  'picture-too-large',
  'video-unsupported',
]);
/** After a link that lasted this long the back-off starts from the beginning, ms. */
const GOOD_FOR = 10_000;

export class Publisher {
  readonly state = new Observable<PublisherState>({ phase: 'idle' });
  readonly #options: PublisherOptions;
  readonly #seen = new RecentIds();
  #run: AbortController | null = null;
  #wasLive = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  start() {
    if (this.#run) return;
    const run = new AbortController();
    this.#run = run;
    this.#keep(run.signal).catch((error: unknown) => {
      if (this.#run === run) this.#finish(run.signal.aborted ? null : ClientError.of(error));
    });
  }

  stop() {
    if (!this.#run) return;
    this.#finish(null);
  }

  #finish(fault: ClientError | null) {
    const run = this.#run;
    this.#run = null;
    run?.abort();
    // So the server frees the router slot at once instead of after a timeout.
    if (this.#wasLive) this.#options.socket.request('media.leave', {}).catch(() => {});
    this.#wasLive = false;
    this.state.set({ phase: 'stopped', error: fault });
  }

  async #keep(signal: AbortSignal) {
    const { socket, capture } = this.#options;
    let attempt = 0;
    while (true) {
      this.#say();
      const opened = await socket.state.until(
        (s): s is Open | Extract<SocketState, { state: 'ended' }> =>
          s.state === 'open' || s.state === 'ended',
        signal,
      );
      if (opened.state === 'ended') {
        if (!signal.aborted) this.#finish(null);
        return;
      }
      if (!isReady(capture.state.value)) this.state.set({ phase: 'camera' });
      const ready = await capture.state.until(isReady, signal);
      if (socket.state.value !== opened) continue;
      this.#say();
      const since = performance.now();
      try {
        await this.#live(opened, ready.state === 'live' ? ready.track : null, signal);
        if (performance.now() - since > GOOD_FOR) attempt = 0;
      } catch (error) {
        if (signal.aborted) throw error;
        if (isPageFault(error) || (error instanceof ClientError && FATAL.has(error.code))) throw error;
        // Such as an error of the WebRTC library: another attempt may help, and the server's log shows what it was.
        if (!(error instanceof ClientError) && !(error instanceof DOMException)) reportFault(error);
      }
      this.#say();
      await pause(backoffDelay(attempt), signal);
      attempt += 1;
    }
  }

  /** From joining until the link is lost. */
  async #live(opened: Open, track: MediaStreamTrack | null, signal: AbortSignal) {
    const { socket, capture, enrollmentId, onResult } = this.#options;
    const link = await MediaLink.open(
      {
        socket,
        track,
        ...(enrollmentId !== undefined && { enrollmentId }),
        onResult,
        onEvent: (event) => {
          if (this.#seen.isNew(`${event.id} ${event.result}`)) this.#options.onEvent(event);
        },
      },
      signal,
    );
    const leave: (() => void)[] = [];
    try {
      this.#wasLive = true;
      this.state.set({ phase: 'live', cameraId: link.cameraId });
      let published = track;
      const follow = (state: CaptureState) => {
        // With or without a camera of its own is another link.
        if ((state.state === 'none') !== (track === null)) link.close();
        else if (state.state === 'live' && state.track !== published) {
          published = state.track;
          link.replaceTrack(published).catch(() => link.close());
        }
        this.state.set(isReady(state) ? { phase: 'live', cameraId: link.cameraId } : { phase: 'camera' });
      };
      leave.push(capture.state.subscribe(follow));
      follow(capture.state.value);
      await new Promise<void>((resolve, reject) => {
        const over = () => resolve();
        link.lost.then(over, over);
        leave.push(
          socket.state.subscribe((s) => {
            if (s !== opened) over();
          }),
          socket.onNotification((n) => {
            if (n.notify === 'camera.refused') reject(new ClientError(n.data.error));
            if (n.notify === 'media.lost' || n.notify === 'camera.no-picture') over();
          }),
        );
        signal.addEventListener('abort', over, { once: true });
        leave.push(() => signal.removeEventListener('abort', over));
        if (signal.aborted || socket.state.value !== opened) over();
      });
    } finally {
      for (const unsubscribe of leave) unsubscribe();
      link.close();
    }
    signal.throwIfAborted();
  }

  #say() {
    this.state.set({ phase: this.#wasLive ? 'reconnecting' : 'connecting' });
  }
}
