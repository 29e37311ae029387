/** The encoders that publish by WHIP: at most one session of each, which ends when nothing comes any more. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Camera } from '../media/camera.ts';
import { identityOf } from '../media/camera-identity.ts';
import type { MediaPeer } from '../media/media-peer.ts';
import type { MediaServer } from '../media/media-server.ts';
import { type ErrorBody, MusterError } from '../protocol/error.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { writeAnswer } from './whip-answer.ts';
import { readOffer } from './whip-offer.ts';

export interface WhipLimits {
  /** A session is over when no packet has come for this long, ms. Some programs answer no consent checks of ICE. */
  silence: number;
  /** How often that is looked at, ms. */
  look: number;
}

export const WHIP_LIMITS: WhipLimits = { silence: 15_000, look: 2_500 };

export interface WhipSessionsOptions {
  media: Pick<MediaServer, 'join' | 'cameras' | 'on' | 'off'>;
  /** Shorter in tests. */
  limits?: Partial<WhipLimits>;
  log: Logger;
}

interface Session {
  id: string;
  peer: MediaPeer;
  camera: Camera;
  /** Bytes that had come at the last look, and since when there are no more, monotonic ms. */
  bytes: number;
  since: number;
}

export class WhipSessions {
  readonly #options: WhipSessionsOptions;
  readonly #limits: WhipLimits;
  readonly #log: Logger;
  /** By device. */
  readonly #sessions = new Map<string, Session>();
  readonly #opening = new Set<string>();
  /** Why the last session of a device ended, or could not begin; absent while one runs. */
  readonly #problems = new Map<string, ErrorBody>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  readonly #onRefused = (camera: Camera, error: MusterError) => {
    if (this.#sessions.get(camera.id)?.camera === camera) this.#problems.set(camera.id, error.toBody());
  };
  readonly #onLost = (peer: MediaPeer) => {
    for (const [deviceId, session] of this.#sessions) if (session.peer === peer) this.#end(deviceId, session);
  };

  constructor(options: WhipSessionsOptions) {
    this.#options = options;
    this.#limits = { ...WHIP_LIMITS, ...options.limits };
    this.#log = options.log.child({ part: 'whip' });
    options.media.cameras.on('camera.refused', this.#onRefused);
    options.media.on('peer.lost', this.#onLost);
    this.#timer = setInterval(() => void this.#look(), this.#limits.look).unref();
  }

  /** Devices that publish now. */
  get devices(): string[] {
    return [...this.#sessions.keys()];
  }

  /** What went wrong with the device last, until it publishes again. */
  problemOf(deviceId: string): ErrorBody | undefined {
    return this.#problems.get(deviceId);
  }

  /**
   * Begins a session, which replaces an earlier one of the device.
   *
   * @returns the id of the session and the SDP answer
   * @throws MusterError as `readOffer`; `conflict` while another one of the device begins; `media-unavailable`
   */
  async open(device: DeviceActor, offer: string): Promise<{ id: string; answer: string }> {
    const { deviceId } = device;
    if (this.#closed) throw new MusterError('media-unavailable', 'The server is closing.');
    if (this.#opening.has(deviceId)) {
      throw new MusterError('conflict', 'Another session of this encoder begins right now: try again.');
    }
    this.#opening.add(deviceId);
    try {
      const opened = await this.#open(device, offer);
      this.#problems.delete(deviceId);
      return opened;
    } catch (error) {
      if (error instanceof MusterError && error.code === 'video-unsupported') {
        this.#problems.set(deviceId, error.toBody());
      }
      throw error;
    } finally {
      this.#opening.delete(deviceId);
    }
  }

  /** Ends a session of the device. False if there is none of this id. */
  end(deviceId: string, id: string): boolean {
    const session = this.#sessions.get(deviceId);
    if (session?.id !== id) return false;
    this.#end(deviceId, session);
    return true;
  }

  /** Ends whatever session the device has: it was revoked, or has another token. */
  endOf(deviceId: string): void {
    const session = this.#sessions.get(deviceId);
    if (session) this.#end(deviceId, session);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#options.media.cameras.off('camera.refused', this.#onRefused);
    this.#options.media.off('peer.lost', this.#onLost);
    for (const [deviceId, session] of this.#sessions) this.#end(deviceId, session);
  }

  async #open(device: DeviceActor, sdp: string): Promise<{ id: string; answer: string }> {
    const { deviceId } = device;
    const id = randomUUID();
    const peer = await this.#options.media.join(id);
    try {
      const offer = readOffer(sdp, peer.ingestCapabilities, peer.h264);
      const transport = await peer.createTransport('ingest');
      await peer.connectTransport(transport.id, offer.dtlsParameters);
      const camera = await peer.produce(transport.id, offer.rtpParameters, identityOf(device));
      if (this.#closed || peer.closed) throw new MusterError('media-unavailable', 'The server is closing.');
      this.endOf(deviceId);
      const session: Session = { id, peer, camera, bytes: 0, since: performance.now() };
      this.#sessions.set(deviceId, session);
      camera.onClosed(() => this.#end(deviceId, session));
      const { mimeType } = offer.rtpParameters.codecs[0]!;
      this.#log.info({ event: 'whip.opened', deviceId, sessionId: id, mimeType }, 'an encoder publishes');
      return { id, answer: writeAnswer(offer, transport) };
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  #end(deviceId: string, session: Session): void {
    if (this.#sessions.get(deviceId) !== session) return;
    this.#sessions.delete(deviceId);
    session.peer.close();
    this.#log.info({ event: 'whip.ended', deviceId, sessionId: session.id }, 'an encoder publishes no more');
  }

  async #look(): Promise<void> {
    for (const [deviceId, session] of this.#sessions) {
      // An error means that it was closed in the meantime.
      const stats = await session.camera.producer.getStats().catch(() => []);
      const bytes = stats.reduce((sum, { byteCount }) => sum + byteCount, 0);
      const now = performance.now();
      if (bytes !== session.bytes) Object.assign(session, { bytes, since: now });
      else if (now - session.since >= this.#limits.silence) {
        this.#problems.set(
          deviceId,
          new MusterError('media-unavailable', 'Nothing came from this encoder for a while.').toBody(),
        );
        this.#end(deviceId, session);
      }
    }
  }
}
