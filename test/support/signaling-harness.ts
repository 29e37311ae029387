/** Signaling and media as main.ts wires them, with real workers, without the database and the analyzer. */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import { type Enroller, enrollerId } from '../../server/enrollment/enroller.ts';
import { MediaServer, type MediaServerOptions } from '../../server/media/media-server.ts';
import { type DeviceKind } from '#protocol/devices.ts';
import { MusterError } from '#protocol/error.ts';
import { ROLES } from '#protocol/permissions.ts';
import type { AttendanceEvent, EnrollmentState, Observation } from '#protocol/results.ts';
import type { Actor } from '#protocol/session.ts';
import type { EnrollmentPort } from '../../server/signaling/enrollment-port.ts';
import { Network } from '../../server/network/network.ts';
import { SignalingServer, type SignalingServerOptions } from '../../server/signaling/signaling-server.ts';
import { mediaWorkerBin } from './media-worker.ts';
import { WrtcPeer } from './wrtc-peer.ts';
import { USUAL_SETTINGS } from '#protocol/devices.test-support.ts';

/** It has more fields than media may pass on, like the real configuration. */
const ANALYSIS = { rate: 10, minFace: 0.08, threads: 1 };

const ORIGIN = 'http://muster.test';

/** Applies the ownership rules of the enrollment service without capturing or storing anything. */
class EnrollmentOwners
  extends EventEmitter<{ 'state.changed': [string, EnrollmentState] }>
  implements EnrollmentPort
{
  readonly #owners = new Map<string, string>();

  async start(personId: string, by: Enroller) {
    const enrollmentId = `of-${personId}`;
    this.#owners.set(enrollmentId, enrollerId(by));
    return { enrollmentId, timeout: 90_000, requiredBins: 3 };
  }

  continue(enrollmentId: string, by: string) {
    this.cameraOf(enrollmentId, by);
    this.emit('state.changed', enrollmentId, 'capturing');
  }

  restart(enrollmentId: string, by: string) {
    this.continue(enrollmentId, by);
  }

  cancel(enrollmentId: string, by: string) {
    this.cameraOf(enrollmentId, by);
    this.#owners.delete(enrollmentId);
    this.emit('state.changed', enrollmentId, 'canceled');
  }

  async save(enrollmentId: string, by: string) {
    this.cameraOf(enrollmentId, by);
    this.emit('state.changed', enrollmentId, 'saved');
    return {
      personId: enrollmentId.slice(3),
      templates: 1,
      bins: ['front'],
      state: 'enrolled' as const,
      lookAlikes: [],
    };
  }

  cameraOf(enrollmentId: string, by: string) {
    const owner = this.#owners.get(enrollmentId);
    if (owner === undefined) throw new MusterError('not-found', 'There is no such enrollment.');
    if (owner !== by) throw new MusterError('forbidden', 'This enrollment is not yours.');
    return `enroll-${enrollmentId}`;
  }
}

export class SignalingHarness {
  readonly media: MediaServer;
  readonly signaling: SignalingServer;
  readonly url: string;
  readonly #server: Server;
  readonly #peers: WrtcPeer[] = [];

  static async create(
    options: {
      workers?: number;
      pulse?: MediaServerOptions['pulse'];
      mediaLimits?: MediaServerOptions['limits'];
      /** By default, media is received on loopback only. */
      listen?: string[];
      network?: Network;
      mostViews?: number;
      recorded?: MediaServerOptions['recorded'];
    } & Partial<
      Pick<
        SignalingServerOptions,
        'authenticate' | 'identify' | 'stations' | 'presence' | 'viewing' | 'knownCameras' | 'limits'
      >
    > = {},
  ) {
    const log = pino({ level: process.env['MUSTER_LOG_LEVEL'] ?? 'silent' });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const network = options.network ?? new Network({ log });
    const media = await MediaServer.create({
      config: {
        workers: options.workers ?? 1,
        port: 0,
        listen: options.listen ?? ['127.0.0.1'],
        announce: undefined,
        workerBin: mediaWorkerBin(),
      },
      analysis: ANALYSIS,
      pulse: options.pulse,
      limits: options.mediaLimits,
      mostViews: options.mostViews,
      recorded: options.recorded,
      network,
      log,
    });
    const signaling = await SignalingServer.create({
      servers: [server],
      path: '/socket',
      // The cookie names the actor directly. Checking real cookies is tested with the authenticator.
      authenticate:
        options.authenticate ??
        (async (request) => actorOf(/actor=([\w:-]+)/.exec(request.headers.cookie ?? '')?.[1])),
      originAllowed: (request) => request.headers.origin === ORIGIN,
      media,
      enrollment: new EnrollmentOwners(),
      identify:
        options.identify ??
        (async () => {
          throw new MusterError('not-found', 'There are no people here.');
        }),
      tellApart: async () => {
        throw new MusterError('not-found', 'There are no people here.');
      },
      state: async () => {
        throw new MusterError('not-found', 'There are no punches here.');
      },
      stations: options.stations ?? {
        keyOf: async () => null,
        registerKey: async () => {
          throw new MusterError('conflict', 'No keys are registered here.');
        },
        onRival: () => {},
      },
      presence: options.presence ?? { follow: () => () => {} },
      viewing: options.viewing ?? { mayView: () => true, begin: async () => () => {} },
      ...(options.knownCameras && { knownCameras: options.knownCameras }),
      ...(options.limits && { limits: options.limits }),
      log,
    });
    return new SignalingHarness(server, media, signaling);
  }

  private constructor(server: Server, media: MediaServer, signaling: SignalingServer) {
    this.#server = server;
    this.media = media;
    this.signaling = signaling;
    const address = server.address();
    this.url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/socket`;
  }

  /** A peer that has sent `hello`. `actor`: `station:ID`, `camera:ID` or `account:ID`, of the role ID if it is one, else an owner. */
  async connect(actor: string): Promise<WrtcPeer> {
    return this.connectWith(headersOf(actor)['cookie']!);
  }

  /** Does the same with a cookie that `authenticate` accepts. */
  async connectWith(cookie: string): Promise<WrtcPeer> {
    return this.#keep(await WrtcPeer.connect({ url: this.url, headers: { cookie, origin: ORIGIN } }));
  }

  /** A peer that has sent nothing. */
  async open(actor: string): Promise<WrtcPeer> {
    return this.openWith(headersOf(actor)['cookie']!);
  }

  async openWith(cookie: string): Promise<WrtcPeer> {
    return this.#keep(await WrtcPeer.open({ url: this.url, headers: { cookie, origin: ORIGIN } }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.splice(0).map((peer) => peer.close()));
    await this.signaling.close();
    await this.media.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #keep(peer: WrtcPeer): WrtcPeer {
    this.#peers.push(peer);
    return peer;
  }
}

export function headersOf(actor: string, origin = ORIGIN): Record<string, string> {
  return { cookie: `actor=${actor}`, origin };
}

function actorOf(name: string | undefined): Actor | null {
  const [kind, id] = name?.split(':') ?? [];
  if (id === undefined) return null;
  if (kind === 'account') {
    const role = ROLES.find((one) => one === id) ?? 'owner';
    return { kind, accountId: id, name: `Account ${id}`, username: id, role, department: null };
  }
  return {
    kind: 'device',
    deviceId: id,
    name: `Device ${id}`,
    deviceKind: kind as DeviceKind,
    site: { id: 'site', name: 'London', timeZone: 'Europe/London', viewing: true },
    settings: { ...USUAL_SETTINGS, minFace: 0.2 },
  };
}

export function observation(camera: string, frame: number): Observation {
  return {
    type: 'observation',
    camera,
    frame,
    width: 320,
    height: 240,
    faces: [
      {
        track: 1,
        box: [0.1, 0.1, 0.2, 0.2],
        landmarks: [
          [0.1, 0.1],
          [0.2, 0.1],
          [0.15, 0.15],
          [0.1, 0.2],
          [0.2, 0.2],
        ],
        state: 'recognized',
        name: `Somebody at ${camera}`,
        personId: 'p1',
      },
    ],
    timings: { wait: 0, detect: 0, track: 0, embed: 0, search: 0, total: 0 },
  };
}

export function attendance(camera: string, id: string): AttendanceEvent {
  return {
    type: 'attendance',
    id,
    camera,
    track: 1,
    person: { id: 'p1', name: `Somebody at ${camera}` },
    result: 'checked-in',
    seenAt: '2026-01-05T08:59:00.000Z',
    at: '2026-01-05T08:59:00.000Z',
    localTime: '08:59',
  };
}
