import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { auditContext } from '../audit/audit-context.ts';
import type { Camera } from '../media/camera.ts';
import type { MediaPeer } from '../media/media-peer.ts';
import type { MediaServer } from '../media/media-server.ts';
import { publicTrouble } from '../db/failure.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrollmentState } from '../protocol/results.ts';
import type { Actor, DeviceActor } from '../protocol/session.ts';
import type {
  CameraHours,
  CameraState,
  Method,
  Replies,
  Reply,
  Request,
  RequestData,
} from '../protocol/signaling.ts';
import { CLOSE, SOCKET_LIMITS } from '../protocol/limits.ts';
import { addressOf, type AddressReader } from '../perimeter/client-address.ts';
import { CameraViewing } from './camera-viewing.ts';
import { CameraWatch } from './camera-watch.ts';
import type { EnrollmentPort } from './enrollment-port.ts';
import { createHandlers, type Handlers, type HandlerServices } from './handlers.ts';
import { DeviceConnections, type Greeting } from './device-connections.ts';
import { closeInTime } from './close-in-time.ts';
import { type PresencePort, PresenceWatch } from './presence-watch.ts';
import type { StationPort } from './station-port.ts';
import type { ViewingPort } from './viewing-port.ts';
import { isPermitted } from './permissions.ts';
import { actorKey, SessionChecks } from './session-checks.ts';
import { internalError, SignalingPeer, type SocketLimits } from './signaling-peer.ts';
import { UpgradeGate } from './upgrade-gate.ts';

export interface SignalingServerOptions {
  servers: readonly Server[];
  path: string;
  /**
   * The actor of a request; null refuses it with 401 before the upgrade. It is called again with the same request for as
   * long as the socket is open, so it must not count as activity: the session of an idle open page must expire.
   */
  authenticate: (request: IncomingMessage) => Promise<Actor | null>;
  /** See `addressReader`; by default, the remote address is the other end of the connection. */
  readAddress?: AddressReader;
  /** Whether the origin of a request is allowed; false refuses it with 403 before the upgrade. */
  originAllowed: (request: IncomingMessage) => boolean;
  media: MediaServer;
  enrollment: EnrollmentPort;
  identify: HandlerServices['identify'];
  tellApart: HandlerServices['tellApart'];
  state: HandlerServices['state'];
  stations: StationPort;
  presence: PresencePort;
  viewing: ViewingPort;
  /** All paired devices with the status `offline`, for those that do not publish. Default: none. */
  knownCameras?: () => CameraState[];
  /** Shorter limits for tests. */
  limits?: Partial<SocketLimits>;
  log: Logger;
}

/** WebSocket close code of RFC 6455 for a server that stops. */
const GOING_AWAY = 1001;

/** All WebSockets of this server: admits them, checks what they are allowed to request, and notifies them. */
export class SignalingServer {
  readonly #options: SignalingServerOptions;
  readonly #log: Logger;
  readonly #limits: SocketLimits;
  readonly #gate: UpgradeGate;
  readonly #watch: CameraWatch;
  readonly #viewing: CameraViewing;
  readonly #presence: PresenceWatch;
  readonly #checks: SessionChecks;
  readonly #handlers: Handlers;
  readonly #peers = new Map<string, SignalingPeer>();
  readonly #devices: DeviceConnections;
  readonly #heartbeat: NodeJS.Timeout;
  #closing: Promise<void> | null = null;

  static async create(options: SignalingServerOptions): Promise<SignalingServer> {
    return new SignalingServer(options);
  }

  private constructor(options: SignalingServerOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'signaling' });
    this.#limits = { ...SOCKET_LIMITS, ...options.limits };
    this.#watch = new CameraWatch({
      cameras: options.media.cameras,
      known: options.knownCameras ?? (() => []),
    });
    const beat = this.#limits.silenceTimeout / 3;
    this.#viewing = new CameraViewing({
      cameras: options.media.cameras,
      viewers: options.media.viewers,
      port: options.viewing,
    });
    this.#presence = new PresenceWatch(options.presence);
    this.#checks = new SessionChecks({
      period: this.#limits.sessionCheck,
      beat,
      onEnded: (peer) => this.#expel(peer),
      onChanged: (peer, actor) => this.#rename(peer, actor),
      log: this.#log,
    });
    this.#devices = new DeviceConnections(options.stations);
    this.#handlers = createHandlers({
      media: options.media,
      enrollment: options.enrollment,
      identify: options.identify,
      tellApart: options.tellApart,
      state: options.state,
      greet: (peer, hello) => this.#greet(peer, hello),
      prove: (peer, signature) => this.#devices.prove(peer, signature),
      registerKey: (station, publicKey) => options.stations.registerKey(station.deviceId, publicKey),
      cameras: this.#watch,
      viewing: this.#viewing,
      presence: this.#presence,
    });
    this.#gate = new UpgradeGate({
      servers: options.servers,
      path: options.path,
      maxMessageBytes: this.#limits.maxMessageBytes,
      readAddress: options.readAddress,
      originAllowed: options.originAllowed,
      authenticate: options.authenticate,
      onConnection: (socket, actor, request) => this.#connect(socket, actor, request),
      log: this.#log,
    });
    this.#heartbeat = setInterval(() => {
      for (const peer of this.#peers.values()) peer.beat();
      this.#checks.beat();
    }, beat);
    options.media.on('peer.lost', this.#onLost);
    options.media.cameras.on('camera.silent', this.#onSilent);
    options.media.cameras.on('camera.refused', this.#onRefused);
    options.media.cameras.on('camera.small-layer', this.#onSmallLayer);
    options.enrollment.on('state.changed', this.#onEnrollment);
  }

  get connections(): number {
    return this.#peers.size;
  }

  /** IDs of the devices that are connected now. */
  get devices(): string[] {
    return this.#devices.ids;
  }

  /** Notifies and disconnects a revoked device. Does nothing if it is not connected. */
  disconnectDevice(deviceId: string): void {
    for (const peer of this.#ofDevice(deviceId)) this.#expel(peer);
  }

  /** Sends new settings to a device, and updates its name. Ends the views of it that its site allows no more. */
  pushDevice(device: DeviceActor): void {
    this.#viewing.review();
    for (const peer of this.#ofDevice(device.deviceId)) this.#rename(peer, device);
  }

  /** Tells the device of this camera whether anybody is recognized now. */
  pushHours(camera: Camera, hours: CameraHours): void {
    this.#publisherOf(camera)?.notify({ notify: 'camera.hours', data: hours });
  }

  /** Ends the sockets of all sessions of this account that have ended; the sockets of other sessions stay open. */
  recheckAccount(accountId: string): void {
    for (const peer of this.#of((actor) => actor.kind === 'account' && actor.accountId === accountId)) {
      this.#checks.ask(peer);
    }
  }

  /** Ends the sockets of an invitation that has ended, or that another phone has opened. */
  recheckInvitation(invitationId: string): void {
    for (const peer of this.#of((a) => a.kind === 'invitation' && a.invitationId === invitationId)) {
      this.#checks.ask(peer);
    }
  }

  /** Admits no more sockets, notifies all peers, and resolves when all connections have ended. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#gate.close();
    clearInterval(this.#heartbeat);
    this.#options.media.off('peer.lost', this.#onLost);
    this.#options.media.cameras.off('camera.silent', this.#onSilent);
    this.#options.media.cameras.off('camera.refused', this.#onRefused);
    this.#options.media.cameras.off('camera.small-layer', this.#onSmallLayer);
    this.#options.enrollment.off('state.changed', this.#onEnrollment);
    const peers = [...this.#peers.values()];
    for (const peer of peers) {
      peer.notify({ notify: 'server.closing', data: {} });
      peer.close(GOING_AWAY, 'server closing');
    }
    await Promise.all(peers.map((peer) => peer.gone()));
  }

  #connect(socket: WebSocket, actor: Actor, request: IncomingMessage): void {
    const others = this.#of((other) => actorKey(other) === actorKey(actor)).length;
    if (others >= this.#limits.socketsPerActor) {
      socket.on('error', () => {});
      closeInTime(socket, CLOSE.tooManySockets, 'too many sockets', this.#limits.closeTimeout);
      return;
    }
    const peer = new SignalingPeer({
      id: randomUUID(),
      actor,
      address: addressOf(request) ?? null,
      socket,
      limits: this.#limits,
      authenticate: () => this.#options.authenticate(request),
      answer: (from, request) => this.#answer(from, request),
      onClosed: (gone) => this.#release(gone),
      log: this.#log,
    });
    this.#peers.set(peer.id, peer);
    this.#log.info({ event: 'socket.opened', peerId: peer.id, actor: actorKey(actor) }, 'socket opened');
    this.#checks.follow(peer);
  }

  /** Disconnects a peer whose session has ended or whose device was revoked. */
  #expel(peer: SignalingPeer): void {
    if (peer.actor.kind !== 'device') peer.close(CLOSE.unauthenticated, 'signed out');
    else {
      peer.notify({ notify: 'device.revoked', data: {} });
      peer.close(CLOSE.revoked, 'revoked');
    }
  }

  #rename(peer: SignalingPeer, actor: Actor): void {
    peer.actor = actor;
    if (actor.kind === 'account') this.#viewing.review();
    if (actor.kind === 'device' && peer.greeted) {
      peer.notify({ notify: 'device.settings', data: { settings: actor.settings, site: actor.site } });
    }
  }

  async #greet(peer: SignalingPeer, hello: RequestData<'hello'>): Promise<Greeting> {
    if (peer.actor.kind === 'device') return this.#devices.greet(peer, peer.actor.deviceId, hello);
    peer.greet();
    return {};
  }

  /** Releases what the peer holds. It is called again if the last request of the peer opened something after that. */
  #release(peer: SignalingPeer): void {
    this.#peers.delete(peer.id);
    this.#checks.forget(peer);
    this.#watch.unsubscribe(peer);
    this.#presence.unsubscribe(peer);
    this.#viewing.release(peer);
    peer.media?.close();
    peer.media = null;
    this.#devices.release(peer);
  }

  async #answer(peer: SignalingPeer, request: Request): Promise<Reply> {
    const { id, method } = request;
    try {
      if (!peer.greeted && method !== 'hello' && method !== 'device.prove') {
        throw new MusterError('wrong-state', 'The first request must be hello.');
      }
      if (!isPermitted(peer.actor, method)) {
        throw new MusterError('forbidden', 'You are not allowed to do this.');
      }
      // The data of a request match its method, which the compiler cannot conclude from the union.
      const data = await auditContext.run({ actor: peer.actor, address: peer.address }, () =>
        handle(this.#handlers, peer, method, request.data as never),
      );
      return { id, ok: true, data };
    } catch (error) {
      if (error instanceof MusterError) {
        this.#log.debug(
          { event: 'request.refused', peerId: peer.id, method, code: error.code },
          'request refused',
        );
        return { id, ok: false, error: error.toBody() };
      }
      this.#log.error({ event: 'request.failed', peerId: peer.id, method, err: error }, 'request failed');
      return { id, ok: false, error: (publicTrouble(error) ?? internalError()).toBody() };
    }
  }

  readonly #onLost = (lost: MediaPeer) => {
    const peer = this.#peers.get(lost.ownerId);
    if (peer?.media !== lost) return;
    peer.media = null;
    peer.notify({ notify: 'media.lost', data: { reason: 'worker-died' } });
  };

  readonly #onSilent = (camera: Camera) => {
    this.#publisherOf(camera)?.notify({ notify: 'camera.no-picture', data: {} });
  };

  readonly #onRefused = (camera: Camera, error: MusterError) => {
    this.#publisherOf(camera)?.notify({ notify: 'camera.refused', data: { error: error.toBody() } });
  };

  readonly #onSmallLayer = (camera: Camera, wanted: boolean) => {
    this.#publisherOf(camera)?.notify({ notify: 'camera.small-layer', data: { wanted } });
  };

  #publisherOf(camera: Camera): SignalingPeer | undefined {
    return [...this.#peers.values()].find((peer) => peer.media?.camera === camera);
  }

  readonly #onEnrollment = (enrollmentId: string, state: EnrollmentState) => {
    for (const peer of this.#peers.values()) {
      if (peer.enrollmentId !== enrollmentId) continue;
      peer.notify({ notify: 'enrollment.state', data: { enrollmentId, state } });
      if (state !== 'saved' && state !== 'canceled') continue;
      peer.enrollmentId = null;
      // No person may be filmed for an enrollment that has ended.
      if (peer.media?.camera?.purpose === 'enrollment') peer.media.camera.close();
    }
  };

  #of(wanted: (actor: Actor) => boolean): SignalingPeer[] {
    return [...this.#peers.values()].filter((peer) => wanted(peer.actor));
  }

  #ofDevice(deviceId: string): SignalingPeer[] {
    return this.#of((actor) => actor.kind === 'device' && actor.deviceId === deviceId);
  }
}

function handle<M extends Method>(
  handlers: Handlers,
  peer: SignalingPeer,
  method: M,
  data: RequestData<M>,
): Promise<Replies[M]> {
  return handlers[method](peer, data);
}
