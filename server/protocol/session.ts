/** Who is at the other end, and how staff sign in. */
import { z } from 'zod';
import { ROLES, type TokenScope } from './permissions.ts';
import { deviceKind, deviceSettings, siteOfDevice } from './devices.ts';
import { id, title } from './fields.ts';
import { PERSON_STATUSES } from './people.ts';

const accountActor = z.strictObject({
  kind: z.literal('account'),
  accountId: id,
  name: z.string(),
  username: z.string(),
  role: z.enum(ROLES),
  department: z.string().nullable().describe('Of a manager: whose attendance they see.'),
  person: z
    .strictObject({ id, status: z.enum(PERSON_STATUSES) })
    .optional()
    .describe('Of an employee: whose account it is.'),
});

const deviceActor = z.strictObject({
  kind: z.literal('device'),
  deviceId: id,
  name: z.string(),
  deviceKind,
  site: siteOfDevice,
  settings: deviceSettings,
});
export type DeviceActor = z.infer<typeof deviceActor>;

/** A person who was invited to enroll their own face, on the phone that has the link open. */
const invitationActor = z.strictObject({
  kind: z.literal('invitation'),
  invitationId: id,
  personId: id,
  name: z.string().describe('Of the person.'),
});
export type InvitationActor = z.infer<typeof invitationActor>;

const actor = z
  .discriminatedUnion('kind', [accountActor, deviceActor, invitationActor])
  .meta({ id: 'Actor' });
/** Who is at the other end of a socket or of a browser's request. */
export type Actor = z.infer<typeof actor>;

/** An integration, over HTTP only. */
export interface TokenActor {
  kind: 'token';
  tokenId: string;
  name: string;
  scopes: TokenScope[];
}

/** Who may be at the other end of an HTTP request. */
export type Caller = Actor | TokenActor;

export const sessionView = z
  .strictObject({
    setupNeeded: z.boolean().describe('True until the first administrator exists.'),
    actor: actor.nullable(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionView>;

/** A browser may hold several cookies, of an account, a device and an invitation: a page says which of them it speaks for. */
export const sessionQuery = z.strictObject({ as: z.enum(['account', 'device', 'invitation']).optional() });

export const pairedView = z.strictObject({ actor: deviceActor });

/** Characters. The upper bound keeps a stranger from making the server hash megabytes. */
export const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

const newPassword = z
  .string()
  .min(PASSWORD_LENGTH.least, { error: `is shorter than ${PASSWORD_LENGTH.least} characters` })
  .max(PASSWORD_LENGTH.most, { error: `is longer than ${PASSWORD_LENGTH.most} characters` })
  .refine((text) => new Set(text).size > 3, { error: 'repeats the same few characters' });

export const username = z
  .string()
  .trim()
  .toLowerCase()
  .max(64, { error: 'is longer than 64 characters' })
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, { error: 'is 2 to 64 letters, digits and . _ @ -' });

/** A password as it is typed, right or wrong. */
const typedPassword = z.string().max(PASSWORD_LENGTH.most);

/** A one-time code, or a recovery code. */
export const code = z.string().max(32);

const oneTimeToken = z.string().max(64);

export const setupInput = z.strictObject({
  token: oneTimeToken.describe('Printed by the server at its start.'),
  username,
  name: title,
  password: newPassword,
});
export type SetupInput = z.infer<typeof setupInput>;

export const signInInput = z.strictObject({
  username: z.string().trim().toLowerCase().max(64),
  password: typedPassword,
  code: code.optional().describe('One-time or recovery code, where the account asks for one.'),
});
export type SignInInput = z.infer<typeof signInInput>;

export const proofInput = z.strictObject({ password: typedPassword, code: code.optional() });
export type ProofInput = z.infer<typeof proofInput>;

export const joinInput = z.strictObject({ token: oneTimeToken, password: newPassword });
export type JoinInput = z.infer<typeof joinInput>;

export const joinedView = z.strictObject({ username: z.string() });

export const passwordChange = z.strictObject({ current: typedPassword, password: newPassword });
export type PasswordChange = z.infer<typeof passwordChange>;

/** The OpenID identity provider that staff may sign in with. */
export const oidcView = z
  .strictObject({ name: z.string().nullable().describe('What to call it; null where there is none.') })
  .meta({ id: 'IdentityProvider' });

export const oidcSignInQuery = z.object({
  return: z.string().max(2_000).optional().describe('Path to go to afterward.'),
  proof: z.literal('1').optional().describe('Prove again who is signed in.'),
});
