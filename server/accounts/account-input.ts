/** What people may say of accounts, their own and others'. */
import { z } from 'zod';
import { ROLES } from '../protocol/permissions.ts';
import { newPassword } from './password.ts';

const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, { error: 'is 2 to 64 letters, digits and . _ @ -' });
const name = z.string().trim().min(1, { error: 'is missing' }).max(80);
const role = z.enum(ROLES, { error: `is none of ${ROLES.join(', ')}` });
const department = z.string().trim().max(80);
/** The upper bound keeps a stranger from making the server hash megabytes. */
const typedPassword = z.string().max(256);
const code = z.string().max(32);

export const setupInput = z.strictObject({
  token: z.string().max(64),
  username,
  name,
  password: newPassword,
});
export type SetupInput = z.infer<typeof setupInput>;

export const signInInput = z.strictObject({
  username: z.string().trim().toLowerCase().max(64),
  password: typedPassword,
  /** One-time or recovery code, where the account asks for one. */
  code: code.optional(),
});
export type SignInInput = z.infer<typeof signInInput>;

export const proofInput = z.strictObject({ password: typedPassword, code: code.optional() });
export type ProofInput = z.infer<typeof proofInput>;

export const passwordChange = z.strictObject({ current: typedPassword, password: newPassword });
export type PasswordChange = z.infer<typeof passwordChange>;

export const codeInput = z.strictObject({ code });

export const newAccount = z.strictObject({ username, name, role, department: department.default('') });
export type NewAccount = z.infer<typeof newAccount>;

export const accountChange = z.strictObject({ name, role, department, disabled: z.boolean() }).partial();
export type AccountChange = z.infer<typeof accountChange>;

export const joinInput = z.strictObject({ token: z.string().max(64), password: newPassword });
export type JoinInput = z.infer<typeof joinInput>;
