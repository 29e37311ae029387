/**
 * One guided capture, from the person to the saved templates: its own socket, camera and publisher, and the state that
 * the server reports. It resumes after a lost connection, and starts again where the server has forgotten it.
 */
import type { EnrollmentProgress } from '#protocol/results.ts';
import type { Replies } from '#protocol/signaling.ts';
import { CameraCapture, type CameraChoice, RESOLUTIONS } from './camera-capture.ts';
import { Publisher } from './publisher.ts';
import { ClientError, reportUnexpected } from './client-error.ts';
import { serverSocket } from './server-socket.ts';
import type { SignalingSocket } from './socket.ts';
import { Observable } from './observable.ts';

export type CapturePhase =
  | { phase: 'starting' }
  | { phase: 'capturing' }
  | { phase: 'reconnecting' }
  | { phase: 'timed-out' }
  | { phase: 'saving' }
  | { phase: 'saved'; result: Replies['enrollment.save'] }
  /** The server refused to save or to continue; `error` says why. */
  | { phase: 'refused'; error: ClientError };

/** Errors that mean that the server no longer knows this enrollment. */
const FORGOTTEN: ReadonlySet<string> = new Set(['not-found', 'wrong-state']);
/** Failed starts in a row before the person sees an error. */
const MAX_STARTS = 3;

export class GuidedCapture {
  readonly socket: SignalingSocket;
  readonly capture: CameraCapture;
  readonly phase = new Observable<CapturePhase>({ phase: 'starting' });
  readonly progress = new Observable<EnrollmentProgress | null>(null);
  /** True after the server forgot this capture and it started again. */
  readonly beganAgain = new Observable(false);
  readonly #personId: string;
  readonly #leave: (() => void)[];
  #enrollmentId: string | null = null;
  #publisher: Publisher | null = null;
  #leavePublisher: (() => void) | null = null;
  /** Kept for a second attempt, as after a likely duplicate. */
  #frontOnly: string | null = null;
  #starts = 0;
  #closed = false;

  /** @param options `as`: who captures, staff or the person on their own phone; `camera`: the one to begin with */
  constructor(
    personId: string,
    { as, camera }: { as: 'account' | 'invitation'; camera: Pick<CameraChoice, 'deviceId'> },
  ) {
    this.#personId = personId;
    this.socket = serverSocket(as);
    this.capture = new CameraCapture({ ...RESOLUTIONS['720p'], frameRate: 30, ...camera });
    this.#leave = [
      this.socket.state.subscribe((state) => {
        if (state.state === 'open') {
          if (!this.#enrollmentId) this.#begin().catch(reportUnexpected);
        } else if (state.state === 'ended' && state.why !== 'closed') {
          this.#refuse(
            new ClientError({
              code: 'unauthenticated',
              message: 'The session has ended.',
              retryable: false,
            }),
          );
        }
      }),
      this.socket.onNotification((notification) => {
        if (notification.notify === 'camera.no-picture') this.capture.doubt();
        if (notification.notify !== 'enrollment.state') return;
        const { enrollmentId, state } = notification.data;
        if (enrollmentId !== this.#enrollmentId) return;
        if (state === 'timed-out') this.#to('timed-out');
        if (state === 'capturing' && this.phase.value.phase === 'timed-out') this.#to('capturing');
        if (state === 'canceled') this.#canceled();
      }),
    ];
  }

  start() {
    this.capture.start();
    this.socket.open();
  }

  /** Idempotent. Cancels an unfinished capture on the server, so that nothing of it stays there. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#enrollmentId && this.phase.value.phase !== 'saved') {
      this.socket.request('enrollment.cancel', { enrollmentId: this.#enrollmentId }).catch(() => {});
    }
    this.#closePublisher();
    this.capture.stop();
    for (const leave of this.#leave) leave();
    this.socket.close();
  }

  async continue() {
    await this.#command('enrollment.continue');
  }

  async startOver() {
    this.progress.set(null);
    await this.#command('enrollment.restart');
  }

  /** @param reasons of exceptions: a likely duplicate, and a person who cannot turn the head */
  async save(reasons: { duplicate?: string; frontOnly?: string } = {}) {
    const enrollmentId = this.#enrollmentId;
    if (!enrollmentId || this.phase.value.phase === 'saving') return;
    this.#frontOnly = reasons.frontOnly ?? this.#frontOnly;
    this.#to('saving');
    try {
      const result = await this.socket.request('enrollment.save', {
        enrollmentId,
        ...(reasons.duplicate !== undefined && { override: { reason: reasons.duplicate } }),
        ...(this.#frontOnly !== null && { frontOnly: { reason: this.#frontOnly } }),
      });
      this.phase.set({ phase: 'saved', result });
      this.#closePublisher();
      this.capture.stop();
    } catch (error) {
      this.#refuse(ClientError.of(error));
    }
  }

  async #command(method: 'enrollment.continue' | 'enrollment.restart') {
    const enrollmentId = this.#enrollmentId;
    if (!enrollmentId) return;
    try {
      await this.socket.request(method, { enrollmentId });
      this.#to('capturing');
    } catch (error) {
      const problem = ClientError.of(error);
      if (FORGOTTEN.has(problem.code)) this.#forget();
      else this.#refuse(problem);
    }
  }

  async #begin() {
    this.#starts += 1;
    try {
      const { enrollmentId } = await this.socket.request('enrollment.start', { personId: this.#personId });
      if (this.#closed) return;
      this.#enrollmentId = enrollmentId;
      this.#to('capturing');
      this.#openPublisher(enrollmentId);
    } catch (error) {
      const problem = ClientError.of(error);
      // A lost connection comes back by itself and then calls this again.
      if (problem.code !== 'not-connected' && problem.code !== 'timeout') this.#refuse(problem);
    }
  }

  #openPublisher(enrollmentId: string) {
    this.#closePublisher();
    const publisher = new Publisher({
      socket: this.socket,
      capture: this.capture,
      enrollmentId,
      onResult: (message) => {
        if (message.type === 'enrollment' && message.enrollment === this.#enrollmentId) this.#follow(message);
      },
      onEvent: () => {},
    });
    this.#leavePublisher = publisher.state.subscribe((state) => {
      const { phase } = this.phase.value;
      if (state.phase === 'reconnecting' && phase === 'capturing') this.#to('reconnecting');
      if (state.phase === 'live' && phase === 'reconnecting') this.#to('capturing');
      if (state.phase === 'stopped' && state.error) {
        if (FORGOTTEN.has(state.error.code)) this.#forget();
        else this.#refuse(state.error);
      }
    });
    this.#publisher = publisher;
    publisher.start();
  }

  #follow(progress: EnrollmentProgress) {
    this.progress.set(progress);
    this.#starts = 0;
    const { phase } = this.phase.value;
    if (progress.state === 'timed-out' && phase === 'capturing') this.#to('timed-out');
    if (progress.state === 'capturing' && phase === 'timed-out') this.#to('capturing');
    if (progress.state === 'complete' && phase === 'capturing') this.save().catch(reportUnexpected);
  }

  /** The server lost this enrollment, for example by a restart: start again, but not forever. */
  #forget() {
    if (this.#closed || this.phase.value.phase === 'saved') return;
    this.#closePublisher();
    this.#enrollmentId = null;
    this.progress.set(null);
    if (this.#starts >= MAX_STARTS) {
      this.#refuse(
        new ClientError({
          code: 'capture-lost',
          message: 'The server keeps ending this capture.',
          retryable: true,
        }),
      );
      return;
    }
    this.beganAgain.set(true);
    this.#to('starting');
    if (this.socket.state.value.state === 'open') this.#begin().catch(reportUnexpected);
  }

  /** Ended on purpose. An automatic restart would end the capture that replaced this one. */
  #canceled() {
    if (this.#closed || this.phase.value.phase === 'saved') return;
    this.#closePublisher();
    this.#enrollmentId = null;
    this.progress.set(null);
    this.#refuse(
      new ClientError({
        code: 'capture-ended',
        message: 'This capture was canceled.',
        retryable: true,
      }),
    );
  }

  /** Starts again after a refusal. */
  retry() {
    this.#starts = 0;
    this.#closePublisher();
    this.#enrollmentId = null;
    this.progress.set(null);
    this.#to('starting');
    if (this.socket.state.value.state === 'open') this.#begin().catch(reportUnexpected);
    else this.start();
  }

  #closePublisher() {
    this.#leavePublisher?.();
    this.#leavePublisher = null;
    this.#publisher?.stop();
    this.#publisher = null;
  }

  #to(phase: Exclude<CapturePhase['phase'], 'saved' | 'refused'>) {
    this.phase.set({ phase });
  }

  #refuse(error: ClientError) {
    if (!this.#closed) this.phase.set({ phase: 'refused', error });
  }
}
