/** A station that keeps claims while the server is away, with the code of the page. */
import { randomUUID } from 'node:crypto';
import { newDeviceKey, publicKeyOf } from '../../client/src/claims/claim-crypto.ts';
import { makeClaim } from '../../client/src/claims/claim.ts';
import type { ClaimAnswer, ClaimDelivery, ClaimKeyView, SignedClaim } from '#protocol/claims.ts';
import type { Pass } from '#protocol/signaling.ts';
import type { DataServices } from './data-services.ts';

export class KeepingStation {
  readonly deviceId: string;
  readonly deviceKey: CryptoKeyPair;
  readonly #services: DataServices;
  readonly #serverKey: ClaimKeyView;
  readonly #page = randomUUID();
  readonly #began: number;
  #sequence = 0;

  /** A station whose key is registered. `now`: when its page began, epoch ms. */
  static async open(services: DataServices, now: number, name?: string): Promise<KeepingStation> {
    const { deviceId } = await services.addDevice(name);
    const deviceKey = await newDeviceKey();
    await services.devices.registerKey(deviceId, Buffer.from(await publicKeyOf(deviceKey), 'base64url'));
    return new KeepingStation(services, deviceId, deviceKey, await services.claims.publicKey(), now);
  }

  private constructor(
    services: DataServices,
    deviceId: string,
    deviceKey: CryptoKeyPair,
    serverKey: ClaimKeyView,
    now: number,
  ) {
    this.#services = services;
    this.deviceId = deviceId;
    this.deviceKey = deviceKey;
    this.#serverKey = serverKey;
    this.#began = now;
  }

  /** Its clocks at a time of the server. The wall clock is an hour ahead. */
  clocks(at: number) {
    return { page: this.#page, wall: at + 3_600_000, monotonic: Math.max(0, at - this.#began) };
  }

  claim(
    pass: Pass,
    at: number,
    options: { claimId?: string; wall?: number; deviceKey?: CryptoKeyPair } = {},
  ): Promise<SignedClaim> {
    const { claimId = randomUUID(), wall = 0, deviceKey = this.deviceKey } = options;
    this.#sequence += 1;
    const made = this.clocks(at);
    return makeClaim(
      { deviceId: this.deviceId, deviceKey, serverKey: this.#serverKey },
      {
        claimId,
        sequence: this.#sequence,
        pass,
        made: { ...made, wall: made.wall + wall },
        anchor: { ...this.clocks(this.#began), server: this.#began },
      },
    );
  }

  delivery(claims: SignedClaim[], now: number): ClaimDelivery {
    return { device: this.deviceId, now: this.clocks(now), claims };
  }

  deliver(claims: SignedClaim[], now: number): Promise<ClaimAnswer[]> {
    return this.#services.claims.deliver(this.delivery(claims, now), this.#services.devices);
  }
}
