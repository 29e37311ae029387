import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Keeps the screen on while its host is in the page. A hidden page loses the lock and takes it again later. */
export class ScreenOn implements ReactiveController {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected() {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#take);
    this.#take();
  }

  hostDisconnected() {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#take);
    this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  readonly #take = () => {
    this.#acquire().catch(() => {
      // Refused on low battery or without support: the device's own settings decide then.
    });
  };

  async #acquire() {
    const { wakeLock } = navigator as { wakeLock?: Navigator['wakeLock'] };
    if (!wakeLock || document.visibilityState !== 'visible' || (this.#lock && !this.#lock.released)) return;
    const lock = await wakeLock.request('screen');
    if (this.#wanted) this.#lock = lock;
    else await lock.release();
  }
}
