import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { DeviceKind, DeviceSettings } from '../../protocol/devices.ts';
import { Account } from './account.ts';
import { Site } from './site.ts';

/** A browser paired as a station or camera. Revoked devices keep their rows because punches refer to them. */
export const Device = defineEntity({
  name: 'Device',
  tableName: 'device',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    kind: p.text().$type<DeviceKind>(),
    /** Where it stands; null for the default site. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    settings: p.json<DeviceSettings>(),
    /** SHA-256 of the token in the device's cookie; null after revocation. */
    tokenHash: p.blob().nullable().unique('device_token_hash'),
    /** P-256, uncompressed: signs its claims, and tells it from a copy of its cookie. Null until it has registered one. */
    publicKey: p.blob().nullable(),
    pairedAt: p.datetime(3).onCreate(() => new Date()),
    lastSeen: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
});
export type Device = InferEntity<typeof Device>;

/** A code to be typed into a device for pairing; deleted when it is used or has expired. */
export const PairingCode = defineEntity({
  name: 'PairingCode',
  tableName: 'pairing_code',
  properties: {
    /** Keyed hash of the code, because a plain hash of eight characters could be reversed by trying all codes. */
    codeHash: p.blob().primary(),
    kind: p.text().$type<DeviceKind>(),
    name: p.text(),
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('cascade').nullable(),
    settings: p.json<DeviceSettings>(),
    createdBy: p.manyToOne(Account).mapToPk().joinColumn('created_by').deleteRule('cascade'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    expiresAt: p.datetime(3).index('pairing_code_expires'),
  },
});
export type PairingCode = InferEntity<typeof PairingCode>;
