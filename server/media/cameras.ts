import type { Logger } from 'pino';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { Camera } from './camera.ts';

export interface CamerasEvents {
  /** Publishing: an analyzer may watch it. */
  'camera.added': [Camera];
  /** Closed already. When a device publishes anew, `camera.added` with the same id follows. */
  'camera.removed': [Camera];
}

/** How often traffic is asked for while somebody looks, and while nobody does, ms. */
const FOLLOWED = 1_000;
const UNFOLLOWED = 10_000;

/** Every camera that is publishing, by id; at most one each. */
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

  /** A camera of the same id that is still there gives way: the newer is the one that somebody looks at. */
  add(camera: Camera): void {
    if (this.#closed || camera.closed) return camera.close();
    this.#cameras.get(camera.id)?.close();
    this.#cameras.set(camera.id, camera);
    camera.onclose(() => this.#remove(camera));
    this.#log.info({ event: 'camera.added', cameraId: camera.id, purpose: camera.purpose });
    this.emitGuarded('camera.added', camera);
    this.#schedule(0);
  }

  /** Measures once a second until the returned function is called; the latter is idempotent. */
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
    this.#log.info({ event: 'camera.removed', cameraId: camera.id });
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
    // A camera that closes meanwhile is no news here: its removal is told by its own event.
    await Promise.allSettled(this.list().map((camera) => camera.measure()));
    this.#measuring = false;
    this.#schedule(this.#followers > 0 ? FOLLOWED : UNFOLLOWED);
  }
}
