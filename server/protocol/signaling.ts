/**
 * The WebSocket between a browser and the server: requests, their replies, and notifications.
 * `Requests` is the whole table; a reply's type follows from the request's method.
 */
import type { types as ms } from 'mediasoup';
import { z } from 'zod';
import './no-eval.ts';
import { type ClaimKeyView, publicKey, signature } from './claims.ts';
import type { DeviceSettings, Mounting, SiteOfDevice } from './devices.ts';
import type { ErrorBody } from './error.ts';
import { prose } from './fields.ts';
import { employeeNumber } from './people.ts';
import type { AttendanceEvent, EnrollmentState } from './results.ts';
import type { Actor } from './session.ts';

export const PROTOCOL_VERSION = 1;

// ── Media parameters, as mediasoup and mediasoup-client exchange them ────────────────────────────

export interface TransportParameters {
  id: string;
  iceParameters: ms.IceParameters;
  iceCandidates: ms.IceCandidate[];
  dtlsParameters: ms.DtlsParameters;
  sctpParameters?: ms.SctpParameters;
}

export interface DataConsumerParameters {
  id: string;
  dataProducerId: string;
  sctpStreamParameters: ms.SctpStreamParameters;
  label: string;
  protocol: string;
}

// ── Live state of the cameras, for staff ─────────────────────────────────────────────────────────

export interface CameraState {
  id: string;
  name: string;
  purpose: 'station' | 'camera' | 'enrollment';
  /**
   * `live`: frames are analyzed; `waiting`: publishing, no frame analyzed yet; `resting`: publishing outside of its hours;
   * `offline`: not connected.
   */
  status: 'live' | 'waiting' | 'resting' | 'offline';
  /** Where the device stands. Absent for an enrollment. */
  site?: { id: string; name: string };
  /** Whether its picture may be watched live. */
  viewable?: boolean;
  /** What makes its picture upright. */
  mounting?: Mounting;
  width?: number;
  height?: number;
  /** Frames a second that the analyzer received, and analyzed. */
  fpsIn?: number;
  fpsAnalyzed?: number;
  /** Kilobits a second received by the SFU. */
  bitrate?: number;
  /** Round-trip time publisher ↔ SFU, ms. */
  roundTrip?: number;
  /** Fraction of packets lost, 0..1, over the last interval. */
  loss?: number;
  faces?: number;
  analyzer?: string;
  /** Why it does not publish, of one that no browser publishes; or that its decoder failed within the last minute. */
  problem?: ErrorBody;
}

// ── Watching cameras live ────────────────────────────────────────────────────────────────────────

/** How a browser gets the picture and the results of a camera. */
export interface ViewParameters {
  /** One for all cameras of a media worker: with its second camera a browser gets the same again. */
  transport: TransportParameters;
  video: { id: string; producerId: string; kind: 'video'; rtpParameters: ms.RtpParameters };
  /** Carries the observations of all cameras that are watched over this transport. */
  results: DataConsumerParameters;
}

/** `gone`: the camera or its media worker. `off`: switched off at the site. `not-permitted`: the account may no longer watch. */
export type ViewEnd = 'gone' | 'off' | 'not-permitted';

/** Until when a camera recognizes anybody, or does not. */
export interface CameraHours {
  recognizes: boolean;
  /** When that changes, ISO 8601; null: never. */
  until: string | null;
}

export interface RollCallChange {
  rollCallId: string;
  /** Of the roll call, after the change. */
  version: number;
}

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────

const id = z.string().min(1).max(64);
/** Checked in depth by mediasoup itself; here: an object of sane size (the socket bounds the message). */
const opaque = <T>() => z.custom<T>((v) => typeof v === 'object' && v !== null && !Array.isArray(v));

/** Not checked letter by letter: a wrong number gets the same answer as an unknown one. */
const employeeNumberTyped = z.string().trim().min(1).max(employeeNumber.maxLength!);

/** A PIN or a badge, for checking in without a face. */
export const passSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pin'),
    number: employeeNumberTyped,
    pin: z.string().regex(/^\d{4,12}$/),
  }),
  /** As printed on the badge, or typed. */
  z.object({ type: z.literal('badge'), code: z.string().min(8).max(64) }),
]);
export type Pass = z.infer<typeof passSchema>;

/** Characters of the reason with which a likely duplicate is accepted. */
export const OVERRIDE_REASON = { least: 3, most: 500 } as const;
const exception = z.object({ reason: prose(OVERRIDE_REASON.most).min(OVERRIDE_REASON.least) });

export const requestSchemas = {
  /** First message on a socket. */
  hello: z.object({
    protocol: z.literal(PROTOCOL_VERSION),
    /** Names one page until it is reloaded: a second connection of the same page is not another station. */
    page: id.optional(),
    /** False: do not end another connection of this device. The default is true. */
    takeOver: z.boolean().optional(),
  }),
  /** The device proves that it holds the key that it has registered: it signs the challenge in the reply to `hello`. */
  'device.prove': z.object({ signature }),
  /** Station: registers its key. The first one stays: another is refused, and the device must be paired again. */
  'device.register-key': z.object({ publicKey }),
  ping: z.object({}),
  /** Get a place on a media router. Joining again leaves the old place. */
  'media.join': z.object({}),
  'media.leave': z.object({}),
  'media.create-transport': z.object({ direction: z.enum(['send', 'recv']) }),
  'media.connect-transport': z.object({ transportId: id, dtlsParameters: opaque<ms.DtlsParameters>() }),
  'media.restart-ice': z.object({ transportId: id }),
  /** Publish the camera. In an enrollment `enrollmentId` binds the track to that session. */
  'media.produce': z.object({
    transportId: id,
    kind: z.literal('video'),
    rtpParameters: opaque<ms.RtpParameters>(),
    enrollmentId: id.optional(),
  }),
  /** Receive the results and events of one's own camera. */
  'media.consume-results': z.object({ transportId: id }),
  /** The channel of events is open: send again those of the last seconds, which it may have been too late for. */
  'media.replay-events': z.object({}),
  /** Staff, or the invited person: begin the guided capture for a person whose consent is recorded. */
  'enrollment.start': z.object({ personId: id.toLowerCase() }),
  /** Continue after a time-out. */
  'enrollment.continue': z.object({ enrollmentId: id }),
  /** Forget what was captured and begin again. */
  'enrollment.restart': z.object({ enrollmentId: id }),
  'enrollment.cancel': z.object({ enrollmentId: id }),
  /**
   * Save the templates, with a reason for each exception: `override` accepts a likely duplicate, `frontOnly` a person who
   * cannot turn the head. Only staff can make one.
   */
  'enrollment.save': z.object({
    enrollmentId: id,
    override: exception.optional(),
    frontOnly: exception.optional(),
  }),
  /** Station: punch without a face. The same `requestId` again makes no second punch and gets the same answer. */
  'punch.identify': z.object({ requestId: z.uuid(), pass: passSchema }),
  /** Station: the employee number of the person in front of it, who looks like somebody else: see `ObservedFace.ask`. */
  'punch.tell-apart': z.object({ ask: z.uuid(), number: employeeNumberTyped }),
  /** Station: what the person said about the punch that this station has just recorded, such as "Leaving". */
  'punch.state': z.object({ punchId: id.toLowerCase(), says: z.enum(['in', 'out']) }),
  /** Staff: follow the live state of all cameras (`cameras` notifications, once a second). */
  'cameras.subscribe': z.object({}),
  'cameras.unsubscribe': z.object({}),
  /** Staff: what a media router can send, for watching cameras. */
  'view.join': z.object({}),
  /** Watch a camera, paused until `view.adjust`. */
  'view.open': z.object({ cameraId: id, rtpCapabilities: opaque<ms.RtpCapabilities>() }),
  'view.connect': z.object({ transportId: id, dtlsParameters: opaque<ms.DtlsParameters>() }),
  /** Pause or resume the picture, and say how many rows of pixels it has on the screen, of its shorter side. */
  'view.adjust': z.object({ cameraId: id, paused: z.boolean(), rows: z.int().min(0).max(16_384) }),
  'view.close': z.object({ cameraId: id }),
  /** Staff: be notified when somebody comes or leaves, and when a roll call changes. */
  'presence.subscribe': z.object({}),
  'presence.unsubscribe': z.object({}),
} as const;

export type Method = keyof typeof requestSchemas;
export type RequestData<M extends Method> = z.infer<(typeof requestSchemas)[M]>;

export interface Replies {
  /**
   * `challenge`: to be signed with the key of the device (`device.prove`). `proofNeeded`: the device is connected elsewhere and
   * has proved it there, so that nothing else is answered here before.
   */
  hello: { actor: Actor; serverTime: number; challenge?: string; proofNeeded?: true };
  'device.prove': Record<string, never>;
  'device.register-key': { claimKey: ClaimKeyView };
  ping: { serverTime: number };
  'media.join': { rtpCapabilities: ms.RtpCapabilities };
  'media.leave': Record<string, never>;
  'media.create-transport': TransportParameters;
  'media.connect-transport': Record<string, never>;
  'media.restart-ice': { iceParameters: ms.IceParameters };
  'media.produce': { producerId: string; cameraId: string };
  'media.consume-results': { results: DataConsumerParameters; events: DataConsumerParameters };
  'media.replay-events': object;
  'enrollment.start': { enrollmentId: string; timeout: number; requiredBins: number };
  'enrollment.continue': Record<string, never>;
  'enrollment.restart': Record<string, never>;
  'enrollment.cancel': Record<string, never>;
  /**
   * `to-confirm`, `see-hr`: captured on the person's own phone, and HR decides about it; `see-hr` because something is unclear.
   * `lookAlikes`: whom recognition may not be able to tell from this person; the station then asks for the number. Never told
   * to an invited person.
   */
  'enrollment.save': {
    personId: string;
    templates: number;
    bins: string[];
    state: 'enrolled' | 'to-confirm' | 'see-hr';
    lookAlikes: { id: string; displayName: string }[];
  };
  'punch.tell-apart': AttendanceEvent;
  'punch.identify': AttendanceEvent;
  'punch.state': AttendanceEvent;
  'cameras.subscribe': { cameras: CameraState[] };
  'cameras.unsubscribe': Record<string, never>;
  'view.join': { rtpCapabilities: ms.RtpCapabilities };
  'view.open': ViewParameters;
  'view.connect': Record<string, never>;
  'view.adjust': Record<string, never>;
  'view.close': Record<string, never>;
  'presence.subscribe': Record<string, never>;
  'presence.unsubscribe': Record<string, never>;
}

/** On the wire: a request names its method and carries a number of the sender's choosing. */
export const requestEnvelope = z.object({
  id: z.number().int().nonnegative(),
  method: z.string().max(64),
  data: z.unknown().optional(),
});

export type Request = { [M in Method]: { id: number; method: M; data: RequestData<M> } }[Method];

export type Reply<M extends Method = Method> =
  { id: number; ok: true; data: Replies[M] } | { id: number; ok: false; error: ErrorBody };

// ── Notifications ────────────────────────────────────────────────────────────────────────────────

export type Notification =
  /** The media worker behind this peer is gone: join again. */
  | { notify: 'media.lost'; data: { reason: 'worker-died' | 'closed' } }
  /** The camera of this peer publishes, but no picture arrives: ask for the camera again. Sent once until one arrives. */
  | { notify: 'camera.no-picture'; data: Record<string, never> }
  /**
   * Somebody watches a small picture of the camera of this peer, or nobody does any more: send the smallest of its layers, or
   * stop. A camera that publishes begins without it.
   */
  | { notify: 'camera.small-layer'; data: { wanted: boolean } }
  /** The camera of this peer was closed, and publishing it again would end in the same way. */
  | { notify: 'camera.refused'; data: { error: ErrorBody } }
  /** The same device connected from elsewhere: stop publishing here. */
  | { notify: 'device.replaced'; data: Record<string, never> }
  | { notify: 'device.revoked'; data: Record<string, never> }
  | { notify: 'device.settings'; data: { settings: DeviceSettings; site: SiteOfDevice } }
  /** The hours of the camera of this device have begun or ended, or it has just begun to publish. */
  | { notify: 'camera.hours'; data: CameraHours }
  | { notify: 'cameras'; data: { cameras: CameraState[] } }
  /** This browser does not watch the camera any more. */
  | { notify: 'view.ended'; data: { cameraId: string; why: ViewEnd } }
  /** Somebody came or left: fetch what is new (`GET /presence`). */
  | { notify: 'presence.changed'; data: { serial: string } }
  /** A roll call started, changed or ended: fetch what is new (`GET /roll-calls/{id}`). */
  | { notify: 'roll-call.changed'; data: RollCallChange }
  | { notify: 'enrollment.state'; data: { enrollmentId: string; state: EnrollmentState } }
  /** The server is about to stop; reconnect with back-off. */
  | { notify: 'server.closing'; data: Record<string, never> };

export type ServerMessage = Reply | Notification;
