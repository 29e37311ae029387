/** Staff accounts, one's own and others'. */
import { z } from 'zod';
import { departmentName } from './departments.ts';
import { id, instant, next, page, title, version } from './fields.ts';
import { ROLES, STAFF_ROLES } from './permissions.ts';
import { code, username } from './session.ts';

/** An account of an employee is made for a person (`access.give`), and keeps its role. */
const role = z.enum(STAFF_ROLES, { error: `is not one of ${STAFF_ROLES.join(', ')}` });
const department = departmentName;

export const accountView = z
  .strictObject({
    id,
    version,
    username: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    department: z.string().nullable().describe('Of a manager: whose attendance they see.'),
    personId: id.nullable().describe('Of an employee: whose account it is.'),
    state: z
      .enum(['active', 'invited', 'disabled'])
      .describe('`invited`: the person has yet to choose a password (again).'),
    secondFactor: z.boolean(),
    createdAt: instant,
    signedInAt: instant.nullable(),
  })
  .meta({ id: 'Account' });
export type AccountView = z.infer<typeof accountView>;

export const accountsQuery = z.strictObject({
  ...page,
  of: z.enum(['staff', 'employees']).optional().describe('All accounts by default.'),
});
export type AccountsQuery = z.infer<typeof accountsQuery>;

export const accountsView = z.strictObject({ accounts: z.array(accountView), next });

export const newAccount = z.strictObject({ username, name: title, role, department: department.default('') });
export type NewAccount = z.infer<typeof newAccount>;

export const accountChange = z
  .strictObject({ name: title, role, department, disabled: z.boolean() })
  .partial();
export type AccountChange = z.infer<typeof accountChange>;

export const newEmployeeAccess = z.strictObject({ username });
export const employeeAccessChange = z.strictObject({ disabled: z.boolean() });
export const employeeAccessView = z
  .strictObject({ account: accountView.nullable() })
  .meta({ id: 'EmployeeAccess' });
export type EmployeeAccessView = z.infer<typeof employeeAccessView>;

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
