import type { MediaPeer } from '../media/media-peer.ts';
import type { MediaServer } from '../media/media-server.ts';
import { MusterError } from '../protocol/error.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import type { DeviceActor } from '../security/device-service.ts';
import type { Actor, CameraState, Method, Replies, RequestData } from '../protocol/signaling.ts';
import type { EnrolmentPort } from './enrolment-port.ts';
import type { SignalingPeer } from './signaling-peer.ts';

/** A reply of the wrong shape does not compile. */
export type Handlers = {
  [M in Method]: (peer: SignalingPeer, data: RequestData<M>) => Promise<Replies[M]>;
};

export interface HandlerServices {
  media: MediaServer;
  enrolment: EnrolmentPort;
  /** Somebody at a station says who they are. */
  identify: (station: DeviceActor, request: RequestData<'punch.identify'>) => Promise<AttendanceEvent>;
  /** First hello of a socket. */
  greet: (peer: SignalingPeer) => void;
  cameras: {
    states(): CameraState[];
    subscribe(peer: SignalingPeer): void;
    unsubscribe(peer: SignalingPeer): void;
  };
}

export function createHandlers({ media, enrolment, identify, greet, cameras }: HandlerServices): Handlers {
  return {
    hello: async (peer) => {
      if (!peer.greeted) greet(peer);
      return { actor: peer.actor, serverTime: Date.now() };
    },
    ping: async () => ({ serverTime: Date.now() }),

    'media.join': async (peer) => {
      leave(peer);
      const place = await media.join(peer.id);
      // Given up by `onclose` should the peer have left meanwhile.
      peer.media = place;
      if (peer.actor.kind === 'device') await place.hear(peer.actor.deviceId);
      return { rtpCapabilities: place.rtpCapabilities };
    },
    'media.leave': async (peer) => {
      leave(peer);
      return {};
    },
    'media.create-transport': (peer, { direction }) => placeOf(peer).createTransport(direction),
    'media.connect-transport': async (peer, { transportId, dtlsParameters }) => {
      await placeOf(peer).connectTransport(transportId, dtlsParameters);
      return {};
    },
    'media.restart-ice': async (peer, { transportId }) => ({
      iceParameters: await placeOf(peer).restartIce(transportId),
    }),
    'media.produce': async (peer, { transportId, rtpParameters, enrolmentId }) => {
      const place = placeOf(peer);
      const identity = cameraOf(peer.actor, enrolmentId, enrolment);
      const camera = await place.produce(transportId, rtpParameters, identity);
      if (enrolmentId !== undefined) peer.enrolmentId = enrolmentId;
      return { producerId: camera.producerId, cameraId: camera.id };
    },
    'media.consume-results': (peer, { transportId }) => placeOf(peer).consumeResults(transportId),

    'enrolment.start': async (peer, { personId }) => {
      const { accountId, name } = accountOf(peer);
      const started = await enrolment.start(personId, { accountId, name });
      peer.enrolmentId = started.enrolmentId;
      return started;
    },
    'enrolment.continue': async (peer, { enrolmentId }) => {
      await enrolment.continue(enrolmentId, accountOf(peer).accountId);
      peer.enrolmentId = enrolmentId;
      return {};
    },
    'enrolment.restart': async (peer, { enrolmentId }) => {
      await enrolment.restart(enrolmentId, accountOf(peer).accountId);
      peer.enrolmentId = enrolmentId;
      return {};
    },
    'enrolment.cancel': async (peer, { enrolmentId }) => {
      await enrolment.cancel(enrolmentId, accountOf(peer).accountId);
      return {};
    },
    'enrolment.save': (peer, { enrolmentId, override }) =>
      enrolment.save(enrolmentId, accountOf(peer).accountId, override),

    'punch.identify': (peer, request) => {
      if (peer.actor.kind !== 'device') throw new MusterError('forbidden', 'This is for a station.');
      return identify(peer.actor, request);
    },

    'cameras.subscribe': async (peer) => {
      cameras.subscribe(peer);
      return { cameras: cameras.states() };
    },
    'cameras.unsubscribe': async (peer) => {
      cameras.unsubscribe(peer);
      return {};
    },
  };
}

/** A device is its own camera; staff are a camera only of an enrolment that is theirs. */
function cameraOf(actor: Actor, enrolmentId: string | undefined, enrolment: EnrolmentPort) {
  if (actor.kind === 'device') {
    if (enrolmentId !== undefined) {
      throw new MusterError('forbidden', 'Enrolments are captured by signed-in staff, not by a device.');
    }
    const { deviceId: id, name, device: purpose, settings } = actor;
    return { id, name, purpose, minFace: settings.minFace };
  }
  if (enrolmentId === undefined) {
    throw new MusterError(
      'forbidden',
      'Staff publish within an enrolment; pair this browser to be a camera.',
    );
  }
  return {
    id: enrolment.cameraOf(enrolmentId, actor.accountId),
    name: actor.name,
    purpose: 'enrolment' as const,
  };
}

function accountOf(peer: SignalingPeer) {
  if (peer.actor.kind !== 'account') throw new MusterError('forbidden', 'This is for signed-in staff.');
  return peer.actor;
}

/** Retryable: a browser whose worker has just died may ask before it hears of that, and is to join again. */
function placeOf(peer: SignalingPeer): MediaPeer {
  if (!peer.media || peer.media.closed) {
    throw new MusterError('media-unavailable', 'Not on a media router (any more): join first.');
  }
  return peer.media;
}

function leave(peer: SignalingPeer): void {
  peer.media?.close();
  peer.media = null;
}
