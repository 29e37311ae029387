import type { Logger } from 'pino';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import type { CameraRates } from '../protocol/analyzer.ts';
import type { MusterError } from '../protocol/error.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { Camera, Measured } from './camera.ts';

export interface CamerasEvents {
  /** The camera is publishing, and an analyzer can watch it. */
  'camera.added': [Camera];
  /** The camera is closed already. If its device publishes again, `camera.added` with the same ID follows. */
  'camera.removed': [Camera];
  /** The camera publishes, but no picture of it has arrived for seconds. Once until a picture arrives. */
  'camera.silent': [Camera];
  /** Somebody watches a small picture of the camera, or nobody does any more: it has to send its small layer, or to stop. */
  'camera.small-layer': [Camera, boolean];
  /** What arrives of the camera was measured: once a second while a page shows it, every ten seconds otherwise. */
  'camera.measured': [Camera, Measured];
  /** The camera sends pictures that are too large. `camera.removed` follows. */
  'camera.refused': [Camera, MusterError];
}

/** How often traffic is measured while a page shows it, ms. */
const FOLLOWED = 1_000;
/** How often traffic is measured otherwise, ms. */
const UNFOLLOWED = 10_000;

/** All cameras that are publishing, at most one for each ID. */
export class Cameras extends GuardedEmitter<CamerasEvents> {
  readonly #cameras = new Map<string, Camera>();
  readonly #log: Logger;
  #followers = 0;
  #timer: NodeJS.Timeout | undefined;
  #measuring = false;
  #closed = false;

  constructor(options: { log: Logger }) {
    super(options.log);
    this.#log = options.log;
  }

  get size(): number {
    return this.#cameras.size;
  }

  get(id: string): Camera | undefined {
    return this.#cameras.get(id);
  }

  list(): Camera[] {
    return [...this.#cameras.values()];
  }

  states(): CameraState[] {
    return this.list().map((camera) => camera.state());
  }

  /** Adds a camera. It replaces a camera with the same ID, because the newer one is in use. */
  add(camera: Camera): void {
    if (this.#closed || camera.closed) return camera.close();
    this.#cameras.get(camera.id)?.close();
    this.#cameras.set(camera.id, camera);
    camera.onRefused((error) => {
      this.#log.warn(
        { event: 'camera.refused', cameraId: camera.id, code: error.code, ...error.details },
        'the pictures of this camera are too large',
      );
      this.emitGuarded('camera.refused', camera, error);
    });
    camera.onSmallLayer((wanted) => this.emitGuarded('camera.small-layer', camera, wanted));
    camera.onClosed(() => this.#remove(camera));
    this.#log.info({ event: 'camera.added', cameraId: camera.id, purpose: camera.purpose }, 'camera added');
    this.emitGuarded('camera.added', camera);
    this.#schedule(0);
  }

  /** Takes an analyzer's report on one camera. */
  analyzed(stats: CameraRates, analyzer?: string): void {
    const camera = this.#cameras.get(stats.cameraId);
    if (!camera?.updateAnalysis(stats, analyzer)) return;
    this.#log.warn({ event: 'camera.silent', cameraId: camera.id }, 'no picture of this camera arrives');
    this.emitGuarded('camera.silent', camera);
  }

  /** Measures traffic once per second until the returned function is called. That function is idempotent. */
  follow(): () => void {
    this.#followers += 1;
    if (this.#followers === 1) this.#schedule(0);
    let following = true;
    return () => {
      if (!following) return;
      following = false;
      this.#followers -= 1;
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const camera of this.list()) camera.close();
  }

  #remove(camera: Camera): void {
    if (this.#cameras.get(camera.id) !== camera) return;
    this.#cameras.delete(camera.id);
    this.#log.info({ event: 'camera.removed', cameraId: camera.id }, 'camera removed');
    this.emitGuarded('camera.removed', camera);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#cameras.size === 0) return;
    this.#timer = setTimeout(() => void this.#measure(), delay).unref();
  }

  async #measure(): Promise<void> {
    if (this.#measuring) return;
    this.#measuring = true;
    // An error means that a camera was closed in the meantime, which another event reports.
    await Promise.allSettled(
      this.list().map(async (camera) => {
        const measured = await camera.measure();
        if (measured) this.emitGuarded('camera.measured', camera, measured);
      }),
    );
    this.#measuring = false;
    this.#schedule(this.#followers > 0 ? FOLLOWED : UNFOLLOWED);
  }
}
