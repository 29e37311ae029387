/**
 * Which connection is the device, where two say so with the same cookie. The newer one is, unless the older one has proved
 * that it holds the key of the device: then the newer one must prove it too. A copy of a cookie therefore never displaces
 * a station with a key, and the station displaces the copy. Without a key, the older page comes back by itself once the
 * newer one has gone (`takeOver: false`). Neither can go back and forth.
 */
import { isSignedBy } from '../crypto/p256.ts';
import { newToken } from '../crypto/token.ts';
import { CLOSE } from '../protocol/limits.ts';
import { MusterError } from '../protocol/error.ts';
import type { RequestData } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';
import type { StationPort } from './station-port.ts';

interface Connection {
  peer: SignalingPeer;
  page: string | undefined;
  proven: boolean;
}

interface Challenge {
  deviceId: string;
  text: string;
  publicKey: Uint8Array;
  page: string | undefined;
  /** The connection is admitted only when it has been completed. */
  needed: boolean;
}

export interface Greeting {
  challenge?: string;
  proofNeeded?: true;
}

export class DeviceConnections {
  readonly #stations: StationPort;
  readonly #current = new Map<string, Connection>();
  readonly #challenges = new Map<SignalingPeer, Challenge>();

  constructor(stations: StationPort) {
    this.#stations = stations;
  }

  /** IDs of the devices that are connected. */
  get ids(): string[] {
    return [...this.#current.keys()];
  }

  /** Throws MusterError `conflict` where another connection stays. */
  async greet(
    peer: SignalingPeer,
    deviceId: string,
    { page, takeOver = true }: Pick<RequestData<'hello'>, 'page' | 'takeOver'>,
  ): Promise<Greeting> {
    const publicKey = await this.#stations.keyOf(deviceId);
    if (peer.closed) return {};
    const older = this.#current.get(deviceId);
    const other = older !== undefined && (page === undefined || older.page !== page);
    if (other && !takeOver) {
      peer.close(CLOSE.replaced, 'connected elsewhere');
      throw new MusterError('conflict', 'This device is connected elsewhere.');
    }
    const needed = other && older.proven && publicKey !== null;
    if (!needed) this.#admit(peer, deviceId, { peer, page, proven: false });
    if (publicKey === null) return {};
    const text = newToken();
    this.#challenges.set(peer, { deviceId, text, publicKey, page, needed });
    return { challenge: text, ...(needed && { proofNeeded: true }) };
  }

  /** Throws MusterError `wrong-state` without a challenge, `forbidden` where the proof is wrong. */
  prove(peer: SignalingPeer, signature: Uint8Array): void {
    const challenge = this.#challenges.get(peer);
    if (!challenge) throw new MusterError('wrong-state', 'There is nothing to prove.');
    const { deviceId, text, publicKey, page } = challenge;
    if (!isSignedBy(publicKey, Buffer.from(`muster/prove/${deviceId}/${text}`, 'utf8'), signature)) {
      if (challenge.needed) peer.close(CLOSE.replaced, 'not proven');
      throw new MusterError('forbidden', 'This is not the key of this device.');
    }
    this.#challenges.delete(peer);
    const current = this.#current.get(deviceId);
    if (current?.peer === peer) current.proven = true;
    else this.#admit(peer, deviceId, { peer, page, proven: true });
  }

  /** Idempotent. */
  release(peer: SignalingPeer): void {
    const challenge = this.#challenges.get(peer);
    this.#challenges.delete(peer);
    if (challenge?.needed) {
      const from = this.#current.get(challenge.deviceId)?.peer.address ?? null;
      this.#stations.onRival(challenge.deviceId, { act: 'device.impersonated', from, to: peer.address });
    }
    for (const [deviceId, current] of this.#current) {
      if (current.peer === peer) this.#current.delete(deviceId);
    }
  }

  #admit(peer: SignalingPeer, deviceId: string, connection: Connection): void {
    const older = this.#current.get(deviceId);
    this.#current.set(deviceId, connection);
    peer.greet();
    if (!older) return;
    older.peer.notify({ notify: 'device.replaced', data: {} });
    older.peer.close(CLOSE.replaced, 'connected from elsewhere');
    // The same page after a network fault is not another station.
    if (connection.page !== undefined && older.page === connection.page) return;
    const [from, to] = [older.peer.address, peer.address];
    this.#stations.onRival(deviceId, { act: 'device.displaced', from, to });
  }
}
