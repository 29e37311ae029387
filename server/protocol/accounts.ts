/** Staff accounts, one's own and others'. */
import { z } from 'zod';
import { departmentName } from './departments.ts';
import { id, instant, next, title, version } from './fields.ts';
import { ROLES } from './permissions.ts';
import { code, username } from './session.ts';

const role = z.enum(ROLES, { error: `is not one of ${ROLES.join(', ')}` });
const department = departmentName;

export const accountView = z
  .strictObject({
    id,
    version,
    username: z.string(),
    name: z.string(),
    role,
    department: z.string().nullable().describe('Of a manager: whose attendance they see.'),
    state: z
      .enum(['active', 'invited', 'disabled'])
      .describe('`invited`: the person has yet to choose a password (again).'),
    secondFactor: z.boolean(),
    createdAt: instant,
    signedInAt: instant.nullable(),
  })
  .meta({ id: 'Account' });
export type AccountView = z.infer<typeof accountView>;

export const accountsView = z.strictObject({ accounts: z.array(accountView), next });

export const newAccount = z.strictObject({ username, name: title, role, department: department.default('') });
export type NewAccount = z.infer<typeof newAccount>;

export const accountChange = z
  .strictObject({ name: title, role, department, disabled: z.boolean() })
  .partial();
export type AccountChange = z.infer<typeof accountChange>;

export const invitationView = z
  .strictObject({
    account: accountView,
    token: z.string().describe('Shown once; for the fragment of `/join`.'),
    expiresAt: instant,
  })
  .meta({ id: 'Invitation' });
export type InvitationView = z.infer<typeof invitationView>;

const ownSessionView = z
  .strictObject({
    id,
    current: z.boolean().describe('The session of this request.'),
    userAgent: z.string().nullable(),
    address: z.string().nullable(),
    openedAt: instant,
    lastUsedAt: instant,
  })
  .meta({ id: 'OwnSession' });
export type OwnSessionView = z.infer<typeof ownSessionView>;

export const ownAccountView = z
  .strictObject({
    account: accountView,
    recoveryCodes: z.int().nullable().describe('Recovery codes that are left; null without a second factor.'),
    sessions: z.array(ownSessionView),
  })
  .meta({ id: 'OwnAccount' });
export type OwnAccountView = z.infer<typeof ownAccountView>;

/** What an authenticator app needs; shown once. */
export const secondFactorOffer = z
  .strictObject({
    secret: z.string().describe('Base32.'),
    uri: z.string().describe('`otpauth://totp/…`, for a QR code.'),
  })
  .meta({ id: 'SecondFactorOffer' });
export type SecondFactorOffer = z.infer<typeof secondFactorOffer>;

export const codeInput = z.strictObject({ code });

export const recoveryCodesView = z
  .strictObject({
    recoveryCodes: z
      .array(z.string())
      .describe('Each is good once, in place of a one-time code; shown once.'),
  })
  .meta({ id: 'RecoveryCodes' });
