/** Sign-in with an OpenID provider: the path that starts it, and the text for each reason why it can fail. */
import { msg } from '@lit/localize';
import type { OidcReason } from '#protocol/oidc-failure.ts';
import { addressOf } from '../session/api.ts';
import { returnPath } from '../app/navigation.ts';

const TEXTS: Record<OidcReason, () => string> = {
  expired: () => msg('This sign-in took too long. Please start again.'),
  refused: () => msg('The sign-in was canceled or refused by the provider.'),
  invalid: () =>
    msg('The answer of the provider could not be verified. Please start again, or ask an owner for help.'),
  unavailable: () => msg('The provider does not respond. Try again, or sign in with a password.'),
  'no-role': () => msg('Your organization has not given you access to Muster. Ask an owner for access.'),
  'no-person': () => msg('Your sign-in could not be matched to your record in Muster. Please see HR.'),
  disabled: () => msg('Your account is disabled. Ask an owner for help.'),
  'other-person': () =>
    msg('A different person signed in with the provider. Please sign in with your own account.'),
};

/** @param failed the reason in the URL to which the server redirected the browser; null where there is none */
export function providerFault(failed: string | null): string {
  return failed !== null && Object.hasOwn(TEXTS, failed) ? TEXTS[failed as OidcReason]() : '';
}

/**
 * The path that starts the sign-in. Afterwards the browser returns to the page named in `search`.
 * @param proof true to confirm the identity of an account that is signed in already
 */
export function providerPath(search: string, { proof = false } = {}): string {
  return addressOf('oidc.signIn', { query: { return: returnPath(search), ...(proof && { proof: '1' }) } });
}
