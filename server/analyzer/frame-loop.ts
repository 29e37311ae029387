/** Hands the latest picture of each camera to idle vision threads, and keeps a fault of one camera to that camera. */
import type { CheckInResult, EnrollmentResult } from './analyze-frame.ts';
import type { CameraSession } from './camera-session.ts';
import type { Scheduler } from './scheduler.ts';
import type { VisionPool } from './vision-pool.ts';

/** A camera that is being watched. A camera that is watched again gets a new object. */
export interface LoopCamera {
  readonly session: CameraSession;
}

export interface FrameLoopOptions {
  cameras: ReadonlyMap<string, LoopCamera>;
  scheduler: Scheduler;
  vision: Pick<VisionPool, 'idle' | 'analyze'>;
  /** A picture was analyzed. Not called for a camera that is no longer watched, or that has a new object since. */
  onResult(result: CheckInResult | EnrollmentResult): void;
  /** One picture of this camera was lost. The camera's next picture is analyzed as usual. Must not throw. */
  onFault(cameraId: string, error: unknown): void;
}

export class FrameLoop {
  readonly #options: FrameLoopOptions;

  constructor(options: FrameLoopOptions) {
    this.#options = options;
  }

  /** Gives every idle thread the camera that has waited longest. Never throws. */
  serve(): void {
    const { cameras, scheduler, vision } = this.#options;
    while (vision.idle) {
      const now = performance.now();
      const cameraId = scheduler.next(now);
      if (cameraId === null) return;
      const camera = cameras.get(cameraId);
      const begun = camera && this.#begin(cameraId, camera.session, now);
      if (begun) void this.#analyze(camera, begun);
      else scheduler.finished(cameraId);
    }
  }

  #begin(cameraId: string, session: CameraSession, now: number): ReturnType<CameraSession['begin']> {
    try {
      return session.begin(now);
    } catch (error) {
      this.#options.onFault(cameraId, error);
      return null;
    }
  }

  /** Never rejects: nothing awaits it, so a rejection would end the process and take all cameras with it. */
  async #analyze(
    camera: LoopCamera,
    { job, lease }: NonNullable<ReturnType<CameraSession['begin']>>,
  ): Promise<void> {
    const { cameras, scheduler, vision } = this.#options;
    const { cameraId } = job;
    const { session } = camera;
    const isWatched = () => cameras.get(cameraId) === camera;
    let result = null;
    try {
      result = await vision.analyze(job, lease, session.buffers);
    } catch (error) {
      this.#options.onFault(cameraId, error);
    }
    try {
      session.end(result);
      if (result && isWatched()) this.#options.onResult(result);
    } catch (error) {
      this.#options.onFault(cameraId, error);
    }
    if (isWatched()) scheduler.finished(cameraId);
    this.serve();
  }
}
