/** The bodies of the REST API that are about staff accounts, in both directions. Instants are ISO 8601 in UTC. */
import type { Role, TokenScope } from './permissions.ts';

export interface AccountView {
  id: string;
  username: string;
  name: string;
  role: Role;
  /** Of a manager: whose attendance they see. */
  department: string | null;
  /** `invited`: nobody has chosen a password yet (again). */
  state: 'active' | 'invited' | 'disabled';
  secondFactor: boolean;
  createdAt: string;
  signedInAt: string | null;
}

export interface AccountInput {
  username: string;
  name: string;
  role: Role;
  department?: string;
}

export interface AccountChange {
  name?: string;
  role?: Role;
  department?: string;
  disabled?: boolean;
}

export interface InvitationView {
  account: AccountView;
  /** Shown once; for the fragment of `/join`. */
  token: string;
  expiresAt: string;
}

export interface OwnSessionView {
  id: string;
  /** The one that asks. */
  current: boolean;
  userAgent: string | null;
  address: string | null;
  openedAt: string;
  lastUsedAt: string;
}

export interface OwnAccountView {
  account: AccountView;
  /** Recovery codes that are left; null without a second factor. */
  recoveryCodes: number | null;
  sessions: OwnSessionView[];
}

/** What an authenticator app needs; shown once. */
export interface SecondFactorOffer {
  /** Base32. */
  secret: string;
  /** `otpauth://totp/…`, for a QR code. */
  uri: string;
}

export interface RecoveryCodesView {
  /** Each good once, in place of a one-time code; shown once. */
  recoveryCodes: string[];
}

export interface ApiTokenView {
  id: string;
  name: string;
  scopes: TokenScope[];
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  /** `ended`: revoked, expired, or who made it may not any more. */
  state: 'active' | 'ended';
}

export interface ApiTokenInput {
  name: string;
  scopes: TokenScope[];
  /** 1..366 */
  days: number;
}

export interface NewApiTokenView {
  /** Shown once: `Authorization: Bearer …`. */
  secret: string;
  token: ApiTokenView;
}
