/** Stations and cameras: paired with a short code, recognized by a token of their own, revoked at any time. */
import { EventEmitter } from 'node:events';
import { createHmac } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { difference } from '../audit/difference.ts';
import type { Database } from '../db/database.ts';
import { Device, PairingCode } from '../db/entities/device.ts';
import { RtspSource } from '../db/entities/rtsp-source.ts';
import type { Site } from '../db/entities/site.ts';
import { type Edited, type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import {
  type DeviceChange,
  type DeviceSettings,
  type DeviceView,
  type EncoderView,
  type NewEncoder,
  type NewPairing,
  type PairingView,
  type SiteOfDevice,
  UPRIGHT,
} from '../protocol/devices.ts';
import { PAIRING_LIMITS } from '../protocol/limits.ts';
import { MusterError } from '../protocol/error.ts';
import type { DeviceActor } from '../protocol/session.ts';
import type { CameraState } from '../protocol/signaling.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { allSites, requireSite, siteOf } from '../sites/site-service.ts';
import { isPublicKey } from '../crypto/p256.ts';
import { hashToken, newCode, newToken, normalizeCode } from '../crypto/token.ts';
import { requireTie, tieFault, untie } from './display-tie.ts';
import { rtspViewOf } from './rtsp-view.ts';

export interface DeviceServiceOptions {
  database: Database;
  keys: KeyRing;
  log: Logger;
  /** Settings of new devices, at the moment. A device from an earlier version takes the settings that it lacks from here too. */
  defaults: () => Pick<DeviceSettings, 'minGap' | 'minFace'>;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

interface DeviceEvents {
  /** After the commit: its connections must end. */
  'device.revoked': [{ deviceId: string }];
  /** After the commit: whatever its former token has opened must end. */
  'device.token-replaced': [{ deviceId: string }];
  /** After the commit: name or settings are new. */
  'device.changed': [DeviceActor];
}

/** `lastSeen` is written no more often than this, ms. */
const TOUCH = 60_000;

export class DeviceService extends EventEmitter<DeviceEvents> {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #defaults: () => Pick<DeviceSettings, 'minGap' | 'minFace'>;
  readonly #keys: KeyRing;
  readonly #now: () => number;
  /** Devices that are paired and not revoked, as this server knows them: doors must work while the database is away. */
  readonly #paired = new Map<string, { actor: DeviceActor; version: string; tokenHash: string | null }>();

  static async create(options: DeviceServiceOptions): Promise<DeviceService> {
    const service = new DeviceService(options);
    const em = options.database.fork();
    const devices = await em.find(Device, { revokedAt: null }, { orderBy: { pairedAt: 'asc' } });
    const sites = await allSites(em);
    for (const device of devices) service.#know(device, siteIn(sites, device));
    return service;
  }

  private constructor({ database, keys, log, defaults, now = Date.now }: DeviceServiceOptions) {
    super();
    this.#database = database;
    this.#log = log.child({ part: 'devices' });
    this.#defaults = defaults;
    this.#keys = keys;
    this.#now = now;
  }

  /** Every device that may publish, shown as an offline camera. Kept in memory, because it is read every second. */
  get cameras(): CameraState[] {
    return Array.from(this.#paired.values()).flatMap(({ actor }) =>
      hasCamera(actor) ? [offline(actor)] : [],
    );
  }

  /** A device as this server knows it; null when it is unknown or revoked. Needs no database. */
  door(id: string): DeviceActor | null {
    return this.#paired.get(id)?.actor ?? null;
  }

  /** All devices that this server knows. Needs no database. */
  *doors(): Iterable<DeviceActor> {
    for (const { actor } of this.#paired.values()) yield actor;
  }

  async list(): Promise<DeviceView[]> {
    const em = this.#database.fork();
    const devices = await em.find(Device, {}, { orderBy: { name: 'asc', pairedAt: 'asc' } });
    const sites = await allSites(em);
    const sources = new Map((await em.find(RtspSource, {})).map((source) => [source.deviceId, source]));
    return devices.map((device) => this.#viewOf(device, siteIn(sites, device), sources.get(device.id)));
  }

  /** Throws MusterError `not-found`. */
  async get(id: string): Promise<DeviceView> {
    const em = this.#database.fork();
    const device = await em.findOne(Device, { id });
    if (!device) throw new MusterError('not-found', 'There is no such device.');
    const source = await em.findOne(RtspSource, { deviceId: id });
    return this.#viewOf(device, await siteOf(em, device.siteId), source);
  }

  /** Throws MusterError `rate-limited` when too many codes are waiting. */
  async createPairing(
    input: Omit<NewPairing, 'siteId'> & { siteId?: string | null },
    by: { accountId: string },
  ): Promise<Omit<PairingView, 'addresses'>> {
    const now = this.#now();
    const code = newCode(PAIRING_LIMITS.codeLength);
    const expiresAt = new Date(now + PAIRING_LIMITS.codeLife);
    await this.#database.transaction(async (em) => {
      await em.nativeDelete(PairingCode, { expiresAt: { $lte: new Date(now) } });
      await requireSite(em, input.siteId ?? null);
      const { kind, siteId, settings } = input;
      await requireTie(em, { kind, siteId, station: settings.station });
      if ((await em.count(PairingCode)) >= PAIRING_LIMITS.openCodes) {
        throw new MusterError(
          'rate-limited',
          'Too many pairing codes are waiting: use them, or wait ten minutes.',
        );
      }
      em.create(PairingCode, {
        codeHash: this.#hashesOf(code)[0],
        kind: input.kind,
        name: input.name,
        siteId: input.siteId ?? null,
        settings: { ...this.defaultsOf(input.kind), ...input.settings },
        createdBy: by.accountId,
        createdAt: new Date(now),
        expiresAt,
      });
      await audit(em, { act: 'pairing.created', after: { kind: input.kind, name: input.name } });
    });
    this.#log.info(
      { event: 'pairing.created', kind: input.kind, accountId: by.accountId },
      'pairing code made',
    );
    return { code, expiresAt: expiresAt.toISOString() };
  }

  /** Uses up a code. The token goes into the cookie of the device and is stored nowhere else. Throws MusterError `not-found`. */
  async pair(code: string): Promise<{ actor: DeviceActor; token: string }> {
    const token = newToken();
    const now = new Date(this.#now());
    const { device, site } = await this.#database.transaction(async (em) => {
      let pairing: PairingCode | null = null;
      for (const codeHash of this.#hashesOf(normalizeCode(code))) {
        pairing ??= await em.findOne(PairingCode, { codeHash }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      }
      // The same answer for a wrong code and an expired code, so that a guess reveals nothing.
      if (!pairing || pairing.expiresAt <= now) {
        throw new MusterError('not-found', 'This code is wrong or out of date: ask for a new one.', {
          faults: [{ path: 'code', message: 'is wrong or out of date' }],
        });
      }
      await em.nativeDelete(PairingCode, { codeHash: pairing.codeHash });
      const { name, kind, siteId } = pairing;
      // The station may have gone since the code was made.
      const tied = (await tieFault(em, { kind, siteId, station: pairing.settings.station })) === null;
      const settings = tied ? pairing.settings : { ...pairing.settings, station: null };
      const device = em.create(Device, {
        name,
        kind,
        siteId,
        settings,
        tokenHash: hashToken(token),
        pairedAt: now,
        lastSeen: now,
        revokedAt: null,
      });
      await em.flush();
      await audit(em, { act: 'device.paired', object: objectOf(device.id), after: { kind, name } });
      return { device, site: await siteOf(em, siteId) };
    });
    const actor = this.#know(device, site);
    this.#log.info({ event: 'device.paired', deviceId: device.id, kind: device.kind }, 'device paired');
    return { actor, token };
  }

  /** Adds a program that publishes by WHIP. Its token is stored nowhere else. */
  async addEncoder({ name, siteId, settings }: NewEncoder): Promise<EncoderView> {
    const token = encoderToken();
    const now = new Date(this.#now());
    const { device, site } = await this.#database.transaction(async (em) => {
      await requireSite(em, siteId);
      await requireTie(em, { kind: 'encoder', siteId, station: settings.station });
      const device = em.create(Device, {
        name,
        kind: 'encoder',
        siteId,
        settings: { ...this.defaultsOf('encoder'), ...settings },
        tokenHash: hashToken(token),
        pairedAt: now,
        lastSeen: null,
        revokedAt: null,
      });
      await em.flush();
      await audit(em, {
        act: 'device.paired',
        object: objectOf(device.id),
        after: { kind: 'encoder', name },
      });
      return { device, site: await siteOf(em, siteId) };
    });
    this.#know(device, site);
    this.#log.info({ event: 'device.paired', deviceId: device.id, kind: device.kind }, 'device paired');
    return { device: this.#viewOf(device, site), token };
  }

  /** Throws MusterError `not-found` if there is no such encoder. */
  async replaceToken(id: string): Promise<EncoderView> {
    const token = encoderToken();
    const { device, site } = await this.#database.transaction(async (em) => {
      const found = await em.findOne(
        Device,
        { id, kind: 'encoder', revokedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!found) throw notFound();
      found.tokenHash = hashToken(token);
      await audit(em, { act: 'device.token-replaced', object: objectOf(id) });
      return { device: found, site: await siteOf(em, found.siteId) };
    });
    this.#log.info({ event: 'device.token-replaced', deviceId: id }, 'token of an encoder replaced');
    this.#know(device, site);
    this.emit('device.token-replaced', { deviceId: id });
    return { device: this.#viewOf(device, site), token };
  }

  /** The device of this token; null when the token is unknown or revoked. With `touch` false, `lastSeen` stays as it is. */
  async find(token: string, { touch = true }: { touch?: boolean } = {}): Promise<DeviceActor | null> {
    const em = this.#database.fork();
    const device = await em.findOne(Device, { tokenHash: hashToken(token), revokedAt: null });
    if (!device) return null;
    const now = this.#now();
    if (touch && Math.abs(now - (device.lastSeen?.getTime() ?? 0)) >= TOUCH) await this.seen([device.id]);
    return this.#actorOf(device, await siteOf(em, device.siteId));
  }

  /**
   * Where a device stands and the key that it has registered, also after it was revoked. Null for an unknown device.
   */
  async stationOf(
    id: string,
  ): Promise<{ door: DeviceActor; publicKey: Buffer | null; revoked: boolean } | null> {
    const em = this.#database.fork();
    const device = await em.findOne(Device, { id });
    if (!device) return null;
    const door = this.#actorOf(device, await siteOf(em, device.siteId));
    const publicKey = device.publicKey ? Buffer.from(device.publicKey) : null;
    return { door, publicKey, revoked: device.revokedAt !== null };
  }

  /**
   * Registers the key of a device. The first one stays for as long as the device is paired: who holds a copy of its cookie
   * must not replace it.
   *
   * @throws MusterError `conflict` if it has another one, `validation-failed` if the text is not a key
   */
  async registerKey(id: string, publicKey: Buffer): Promise<void> {
    if (!isPublicKey(publicKey)) {
      throw new MusterError('validation-failed', 'This is no public key.', {
        faults: [{ path: 'publicKey', message: 'is no point of P-256' }],
      });
    }
    const registered = await this.#database.transaction(async (em) => {
      const device = await em.findOne(
        Device,
        { id, revokedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!device) throw notFound();
      if (device.publicKey) {
        if (publicKey.equals(device.publicKey)) return false;
        throw new MusterError('conflict', 'This device has another key: pair it again.');
      }
      device.publicKey = publicKey;
      await audit(em, { act: 'device.key-registered', object: objectOf(id) });
      return true;
    });
    if (registered)
      this.#log.info({ event: 'device.key-registered', deviceId: id }, 'key of a device registered');
  }

  /** Records that a connection ended another one of the same device, or was refused because it could not prove its key. */
  async recordRival(
    id: string,
    {
      act,
      from,
      to,
    }: { act: 'device.displaced' | 'device.impersonated'; from: string | null; to: string | null },
  ): Promise<void> {
    await this.#database.transaction((em) => audit(em, { act, object: objectOf(id), after: { from, to } }));
    this.#log.warn({ event: act, deviceId: id, from, to }, 'a device is connected twice');
  }

  /** Records that these devices are connected now. */
  async seen(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#database
      .fork()
      .nativeUpdate(Device, { id: { $in: ids } }, { lastSeen: new Date(this.#now()) });
  }

  /** Throws MusterError `not-found`, `precondition-failed`. */
  async update(
    id: string,
    { name, siteId, settings }: DeviceChange,
    expected?: Expected,
  ): Promise<DeviceView> {
    const { device, site, source } = await this.#database.transaction(async (em) => {
      const found = await em.findOne(
        Device,
        { id, revokedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!found) throw notFound();
      await requireVersion(em, { version: this.#versionOf(found), expected, edited: edited(id) });
      const before = { name: found.name, siteId: found.siteId, ...found.settings };
      const place = await siteOf(em, found.siteId);
      if (name !== undefined) found.name = name;
      if (siteId !== undefined) {
        await requireSite(em, siteId);
        found.siteId = siteId;
      }
      const site = await siteOf(em, found.siteId);
      const moved = site.id !== place.id;
      found.settings = {
        ...found.settings,
        ...(moved && found.settings.station && { station: null }),
        ...settings,
      };
      await requireTie(em, { kind: found.kind, siteId: found.siteId, station: settings?.station });
      const changes = difference(before, { name: found.name, siteId: found.siteId, ...found.settings });
      await audit(em, { act: 'device.changed', object: objectOf(id), ...changes });
      const rtsp = await em.findOne(RtspSource, { deviceId: id });
      if (moved && found.kind === 'station') await untie(em, id);
      return { device: found, site, source: rtsp };
    });
    // It may have been revoked since the commit.
    const actor = this.#actorOf(device, site);
    if (this.#paired.has(id)) this.#know(device, site);
    this.#log.info({ event: 'device.changed', deviceId: id }, 'device changed');
    this.emit('device.changed', actor);
    return this.#viewOf(device, site, source);
  }

  /** Throws MusterError `not-found`, `precondition-failed`. */
  async revoke(id: string, expected?: Expected): Promise<void> {
    await this.#database.transaction(async (em) => {
      const found = await em.findOne(
        Device,
        { id, revokedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!found) throw notFound();
      await requireVersion(em, { version: this.#versionOf(found), expected, edited: edited(id) });
      found.revokedAt = new Date(this.#now());
      found.tokenHash = null;
      await em.nativeDelete(RtspSource, { deviceId: id });
      await audit(em, { act: 'device.revoked', object: objectOf(id) });
      if (found.kind === 'station') await untie(em, id);
    });
    this.#paired.delete(id);
    this.#log.info({ event: 'device.revoked', deviceId: id }, 'device revoked');
    this.emit('device.revoked', { deviceId: id });
  }

  /** Takes over what another server on this database has done with the device. */
  async refresh(id: string): Promise<void> {
    const em = this.#database.fork();
    const device = await em.findOne(Device, { id });
    const known = this.#paired.get(id);
    if (device && device.revokedAt === null) {
      const isNew = known?.version !== this.#versionOf(device);
      const replaced = known !== undefined && known.tokenHash !== hexOf(device);
      if (!isNew && !replaced) return;
      const actor = this.#know(device, await siteOf(em, device.siteId));
      if (known && isNew) this.emit('device.changed', actor);
      if (replaced) this.emit('device.token-replaced', { deviceId: id });
    } else if (known) {
      this.#paired.delete(id);
      this.#log.info({ event: 'device.revoked', deviceId: id }, 'device revoked at another server');
      this.emit('device.revoked', { deviceId: id });
    }
  }

  /** Tells the devices of a site that it has other rules or another time zone. */
  async siteChanged(siteId: string): Promise<void> {
    const em = this.#database.fork();
    const sites = await allSites(em);
    for (const device of await em.find(Device, { revokedAt: null })) {
      const site = siteIn(sites, device);
      if (site.id === siteId) this.emit('device.changed', this.#know(device, site));
    }
  }

  #know(device: Device, site: Site): DeviceActor {
    const actor = this.#actorOf(device, site);
    this.#paired.set(device.id, { actor, version: this.#versionOf(device), tokenHash: hexOf(device) });
    return actor;
  }

  #actorOf(device: Device, site: Site): DeviceActor {
    const { id, name, kind } = device;
    const settings = this.#settingsOf(device);
    return { kind: 'device', deviceId: id, name, deviceKind: kind, site: siteOfDevice(site), settings };
  }

  #viewOf(device: Device, site: Site, source?: RtspSource | null): DeviceView {
    const { id, name, kind, pairedAt, lastSeen, revokedAt } = device;
    return {
      id,
      version: this.#versionOf(device),
      name,
      kind,
      site: siteOfDevice(site),
      settings: this.#settingsOf(device),
      rtsp: source ? rtspViewOf(source) : null,
      pairedAt: pairedAt.toISOString(),
      lastSeen: lastSeen?.toISOString() ?? null,
      revokedAt: revokedAt?.toISOString() ?? null,
    };
  }

  #versionOf(device: Device): string {
    const { name, siteId, revokedAt } = device;
    return recordVersion({
      name,
      siteId: siteId ?? null,
      revoked: Boolean(revokedAt),
      settings: sorted(this.#settingsOf(device)),
    });
  }

  #settingsOf({ kind, settings }: Device): DeviceSettings {
    return { ...this.defaultsOf(kind), ...settings };
  }

  /** Settings of a new device. People stop in front of a display, and walk past a camera. */
  defaultsOf(kind: Device['kind']): DeviceSettings {
    const { minGap, minFace } = this.#defaults();
    return {
      mode: 'auto',
      minGap,
      minFace,
      mounting: UPRIGHT,
      zone: null,
      rate: null,
      hours: null,
      names: 'full',
      times: true,
      recentEvents: 5,
      sound: true,
      ownCamera: true,
      station: null,
      language: 'auto',
      wish: kind === 'station' ? 'kiosk' : 'corridor',
    };
  }

  /** First under the master key in use, then under the previous one while a rotation runs. */
  #hashesOf(code: string): [Buffer, ...Buffer[]] {
    const [now, ...before] = this.#keys.derived('pairing-code');
    const hash = (key: Buffer) => createHmac('sha256', key).update(code, 'utf8').digest();
    return [hash(now), ...before.map(hash)];
  }
}

/** Its beginning shows a scanner for leaked secrets, and a person, what this text is. */
function encoderToken(): string {
  return `muster_encoder_${newToken()}`;
}

function siteOfDevice({ id, name, timeZone, viewing }: Site): SiteOfDevice {
  return { id, name, timeZone, viewing };
}

/** @param sites all of them, oldest first */
function siteIn(sites: readonly Site[], { siteId }: Device): Site {
  return sites.find(({ id }) => id === siteId) ?? sites[0]!;
}

/** PostgreSQL keeps the fields of a JSON value in an order of its own, at any depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)]);
}

function edited(id: string): Edited {
  return { ...objectOf(id), acts: ['device.changed', 'device.revoked'] };
}

function objectOf(id: string) {
  return { kind: 'device' as const, id };
}

function hasCamera({ deviceKind, settings }: DeviceActor): boolean {
  return deviceKind !== 'station' || settings.ownCamera;
}

function offline({ deviceId: id, name, deviceKind, site, settings }: DeviceActor): CameraState {
  const purpose = deviceKind === 'station' ? 'station' : 'camera';
  const { mounting } = settings;
  const where = { id: site.id, name: site.name };
  return { id, name, purpose, status: 'offline', site: where, viewable: site.viewing, mounting };
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such device, or it was revoked.');
}

/** Of the hash of its token; null where it has none. */
function hexOf({ tokenHash }: Device): string | null {
  return tokenHash ? Buffer.from(tokenHash).toString('hex') : null;
}
