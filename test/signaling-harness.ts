/** Signalling and media as main.ts wires them, with real workers, without the database and the analyzer. */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import { MediaServer } from '../server/media/media-server.ts';
import { MusterError } from '../server/protocol/error.ts';
import type { AttendanceEvent, EnrolmentState, Observation } from '../server/protocol/results.ts';
import type { Actor, DeviceKind } from '../server/protocol/signaling.ts';
import type { EnrolmentPort } from '../server/signaling/enrolment-port.ts';
import { SignalingServer, type SignalingServerOptions } from '../server/signaling/signaling-server.ts';
import { mediaWorkerBin } from './media-worker.ts';
import { WrtcPeer } from './wrtc-peer.ts';

/** With more in it than media is to pass on, as the whole configuration has. */
const ANALYSIS = { rate: 10, minFace: 0.08, threads: 1 };

export const ORIGIN = 'http://muster.test';

/** The ownership rules of the enrolment service, without templates behind them. */
class EnrolmentOwners extends EventEmitter<{ state: [string, EnrolmentState] }> implements EnrolmentPort {
  readonly #owners = new Map<string, string>();

  async start(personId: string, by: { accountId: string }) {
    const enrolmentId = `of-${personId}`;
    this.#owners.set(enrolmentId, by.accountId);
    return { enrolmentId, timeout: 90_000, requiredBins: 3 };
  }

  continue(enrolmentId: string, accountId: string) {
    this.cameraOf(enrolmentId, accountId);
    this.emit('state', enrolmentId, 'capturing');
  }

  restart(enrolmentId: string, accountId: string) {
    this.continue(enrolmentId, accountId);
  }

  cancel(enrolmentId: string, accountId: string) {
    this.cameraOf(enrolmentId, accountId);
    this.#owners.delete(enrolmentId);
    this.emit('state', enrolmentId, 'cancelled');
  }

  async save(enrolmentId: string, accountId: string) {
    this.cameraOf(enrolmentId, accountId);
    this.emit('state', enrolmentId, 'saved');
    return { personId: enrolmentId.slice(3), templates: 1, bins: ['front'] };
  }

  cameraOf(enrolmentId: string, accountId: string) {
    const owner = this.#owners.get(enrolmentId);
    if (owner === undefined) throw new MusterError('not-found', 'There is no such enrolment.');
    if (owner !== accountId) throw new MusterError('forbidden', 'This enrolment is not yours.');
    return `enrol-${enrolmentId}`;
  }
}

export class SignalingHarness {
  readonly media: MediaServer;
  readonly signaling: SignalingServer;
  readonly url: string;
  readonly #server: Server;
  readonly #peers: WrtcPeer[] = [];

  static async create(
    options: { workers?: number } & Partial<
      Pick<SignalingServerOptions, 'authenticate' | 'identify' | 'knownCameras' | 'limits'>
    > = {},
  ) {
    const log = pino({ level: process.env['MUSTER_LOG_LEVEL'] ?? 'silent' });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const media = await MediaServer.create({
      config: {
        workers: options.workers ?? 1,
        port: 0,
        listen: ['127.0.0.1'],
        announce: undefined,
        workerBin: mediaWorkerBin(),
      },
      analysis: ANALYSIS,
      log,
    });
    const signaling = await SignalingServer.create({
      servers: [server],
      path: '/socket',
      // The cookie names the actor: who may have which cookie is the authenticator's business, not this test's.
      authenticate:
        options.authenticate ??
        (async (request) => actorOf(/actor=([\w:-]+)/.exec(request.headers.cookie ?? '')?.[1])),
      originAllowed: (request) => request.headers.origin === ORIGIN,
      media,
      enrolment: new EnrolmentOwners(),
      identify:
        options.identify ??
        (async () => {
          throw new MusterError('not-found', 'There are no people here.');
        }),
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

  /** A peer that has said hello. `actor`: `station:ID`, `camera:ID` or `account:ID`. */
  async connect(actor: string): Promise<WrtcPeer> {
    return this.connectWith(headersOf(actor)['cookie']!);
  }

  /** The same by a cookie that `authenticate` knows. */
  async connectWith(cookie: string): Promise<WrtcPeer> {
    return this.#keep(await WrtcPeer.connect({ url: this.url, headers: { cookie, origin: ORIGIN } }));
  }

  /** A peer that has said nothing. */
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
    return { kind, accountId: id, name: `Account ${id}`, username: id, role: 'owner', department: null };
  }
  return {
    kind: 'device',
    deviceId: id,
    name: `Device ${id}`,
    device: kind as DeviceKind,
    settings: {
      mode: 'auto',
      timeZone: 'UTC',
      minGap: 60_000,
      dayTurnsAt: 4,
      minFace: 0.2,
      recentEvents: 5,
      sound: true,
    },
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
        state: 'recognised',
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
    at: '2026-01-05T08:59:00.000Z',
    localTime: '08:59',
  };
}
