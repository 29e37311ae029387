/** The bodies of the REST API, in both directions. Dates are YYYY-MM-DD, instants ISO 8601 in UTC. */
import type { ErrorBody } from './error.ts';
import type { PunchKind, PunchSource, AttendanceEvent } from './results.ts';
import type { Actor, DeviceKind, DeviceSettings } from './signaling.ts';

/** RFC 9457, `application/problem+json`. `type` is `urn:muster:error:<code>`. */
export type Problem = { type: string; title: string; status: number; detail: string } & Omit<
  ErrorBody,
  'message'
>;

export interface SessionView {
  /** True until the first administrator exists. */
  setupNeeded: boolean;
  actor: Actor | null;
}

/** The OpenID provider that staff may sign in with. */
export interface OidcView {
  /** What to call it; null where there is none. */
  name: string | null;
}

export type PersonStatus = 'active' | 'suspended' | 'left';

/** What an HR person fills in. */
export interface PersonInput {
  /** Employee number, unique. */
  number: string;
  givenName: string;
  familyName: string;
  department?: string;
  jobTitle?: string;
  email?: string;
  phone?: string;
  /** First day of work. */
  startDate?: string;
  status?: PersonStatus;
}

export interface PersonView extends Required<Omit<PersonInput, 'startDate'>> {
  id: string;
  displayName: string;
  startDate: string | null;
  createdAt: string;
  consent: { version: string; givenAt: string; current: boolean } | null;
  enrollment: {
    /** Templates stored for the active model contract. */
    templates: number;
    bins: string[];
    enrolledAt: string;
    /** Mean quality of the pose templates, 0..1. */
    quality: number;
  } | null;
  reenroll: Reenroll | null;
}

/** Why somebody who has templates must be enrolled again; null for those who have left. */
export type Reenroll =
  /** All are of another model pack. `recognized`: that one still runs beside the pack in use. */
  | { why: 'other-model'; contract: string; recognized: boolean }
  /** Some or all do not open: changed from outside, or their key is gone. `recognized`: the others suffice so far. */
  | { why: 'unreadable'; recognized: boolean };

export interface PunchView {
  id: string;
  kind: PunchKind;
  at: string;
  /** HH:MM in the time zone of the door. */
  localTime: string;
  source: PunchSource;
  device: string | null;
  similarity: number | null;
  /** Liveness, 0..1: below `LIVE_SCORE` it may be of a picture. null: not looked at. */
  live: number | null;
  /** The face that it was made for is kept: `GET /evidence/:id`. */
  evidence?: true;
}

export interface CorrectionInput {
  /** Employee number. */
  number: string;
  date: string;
  /** HH:MM on the wall clock. */
  time: string;
  kind: PunchKind;
  reason: string;
}

export interface WorkDayView {
  person: { id: string; number: string; displayName: string; department: string };
  date: string;
  checkIn: PunchView | null;
  checkOut: PunchView | null;
  punches: PunchView[];
  /** Milliseconds between check-in and check-out; null until both are there. */
  worked: number | null;
}

export interface AttendanceView {
  date: string;
  timeZone: string;
  days: WorkDayView[];
  /** Active people without a punch on that date. */
  absent: number;
}

export interface DeviceView {
  id: string;
  name: string;
  kind: DeviceKind;
  settings: DeviceSettings;
  pairedAt: string;
  lastSeen: string | null;
  revokedAt: string | null;
}

export interface PairingInput {
  kind: DeviceKind;
  name: string;
  settings?: Partial<DeviceSettings>;
}

export interface PairingView {
  /** Eight characters, shown once. */
  code: string;
  expiresAt: string;
  /** `https://…` at which another device reaches this server, likeliest first; may be empty. */
  addresses: string[];
}

export interface HealthView {
  status: 'ok' | 'degraded';
  database: boolean;
  analyzers: { up: number; of: number };
  mediaWorkers: { up: number; of: number };
  cameras: number;
  /** People who must be enrolled again; 0 while the database does not answer. */
  reenroll: number;
}

export type { AttendanceEvent };

/** One act in the audit trail. */
export interface AuditEventView {
  seq: number;
  at: string;
  actorKind: 'account' | 'device' | 'token' | 'server' | 'nobody';
  actorId: string | null;
  actorName: string;
  /** Remote address. */
  address: string | null;
  /** `object.verb`, such as `device.revoked`. */
  act: string;
  objectKind: string | null;
  objectId: string | null;
  detail: { before?: Record<string, unknown>; after?: Record<string, unknown> };
  /** SHA-256 that chains it, hexadecimal. */
  hash: string;
}

/** Newest first. */
export interface AuditPageView {
  events: AuditEventView[];
  more: boolean;
}

export interface AuditVerdictView {
  events: number;
  first: number | null;
  last: number | null;
  head: string | null;
  /** None: the trail is whole. */
  faults: { seq: number; what: string }[];
}
