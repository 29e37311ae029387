import { type Enroller, enrollerId } from '../enrollment/enroller.ts';
import { identityOf } from '../media/camera-identity.ts';
import type { MediaPeer } from '../media/media-peer.ts';
import type { MediaServer } from '../media/media-server.ts';
import { MusterError } from '../protocol/error.ts';
import type { ClaimKeyView } from '../protocol/claims.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import type { Actor, DeviceActor } from '../protocol/session.ts';
import type { CameraState, Method, Replies, RequestData } from '../protocol/signaling.ts';
import type { CameraViewing } from './camera-viewing.ts';
import type { Greeting } from './device-connections.ts';
import type { EnrollmentPort } from './enrollment-port.ts';
import type { PresenceWatch } from './presence-watch.ts';
import type { SignalingPeer } from './signaling-peer.ts';

/** The handler of each method. A handler with a reply of the wrong shape does not compile. */
export type Handlers = {
  [M in Method]: (peer: SignalingPeer, data: RequestData<M>) => Promise<Replies[M]>;
};

export interface HandlerServices {
  media: MediaServer;
  enrollment: EnrollmentPort;
  /** Records a person who identified with a PIN or badge at a station. */
  identify: (station: DeviceActor, request: RequestData<'punch.identify'>) => Promise<AttendanceEvent>;
  /** Records one of two look-alikes, whom the number names. */
  tellApart: (station: DeviceActor, request: RequestData<'punch.tell-apart'>) => Promise<AttendanceEvent>;
  /** Records what a person said about the punch that a station has just recorded. */
  state: (station: DeviceActor, request: RequestData<'punch.state'>) => Promise<AttendanceEvent>;
  /** Called with the first `hello` of a socket. */
  greet: (peer: SignalingPeer, hello: RequestData<'hello'>) => Promise<Greeting>;
  prove: (peer: SignalingPeer, signature: Uint8Array) => void;
  registerKey: (station: DeviceActor, publicKey: Uint8Array) => Promise<ClaimKeyView>;
  cameras: {
    states(): CameraState[];
    subscribe(peer: SignalingPeer): void;
    unsubscribe(peer: SignalingPeer): void;
  };
  viewing: Pick<CameraViewing, 'open' | 'connect' | 'adjust' | 'close'>;
  presence: Pick<PresenceWatch, 'subscribe' | 'unsubscribe'>;
}

export function createHandlers({
  media,
  enrollment,
  identify,
  tellApart,
  state,
  greet,
  prove,
  registerKey,
  cameras,
  viewing,
  presence,
}: HandlerServices): Handlers {
  return {
    hello: async (peer, hello) => {
      const greeting = peer.greeted ? {} : await greet(peer, hello);
      return { actor: peer.actor, serverTime: Date.now(), ...greeting };
    },
    'device.prove': async (peer, { signature }) => {
      prove(peer, Buffer.from(signature, 'base64url'));
      return {};
    },
    'device.register-key': async (peer, { publicKey }) => ({
      claimKey: await registerKey(stationOf(peer), Buffer.from(publicKey, 'base64url')),
    }),
    ping: async () => ({ serverTime: Date.now() }),

    'media.join': async (peer) => {
      leave(peer);
      const mediaPeer = await media.join(peer.id);
      // If the socket was closed in the meantime, its `onClosed` releases this.
      peer.media = mediaPeer;
      if (peer.actor.kind === 'device') await mediaPeer.hear(peer.actor.deviceId);
      return { rtpCapabilities: mediaPeer.rtpCapabilities };
    },
    'media.leave': async (peer) => {
      leave(peer);
      return {};
    },
    'media.create-transport': (peer, { direction }) => mediaPeerOf(peer).createTransport(direction),
    'media.connect-transport': async (peer, { transportId, dtlsParameters }) => {
      await mediaPeerOf(peer).connectTransport(transportId, dtlsParameters);
      return {};
    },
    'media.restart-ice': async (peer, { transportId }) => ({
      iceParameters: await mediaPeerOf(peer).restartIce(transportId),
    }),
    'media.produce': async (peer, { transportId, rtpParameters, enrollmentId }) => {
      const mediaPeer = mediaPeerOf(peer);
      const identity = cameraOf(peer.actor, enrollmentId, enrollment);
      const camera = await mediaPeer.produce(transportId, rtpParameters, identity);
      if (enrollmentId !== undefined) peer.enrollmentId = enrollmentId;
      return { producerId: camera.producerId, cameraId: camera.id };
    },
    'media.consume-results': (peer, { transportId }) => mediaPeerOf(peer).consumeResults(transportId),
    'media.replay-events': async (peer) => {
      await mediaPeerOf(peer).replayEvents();
      return {};
    },

    'enrollment.start': async (peer, { personId }) => {
      const started = await enrollment.start(personId, enrollerOf(peer));
      peer.enrollmentId = started.enrollmentId;
      return started;
    },
    'enrollment.continue': async (peer, { enrollmentId }) => {
      await enrollment.continue(enrollmentId, enrollerId(enrollerOf(peer)));
      peer.enrollmentId = enrollmentId;
      return {};
    },
    'enrollment.restart': async (peer, { enrollmentId }) => {
      await enrollment.restart(enrollmentId, enrollerId(enrollerOf(peer)));
      peer.enrollmentId = enrollmentId;
      return {};
    },
    'enrollment.cancel': async (peer, { enrollmentId }) => {
      await enrollment.cancel(enrollmentId, enrollerId(enrollerOf(peer)));
      return {};
    },
    'enrollment.save': async (peer, { enrollmentId, override, frontOnly }) => {
      const by = enrollerOf(peer);
      if ('invitationId' in by && (override ?? frontOnly)) {
        throw new MusterError('forbidden', 'Only signed-in staff can make an exception.');
      }
      return enrollment.save(enrollmentId, enrollerId(by), override, frontOnly);
    },

    'punch.identify': (peer, request) => identify(stationOf(peer), request),
    'punch.tell-apart': (peer, request) => tellApart(stationOf(peer), request),
    'punch.state': (peer, request) => state(stationOf(peer), request),

    'cameras.subscribe': async (peer) => {
      cameras.subscribe(peer);
      return { cameras: cameras.states() };
    },
    'cameras.unsubscribe': async (peer) => {
      cameras.unsubscribe(peer);
      return {};
    },

    'view.join': async () => ({ rtpCapabilities: await media.offered() }),
    'view.open': (peer, request) => viewing.open(peer, request),
    'view.connect': async (peer, request) => {
      await viewing.connect(peer, request);
      return {};
    },
    'view.adjust': async (peer, request) => {
      await viewing.adjust(peer, request);
      return {};
    },
    'view.close': async (peer, { cameraId }) => {
      viewing.close(peer, cameraId);
      return {};
    },

    'presence.subscribe': async (peer) => {
      presence.subscribe(peer);
      return {};
    },
    'presence.unsubscribe': async (peer) => {
      presence.unsubscribe(peer);
      return {};
    },
  };
}

/** A device publishes its own camera. Staff and invited people can publish a camera only for an enrollment of their own. */
function cameraOf(actor: Actor, enrollmentId: string | undefined, enrollment: EnrollmentPort) {
  if (actor.kind === 'device') {
    if (enrollmentId !== undefined) {
      throw new MusterError('forbidden', 'Only signed-in staff can capture an enrollment, not a device.');
    }
    return identityOf(actor);
  }
  if (enrollmentId === undefined) {
    throw new MusterError(
      'forbidden',
      'Staff can publish a camera only for an enrollment. Pair this browser as a device to use it as a camera.',
    );
  }
  return {
    id: enrollment.cameraOf(enrollmentId, actor.kind === 'account' ? actor.accountId : actor.invitationId),
    name: actor.name,
    purpose: 'enrollment' as const,
  };
}

function stationOf(peer: SignalingPeer): DeviceActor {
  if (peer.actor.kind !== 'device') throw new MusterError('forbidden', 'Only a station can do this.');
  return peer.actor;
}

function enrollerOf({ actor }: SignalingPeer): Enroller {
  if (actor.kind === 'device') throw new MusterError('forbidden', 'Only signed-in staff can do this.');
  const { name } = actor;
  return actor.kind === 'account'
    ? { accountId: actor.accountId, name }
    : { invitationId: actor.invitationId, name };
}

/** The error is retryable: a browser may not know yet that its media worker has just died, and must join again. */
function mediaPeerOf(peer: SignalingPeer): MediaPeer {
  if (!peer.media || peer.media.closed) {
    throw new MusterError('media-unavailable', 'This socket has not joined a media router: join first.');
  }
  return peer.media;
}

function leave(peer: SignalingPeer): void {
  peer.media?.close();
  peer.media = null;
}
