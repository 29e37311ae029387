/** The REST API of accounts and tokens, typed. */
import type {
  AccountChange,
  AccountInput,
  AccountView,
  InvitationView,
  OwnAccountView,
  RecoveryCodesView,
  SecondFactorOffer,
} from '#protocol/accounts.ts';
import type { SessionView } from '#protocol/session.ts';
import type { ApiTokenInput, ApiTokenView, NewApiTokenView } from '#protocol/tokens.ts';
import { call } from './api.ts';

const at = encodeURIComponent;

export const accountApi = {
  own: () => call<OwnAccountView>('GET', '/account'),
  changePassword: (input: { current: string; password: string }) =>
    call<void>('PUT', '/account/password', input),
  endSession: (id: string) => call<void>('DELETE', `/account/sessions/${at(id)}`),
  endOtherSessions: () => call<void>('DELETE', '/account/sessions'),
  offerSecondFactor: () => call<SecondFactorOffer>('POST', '/account/second-factor'),
  confirmSecondFactor: (code: string) => call<RecoveryCodesView>('PUT', '/account/second-factor', { code }),
  removeSecondFactor: () => call<void>('DELETE', '/account/second-factor'),
  newRecoveryCodes: () => call<RecoveryCodesView>('POST', '/account/recovery-codes'),
  /** Quiet: a wrong password here is no ended session. */
  prove: (input: { password: string; code?: string }) =>
    call<SessionView>('POST', '/session/proof', input, true),

  accounts: () => call<{ accounts: AccountView[] }>('GET', '/accounts'),
  invite: (input: AccountInput) => call<InvitationView>('POST', '/accounts', input),
  change: (id: string, input: AccountChange) => call<AccountView>('PATCH', `/accounts/${at(id)}`, input),
  reset: (id: string) => call<InvitationView>('POST', `/accounts/${at(id)}/invitation`),
  resetSecondFactor: (id: string) => call<AccountView>('DELETE', `/accounts/${at(id)}/second-factor`),
  join: (input: { token: string; password: string }) =>
    call<{ username: string }>('POST', '/invitation', input, true),

  tokens: () => call<{ tokens: ApiTokenView[] }>('GET', '/tokens'),
  createToken: (input: ApiTokenInput) => call<NewApiTokenView>('POST', '/tokens', input),
  revokeToken: (id: string) => call<void>('DELETE', `/tokens/${at(id)}`),
};
