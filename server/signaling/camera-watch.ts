import type { Cameras } from '../media/cameras.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export interface CameraWatchOptions {
  cameras: Cameras;
  /** All cameras with what is known of their devices, and the status `offline`. */
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
    const known = new Map(this.#options.known().map((camera) => [camera.id, camera]));
    const live = this.#options.cameras.states().map((camera): CameraState => {
      const device = known.get(camera.id);
      known.delete(camera.id);
      return device ? ofDevice(device, camera) : camera;
    });
    return [...live, ...known.values()];
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

/** The camera keeps the name with which it began to publish, but the device may have been renamed. */
function ofDevice(device: CameraState, camera: CameraState): CameraState {
  return { ...device, ...camera, name: device.name };
}
