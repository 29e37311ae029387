/**
 * Who may do what: the one table. Every route (`server/http/access.ts`) and every socket method
 * (`server/signaling/permissions.ts`) names the permission it needs; the client asks the same table what to show.
 */

import type { PersonStatus } from './people.ts';

/** `owner`: settings, keys, accounts, and all the rest. `manager`: the attendance of the own department. */
export const STAFF_ROLES = ['owner', 'hr', 'manager', 'viewer'] as const;
/** `employee`: what concerns the one person whose account it is, and nobody else. */
export const ROLES = [...STAFF_ROLES, 'employee'] as const;
export type Role = (typeof ROLES)[number];

/** `inactive-employee`: one who is suspended or has left. An `encoder` may nothing over the API and the socket: it publishes by WHIP. */
type Grantee = Role | 'inactive-employee' | 'station' | 'camera' | 'encoder' | 'invitation';

const GRANTS = {
  /** Hold a socket; ask who one is. */
  connect: ['owner', 'hr', 'manager', 'viewer', 'station', 'camera', 'invitation'],
  /** Publish a camera, and receive the results of one's own. */
  'media:publish': ['owner', 'hr', 'station', 'camera', 'invitation'],
  /** Punch by PIN or badge at the own door. */
  'punch:identify': ['station'],
  'people:read': ['owner', 'hr'],
  'people:write': ['owner', 'hr'],
  'people:erase': ['owner', 'hr'],
  /** All that is stored of a person, for that person. */
  'people:export': ['owner', 'hr'],
  'consent:write': ['owner', 'hr'],
  /** Write the text that people agree to, and release it. */
  'consent-texts:write': ['owner', 'hr'],
  /** Enroll anybody, invite people to do it themselves, and decide about what they captured. */
  enroll: ['owner', 'hr'],
  /** Capture a face for an enrollment: who holds an invitation only that of the invited person. */
  'face:capture': ['owner', 'hr', 'invitation'],
  /** All that an invitation is for besides that: read the consent text, agree or decline. */
  'self-enroll': ['invitation'],
  /** A manager sees the own department only. */
  'attendance:read': ['owner', 'hr', 'manager', 'viewer'],
  /** Ask for a correction; whether it needs approval is a rule of the site. A manager: for the own department. */
  'attendance:correct': ['owner', 'hr', 'manager'],
  /** Approve or refuse the corrections of others. A manager: for the own department. */
  'corrections:decide': ['owner', 'hr', 'manager'],
  /** Approve or refuse the absences that employees ask for. A manager: for the own department. */
  'absences:decide': ['owner', 'hr', 'manager'],
  /** Closed months, and what is open in a month. A manager: of the own department. */
  'months:read': ['owner', 'hr', 'manager'],
  'months:close': ['owner', 'hr'],
  'months:reopen': ['owner'],
  /** Shifts, rotas, absences, holidays and balances. A manager sees those of the own department only. */
  'schedules:read': ['owner', 'hr', 'manager'],
  'schedules:write': ['owner', 'hr'],
  /** Hours, lateness and leave of many people. A manager sees those of the own department only. */
  'reports:read': ['owner', 'hr', 'manager'],
  /** Files for payroll, and the profiles that say what is in them. */
  'payroll:export': ['owner', 'hr'],
  /** Who is in the building. A manager sees those of the own department only. */
  'presence:read': ['owner', 'hr', 'manager', 'viewer'],
  /** Start, tick and end roll calls. Until a roll call ends, a manager sees everybody on it: it may save a life. */
  'rollcalls:run': ['owner', 'hr', 'manager'],
  'sites:read': ['owner', 'hr', 'manager', 'viewer'],
  /** Evidence crops, where they are kept. */
  'snapshots:read': ['owner', 'hr'],
  /** Why a face was recognized or not: the numbers of its frames. */
  'decisions:read': ['owner', 'hr'],
  /** How each camera performs: state, rates and losses, without pictures. */
  'cameras:watch': ['owner', 'hr'],
  /** Their pictures, live. Each site can switch it off for everybody. */
  'cameras:view': ['owner', 'hr'],
  'devices:read': ['owner', 'hr'],
  'devices:write': ['owner'],
  /** Let people see their own record, and take that back: accounts of employees, and no others. */
  'access:give': ['owner', 'hr'],
  /** The own days, plan, balance and corrections. */
  'own:read': ['employee'],
  'own:correct': ['employee'],
  /** Ask for vacation and other absences. */
  'own:absence': ['employee'],
  /** Agree to a newer consent text than one has agreed to. */
  'own:agree': ['employee'],
  /** What one agreed to, and its withdrawal, which must always be possible. */
  'own:consent': ['employee', 'inactive-employee'],
  /** A copy of everything about oneself. Whoever is suspended or has left has a right to it as well. */
  'own:export': ['employee', 'inactive-employee'],
  /** Follow what happens, with the names of people. */
  'events:read': ['owner', 'hr'],
  'accounts:read': ['owner'],
  'accounts:write': ['owner'],
  'tokens:write': ['owner'],
  /** Who is told of events outside, and what they were told. */
  'webhooks:write': ['owner'],
  'settings:write': ['owner'],
  'audit:read': ['owner'],
  /** The figures to operate by, which name no people. */
  'metrics:read': ['owner'],
} as const satisfies Record<string, readonly Grantee[]>;

export type Permission = keyof typeof GRANTS;

/** What an API token can be allowed: what integrations need, and nothing about accounts, keys or faces. */
export const TOKEN_SCOPES = [
  'people:read',
  'people:write',
  'attendance:read',
  'presence:read',
  'reports:read',
  'schedules:read',
  'schedules:write',
  'devices:read',
  'events:read',
  'metrics:read',
] as const satisfies Permission[];
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** As much of an actor as the table asks about. */
type Asker =
  | { kind: 'account'; role: Role; person?: { status: PersonStatus } | undefined }
  | { kind: 'device'; deviceKind: 'station' | 'camera' | 'encoder' }
  | { kind: 'invitation' }
  | { kind: 'token'; scopes: readonly TokenScope[] };

export function may(actor: Asker, permission: Permission): boolean {
  if (actor.kind === 'token') return (actor.scopes as readonly Permission[]).includes(permission);
  return (GRANTS[permission] as readonly Grantee[]).includes(granteeOf(actor));
}

function granteeOf(actor: Exclude<Asker, { kind: 'token' }>): Grantee {
  if (actor.kind === 'account') {
    return actor.role === 'employee' && actor.person?.status !== 'active' ? 'inactive-employee' : actor.role;
  }
  return actor.kind === 'device' ? actor.deviceKind : 'invitation';
}
