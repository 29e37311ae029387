import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CameraCapture } from '../session/camera-capture.ts';
import { reportUnexpected } from '../session/client-error.ts';

/**
 * The cameras of this machine, for an element that shows them. Browsers name them only after one of them has been allowed, so
 * the list is empty until the capture is live.
 */
export class CameraList implements ReactiveController {
  cameras: readonly MediaDeviceInfo[] = [];
  readonly #host: ReactiveControllerHost;
  readonly #capture: () => CameraCapture;
  #leave = () => {};

  constructor(host: ReactiveControllerHost, capture: () => CameraCapture) {
    this.#host = host;
    this.#capture = capture;
    host.addController(this);
  }

  hostConnected() {
    const capture = this.#capture();
    const list = () => {
      if (capture.state.value.state === 'live') this.#list().catch(reportUnexpected);
    };
    const stop = capture.state.subscribe(list);
    list();
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    mediaDevices?.addEventListener('devicechange', list);
    this.#leave = () => {
      stop();
      mediaDevices?.removeEventListener('devicechange', list);
    };
  }

  hostDisconnected() {
    this.#leave();
  }

  async #list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
    this.#host.requestUpdate();
  }
}
