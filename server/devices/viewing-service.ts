/** Watching cameras live: whose camera may be watched, and the record of who watched which. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { MusterError } from '../protocol/error.ts';
import { VIEW_LIMITS } from '../protocol/limits.ts';
import type { DeviceService } from './device-service.ts';

export interface ViewingServiceOptions {
  database: Database;
  devices: Pick<DeviceService, 'door'>;
  log: Logger;
  /** Monotonic ms; replaced in tests. */
  now?: () => number;
}

/** One account that watches one camera, maybe in several windows. */
interface Session {
  views: number;
  /** When the last view ended, monotonic ms. */
  endedAt: number;
  /** Its event in the audit trail, written or on its way; null where that has failed. */
  recorded: Promise<void> | null;
}

export class ViewingService {
  readonly #database: Database;
  readonly #devices: Pick<DeviceService, 'door'>;
  readonly #log: Logger;
  readonly #now: () => number;
  /** By account and camera. Those that ended long ago are removed with the next one. */
  readonly #sessions = new Map<string, Session>();

  constructor({ database, devices, log, now = () => performance.now() }: ViewingServiceOptions) {
    this.#database = database;
    this.#devices = devices;
    this.#log = log.child({ part: 'viewing' });
    this.#now = now;
  }

  /** Whether the camera belongs to a device, and viewing is on at its site. An enrollment is never viewed. */
  mayView(cameraId: string): boolean {
    return this.#devices.door(cameraId)?.site.viewing === true;
  }

  /**
   * Records that the account watches the camera from now on, until the returned function is called. What continues within
   * `VIEW_LIMITS.sameSession` is not recorded again. Without the record there is no picture: rejects where the database
   * takes nothing.
   *
   * @throws MusterError `not-found`; `viewing-off` where it is switched off at the site
   */
  async begin(viewer: { accountId: string }, cameraId: string): Promise<() => void> {
    if (!this.#devices.door(cameraId)) throw new MusterError('not-found', 'There is no such camera.');
    if (!this.mayView(cameraId)) throw viewingOff();
    const key = `${viewer.accountId}/${cameraId}`;
    this.#forgetOld();
    const session = this.#sessions.get(key) ?? { views: 0, endedAt: -Infinity, recorded: null };
    this.#sessions.set(key, session);
    session.recorded ??= this.#record(viewer, cameraId);
    session.views += 1;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      session.views -= 1;
      session.endedAt = this.#now();
    };
    try {
      await session.recorded;
    } catch (error) {
      session.recorded = null;
      end();
      throw error;
    }
    return end;
  }

  async #record({ accountId }: { accountId: string }, cameraId: string): Promise<void> {
    await this.#database.transaction((em) =>
      audit(em, { act: 'camera.viewed', object: { kind: 'device', id: cameraId } }),
    );
    this.#log.info({ event: 'camera.viewed', cameraId, accountId }, 'somebody watches a camera');
  }

  #forgetOld(): void {
    const now = this.#now();
    for (const [key, { views, endedAt }] of this.#sessions) {
      if (views === 0 && now - endedAt >= VIEW_LIMITS.sameSession) this.#sessions.delete(key);
    }
  }
}

function viewingOff(): MusterError {
  return new MusterError('viewing-off', 'Watching cameras is switched off at this site.');
}
