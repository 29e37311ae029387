/** Adds and changes cameras that are fetched by RTSP. Name, password and path are sealed by the master key. */
import { EventEmitter } from 'node:events';
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import type { Database, Em } from '../db/database.ts';
import { Device } from '../db/entities/device.ts';
import { RtspSource } from '../db/entities/rtsp-source.ts';
import type { DeviceService } from '../devices/device-service.ts';
import { requireTie } from '../devices/display-tie.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { DeviceView, NewRtspCamera } from '../protocol/devices.ts';
import { MusterError } from '../protocol/error.ts';
import type { RtspSourceChange, RtspTransport } from '../protocol/rtsp.ts';
import { requireSite } from '../sites/site-service.ts';
import { type CameraAddress, parseCameraAddress, shownAddress } from './camera-address.ts';
import { RtspFault } from './rtsp-fault.ts';

export interface RtspServiceOptions {
  database: Database;
  keys: Pick<KeyRing, 'seal' | 'open'>;
  devices: Pick<DeviceService, 'defaultsOf' | 'get' | 'refresh'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** Each is a program of its own on every server that may fetch it. */
export const MOST_RTSP_CAMERAS = 100;

interface RtspEvents {
  /** After the commit: a camera was added, or is somewhere else. */
  'source.changed': [{ deviceId: string }];
}

export class RtspService extends EventEmitter<RtspEvents> {
  readonly #database: Database;
  readonly #keys: RtspServiceOptions['keys'];
  readonly #devices: RtspServiceOptions['devices'];
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, keys, devices, log, now = Date.now }: RtspServiceOptions) {
    super();
    this.#database = database;
    this.#keys = keys;
    this.#devices = devices;
    this.#log = log.child({ part: 'rtsp' });
    this.#now = now;
  }

  /** Throws MusterError `conflict` where there are too many. */
  async add({
    name,
    siteId = null,
    settings = {},
    transport,
    ...source
  }: Omit<NewRtspCamera, 'siteId' | 'settings'> & Partial<NewRtspCamera>): Promise<DeviceView> {
    const camera = checked(parseCameraAddress(source.address, source));
    const id = await this.#database.transaction(async (em) => {
      await requireSite(em, siteId);
      await requireTie(em, { kind: 'camera', siteId, station: settings.station });
      if ((await em.count(RtspSource)) >= MOST_RTSP_CAMERAS) {
        throw new MusterError('conflict', `There are ${MOST_RTSP_CAMERAS} RTSP cameras: remove one first.`);
      }
      const device = em.create(Device, {
        name,
        kind: 'camera',
        siteId,
        settings: { ...this.#devices.defaultsOf('camera'), ...settings },
        tokenHash: null,
        publicKey: null,
        pairedAt: new Date(this.#now()),
        lastSeen: null,
        revokedAt: null,
      });
      await em.flush();
      em.create(RtspSource, {
        deviceId: device.id,
        transport,
        ...(await this.#sealed(em, device.id, camera)),
        holder: null,
        heldUntil: null,
        problem: null,
        detail: null,
        since: new Date(this.#now()),
      });
      await em.flush();
      const after = { name, address: shownAddress(camera), transport };
      await audit(em, { act: 'device.added', object: { kind: 'device', id: device.id }, after });
      return device.id;
    });
    return await this.#changed(id);
  }

  /**
   * Changes where a camera is. Name and password stay only on the host that they were written for: whoever may write an
   * address must not have the password of a camera sent to a host of their own.
   *
   * @throws MusterError `not-found`
   */
  async change(id: string, change: RtspSourceChange): Promise<DeviceView> {
    await this.#database.transaction(async (em) => {
      const source = await em.findOne(RtspSource, { deviceId: id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!source) throw new MusterError('not-found', 'There is no such RTSP camera.');
      const before = { address: source.shown, transport: source.transport };
      const { transport = source.transport, address } = change;
      if (address !== undefined || change.user !== undefined || change.password !== undefined) {
        const known = await this.open(source).catch((error: unknown) => {
          // It is being entered again.
          if (error instanceof RtspFault && address !== undefined) return null;
          throw error;
        });
        Object.assign(source, await this.#sealed(em, id, checked(changed(known, change))));
      }
      source.transport = transport;
      source.revision += 1;
      source.since = new Date(this.#now());
      const after = { address: source.shown, transport };
      await audit(em, { act: 'device.source-changed', object: { kind: 'device', id }, before, after });
    });
    return await this.#changed(id);
  }

  /** @throws RtspFault `not-readable` where the master key does not open it */
  async open({ deviceId, masterKeyId, sealed }: RtspSource): Promise<CameraAddress> {
    try {
      const text = await this.#keys.open('rtspSource', [deviceId], masterKeyId, sealed);
      return JSON.parse(text.toString('utf8')) as CameraAddress;
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      throw new RtspFault('not-readable', null, { cause: error });
    }
  }

  /** What a server needs to fetch a camera. Throws RtspFault. */
  async sourceOf(deviceId: string): Promise<{ camera: CameraAddress; transport: RtspTransport }> {
    const source = await this.#database.fork().findOne(RtspSource, { deviceId });
    if (!source) throw new RtspFault('failed', null, { reason: 'the camera was removed' });
    return { camera: await this.open(source), transport: source.transport };
  }

  async #sealed(em: Em, id: string, camera: CameraAddress) {
    const secret = Buffer.from(JSON.stringify(camera), 'utf8');
    return {
      shown: shownAddress(camera),
      hasCredentials: camera.user !== '' || camera.password !== '',
      ...(await this.#keys.seal(em, 'rtspSource', [id], secret)),
    };
  }

  async #changed(deviceId: string): Promise<DeviceView> {
    await this.#devices.refresh(deviceId);
    this.#log.info({ event: 'rtsp.source-changed', deviceId }, 'an RTSP camera is new, or somewhere else');
    this.emit('source.changed', { deviceId });
    return await this.#devices.get(deviceId);
  }
}

function changed(known: CameraAddress | null, { address, user, password }: RtspSourceChange): CameraAddress {
  const next = address === undefined ? known : parseCameraAddress(address);
  if (!next) throw new TypeError('without an address, the stored one is known');
  const same = known?.host === next.host;
  const own = next.user !== '' || next.password !== '';
  const kept = same && !own ? known : next;
  return { ...next, user: user ?? kept.user, password: password ?? kept.password };
}

/** Port 0 is one that a program chooses, and no camera. */
function checked(camera: CameraAddress): CameraAddress {
  if (camera.port !== 0) return camera;
  throw new MusterError('validation-failed', 'The address has no usable port.', {
    faults: [{ path: 'address', message: 'has no usable port' }],
  });
}
