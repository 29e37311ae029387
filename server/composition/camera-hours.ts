/** Lets analyzers watch each camera in its hours only, and tells its device. An enrollment has no hours. */
import type { Logger } from 'pino';
import type { CameraSource } from '../media/camera-source.ts';
import type { DeviceActor } from '../protocol/session.ts';
import type { CameraHours } from '../protocol/signaling.ts';
import { recognizingAt } from '../devices/recognition-hours.ts';

/** As much of a camera as this uses. */
export interface HourlyCamera {
  readonly id: string;
  readonly source: CameraSource;
  resting: boolean;
}

export interface CameraHoursOptions<C extends HourlyCamera> {
  /** Those that publish. */
  cameras: { list(): C[] };
  analyzers: { watch(source: CameraSource): void; unwatch(cameraId: string): void };
  /** The device of a camera; null for an enrollment. */
  door: (cameraId: string) => DeviceActor | null;
  tell: (camera: C, hours: CameraHours) => void;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** How often the clock is looked at, ms. Not once at each change: the clock of the server may be set. */
const PERIOD = 5_000;

export class CameraHoursKeeper<C extends HourlyCamera> {
  readonly #options: CameraHoursOptions<C>;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  /** What each camera's device was told last, as JSON. */
  readonly #told = new WeakMap<C, string>();

  constructor(options: CameraHoursOptions<C>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#timer = setInterval(() => this.look(), PERIOD).unref();
  }

  /** The camera has begun to publish. */
  added(camera: C): void {
    const hours = this.#hoursOf(camera);
    camera.resting = !hours.recognizes;
    if (hours.recognizes) this.#options.analyzers.watch(camera.source);
    this.#tell(camera, hours);
  }

  /** Follows the clock, or new settings of a device. */
  look(): void {
    for (const camera of this.#options.cameras.list()) this.#follow(camera);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #follow(camera: C): void {
    const hours = this.#hoursOf(camera);
    const { analyzers, log } = this.#options;
    if (camera.resting === hours.recognizes) {
      camera.resting = !hours.recognizes;
      if (hours.recognizes) analyzers.watch(camera.source);
      else analyzers.unwatch(camera.id);
      const event = hours.recognizes ? 'camera.hours-began' : 'camera.hours-ended';
      log.info({ event, cameraId: camera.id }, 'the hours of a camera began or ended');
    }
    this.#tell(camera, hours);
  }

  #hoursOf(camera: C): CameraHours {
    const door = this.#options.door(camera.id);
    if (!door) return { recognizes: true, until: null };
    const { now, until } = recognizingAt(door.settings.hours, door.site.timeZone, this.#now());
    return { recognizes: now, until: until === null ? null : new Date(until).toISOString() };
  }

  #tell(camera: C, hours: CameraHours): void {
    const text = JSON.stringify(hours);
    if (this.#told.get(camera) === text) return;
    this.#told.set(camera, text);
    this.#options.tell(camera, hours);
  }
}
