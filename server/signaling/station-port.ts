import type { ClaimKeyView } from '../protocol/claims.ts';

/** What the socket needs to know of devices; the composition root supplies it. */
export interface StationPort {
  /** The key that the device has registered; null where it has none. */
  keyOf(deviceId: string): Promise<Uint8Array | null>;
  /** Throws MusterError `conflict` where the device has another key. */
  registerKey(deviceId: string, publicKey: Uint8Array): Promise<ClaimKeyView>;
  /** A second connection ended the first (`device.displaced`), or could not prove to be the device (`device.impersonated`). */
  onRival(deviceId: string, rival: Rival): void;
}

interface Rival {
  act: 'device.displaced' | 'device.impersonated';
  /** Remote address of the first connection. */
  from: string | null;
  /** Remote address of the second. */
  to: string | null;
}
