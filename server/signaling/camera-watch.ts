import type { Cameras } from '../media/cameras.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export interface CameraWatchOptions {
  cameras: Cameras;
  /** All cameras with their current names and the status `offline`. */
  known: () => CameraState[];
}

/** How often subscribers are notified, ms. */
const PERIOD = 1_000;

/** Sends the live state of all cameras to the pages that show it. It costs nothing while there are no such pages. */
export class CameraWatch {
  readonly #options: CameraWatchOptions;
  readonly #peers = new Set<SignalingPeer>();
  #timer: NodeJS.Timeout | undefined;
  #unfollow: (() => void) | null = null;

  constructor(options: CameraWatchOptions) {
    this.#options = options;
  }

  /** The cameras that publish, followed by the others. */
  states(): CameraState[] {
    const offline = new Map(this.#options.known().map((camera) => [camera.id, camera]));
    const live = this.#options.cameras.states();
    for (const camera of live) {
      // The camera keeps the name with which it began to publish, but the device may have been renamed.
      camera.name = offline.get(camera.id)?.name ?? camera.name;
      offline.delete(camera.id);
    }
    return [...live, ...offline.values()];
  }

  subscribe(peer: SignalingPeer): void {
    this.#peers.add(peer);
    this.#unfollow ??= this.#options.cameras.follow();
    this.#timer ??= setInterval(() => this.#notifyAll(), PERIOD);
  }

  unsubscribe(peer: SignalingPeer): void {
    this.#peers.delete(peer);
    if (this.#peers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #notifyAll(): void {
    const cameras = this.states();
    for (const peer of this.#peers) peer.notify({ notify: 'cameras', data: { cameras } });
  }
}
