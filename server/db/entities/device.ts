import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { DeviceKind, DeviceSettings } from '../../protocol/devices.ts';
import { Account } from './account.ts';

/** A browser that was paired to be a station or a camera. Revoked ones stay: punches refer to them. */
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
    settings: p.json<DeviceSettings>(),
    /** SHA-256 of the credential in the device's cookie; null once revoked. */
    tokenHash: p.blob().nullable().unique('device_token_hash'),
    pairedAt: p.datetime(3).onCreate(() => new Date()),
    lastSeen: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
});
export type Device = InferEntity<typeof Device>;

/** A code that waits to be typed into a device; deleted when used or out of date. */
export const PairingCode = defineEntity({
  name: 'PairingCode',
  tableName: 'pairing_code',
  properties: {
    /** Keyed hash of the code: eight characters alone would be found again by trying. */
    codeHash: p.blob().primary(),
    kind: p.text().$type<DeviceKind>(),
    name: p.text(),
    settings: p.json<DeviceSettings>(),
    createdBy: p.manyToOne(Account).mapToPk().joinColumn('created_by').deleteRule('cascade'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    expiresAt: p.datetime(3).index('pairing_code_expires'),
  },
});
export type PairingCode = InferEntity<typeof PairingCode>;
