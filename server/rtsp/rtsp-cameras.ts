/**
 * All RTSP cameras that this server fetches. Of several servers on one database each camera has one, which renews its claim
 * on it; another one takes over what is not renewed.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Database } from '../db/database.ts';
import { identityOf } from '../media/camera-identity.ts';
import type { MediaServer } from '../media/media-server.ts';
import type { PictureLimit } from '../media/picture-size.ts';
import type { DeviceActor } from '../protocol/session.ts';
import type { RtspState } from '../protocol/rtsp.ts';
import { AllowedAddresses } from './allowed-addresses.ts';
import { RtspCamera, type RtspLimits } from './rtsp-camera.ts';
import type { RtspFault } from './rtsp-fault.ts';
import type { RtspService } from './rtsp-service.ts';

export interface RtspCamerasOptions {
  config: { allow: readonly string[]; ffmpeg: string | undefined };
  database: Database;
  service: RtspService;
  media: Pick<MediaServer, 'join' | 'cameras'>;
  door: (deviceId: string) => DeviceActor | null;
  pictureLimit: PictureLimit;
  /** Shorter in tests. */
  limits?: Partial<RtspLimits>;
  log: Logger;
}

interface Fetched {
  revision: number;
  camera: RtspCamera;
  /** What the database has to be told. */
  news: { state: RtspState; fault: RtspFault | null } | null;
}

/** How often claims are renewed, and changes of other servers and of commands are found, ms. */
const PERIOD = 3_000;
/** A claim that was not renewed for this long is over, ms. */
export const RTSP_CLAIM = 12_000;

export class RtspCameras {
  readonly #options: RtspCamerasOptions;
  readonly #allowed: AllowedAddresses;
  readonly #log: Logger;
  /** Of this run of the server. */
  readonly #holder = randomUUID();
  readonly #cameras = new Map<string, Fetched>();
  readonly #queue = new SerialQueue();
  readonly #timer: NodeJS.Timeout;
  readonly #onChanged = () => void this.look();
  #closed = false;
  #failing = false;

  constructor(options: RtspCamerasOptions) {
    this.#options = options;
    this.#allowed = new AllowedAddresses(options.config.allow);
    this.#log = options.log.child({ part: 'rtsp' });
    options.service.on('source.changed', this.#onChanged);
    this.#timer = setInterval(this.#onChanged, PERIOD).unref();
    void this.look();
  }

  /** Devices whose pictures arrive here. */
  get running(): string[] {
    return [...this.#cameras].flatMap(([id, { camera }]) => (camera.running ? [id] : []));
  }

  /** The programs that fetch them, for tests. */
  get pids(): number[] {
    return [...this.#cameras.values()].flatMap(({ camera }) => camera.pid ?? []);
  }

  /** Takes over what is new, and ends what is gone. Never rejects. */
  look(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#closed) return;
      try {
        await this.#follow(await this.#claim());
        for (const id of this.#cameras.keys()) await this.#tell(id);
        this.#failing = false;
      } catch (error) {
        // What runs goes on: doors work while the database is away.
        if (!this.#failing) {
          this.#log.warn(
            { event: 'rtsp.not-looked', err: error },
            'changes of RTSP cameras are not known yet',
          );
        }
        this.#failing = true;
      }
    });
  }

  /** Idempotent; resolves when no program of it runs any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#options.service.off('source.changed', this.#onChanged);
    await this.#queue.idle();
    await Promise.all(Array.from(this.#cameras.values(), ({ camera }) => camera.close()));
    await this.#options.database
      .fork()
      .execute(
        `update rtsp_source set holder = null, held_until = null, state = 'waiting', since = now() where holder = ?`,
        [this.#holder],
      )
      .catch((error: unknown) =>
        this.#log.warn({ event: 'rtsp.not-released', err: error }, 'another server waits a little longer'),
      );
  }

  async #claim(): Promise<{ id: string; revision: number }[]> {
    return await this.#options.database.fork().execute<{ id: string; revision: number }[]>(
      `update rtsp_source s set holder = ?, held_until = now() + ? * interval '1 ms'
       from device d
       where d.id = s.device_id and d.revoked_at is null
         and (s.holder = ? or s.holder is null or s.held_until < now())
       returning s.device_id id, s.revision`,
      [this.#holder, RTSP_CLAIM, this.#holder],
    );
  }

  async #follow(claimed: { id: string; revision: number }[]): Promise<void> {
    const wanted = new Map(claimed.map(({ id, revision }) => [id, revision]));
    const over = [...this.#cameras].filter(([id, { revision }]) => wanted.get(id) !== revision);
    for (const [id] of over) this.#cameras.delete(id);
    await Promise.all(over.map(([, { camera }]) => camera.close()));
    for (const [id, revision] of wanted) {
      // Known a moment later where another server or a command has added it.
      if (this.#cameras.has(id) || !this.#options.door(id)) continue;
      let last: RtspFault | null = null;
      const fetched: Omit<Fetched, 'camera'> & { camera?: RtspCamera } = { revision, news: null };
      fetched.camera = this.#open(id, (state, fault) => {
        // While it is tried again, the reason of the last end stays.
        if (state !== 'connecting') last = fault;
        fetched.news = { state, fault: last };
        void this.#queue.run(() => this.#tell(id).catch(() => {}));
      });
      this.#cameras.set(id, fetched as Fetched);
    }
  }

  #open(id: string, onState: (state: RtspState, fault: RtspFault | null) => void): RtspCamera {
    const { config, service, media, door, pictureLimit, limits } = this.#options;
    return new RtspCamera({
      id,
      source: () => service.sourceOf(id),
      identity: () => {
        const device = door(id);
        return device && identityOf(device);
      },
      media,
      allowed: this.#allowed,
      program: config.ffmpeg ?? 'ffmpeg',
      pictureLimit,
      onState,
      limits,
      log: this.#log,
    });
  }

  /** Writes how a camera fares, unless it is written; tried again with the next look. */
  async #tell(id: string): Promise<void> {
    const fetched = this.#cameras.get(id);
    if (!fetched?.news) return;
    const { news } = fetched;
    await this.#options.database.fork().execute(
      `update rtsp_source set state = ?, problem = ?::text, detail = ?::text, since = now()
       where device_id = ? and holder = ?`,
      [news.state, news.fault?.problem ?? null, news.fault?.detail ?? null, id, this.#holder],
    );
    if (fetched.news === news) fetched.news = null;
  }
}
