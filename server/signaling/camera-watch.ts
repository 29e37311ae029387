import type { Cameras } from '../media/cameras.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export interface CameraWatchOptions {
  cameras: Cameras;
  /** All cameras that there are, by the name they have now, as `offline` rows. */
  known: () => CameraState[];
}

/** How often subscribers are told, ms. */
const PERIOD = 1_000;

/** Tells staff the live state of all cameras; costs nothing while nobody looks. */
export class CameraWatch {
  readonly #options: CameraWatchOptions;
  readonly #peers = new Set<SignalingPeer>();
  #timer: NodeJS.Timeout | undefined;
  #unfollow: (() => void) | null = null;

  constructor(options: CameraWatchOptions) {
    this.#options = options;
  }

  /** Publishing cameras first, then those that are only known. */
  states(): CameraState[] {
    const offline = new Map(this.#options.known().map((camera) => [camera.id, camera]));
    const live = this.#options.cameras.states();
    for (const camera of live) {
      // What publishes keeps the name it began with; the device may have been given another.
      camera.name = offline.get(camera.id)?.name ?? camera.name;
      offline.delete(camera.id);
    }
    return [...live, ...offline.values()];
  }

  subscribe(peer: SignalingPeer): void {
    this.#peers.add(peer);
    this.#unfollow ??= this.#options.cameras.follow();
    this.#timer ??= setInterval(() => this.#tell(), PERIOD);
  }

  unsubscribe(peer: SignalingPeer): void {
    this.#peers.delete(peer);
    if (this.#peers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #tell(): void {
    const cameras = this.states();
    for (const peer of this.#peers) peer.notify({ notify: 'cameras', data: { cameras } });
  }
}
