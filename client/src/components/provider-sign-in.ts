/** Signing in by an OpenID provider: the way there, and what is said when it came to nothing. */
import type { OidcReason } from '#protocol/oidc-failure.ts';
import { returnPath } from '../app/navigation.ts';

const WORDS: Record<OidcReason, string> = {
  expired: 'This sign-in was not begun here, or too long ago. Begin again.',
  refused: 'The sign-in was refused there, or given up.',
  invalid: 'What the provider answered does not hold. Begin again, or tell an owner.',
  unavailable: 'The provider does not answer. Try again, or sign in with a password.',
  'no-role': 'Your organization gives you no role here. Ask an owner for one.',
  disabled: 'Your account here is disabled. Ask an owner.',
  'other-person': 'Somebody else signed in there. Sign in as yourself.',
};

/** @param failed the reason in the address that the server sent the browser back to */
export function providerFault(failed: string | null): string {
  return failed !== null && Object.hasOwn(WORDS, failed) ? WORDS[failed as OidcReason] : '';
}

/** Where the browser goes to sign in, and then back to the page in `search`. `proof`: to show again who one is. */
export function providerPath(search: string, { proof = false } = {}): string {
  const query = new URLSearchParams({ return: returnPath(search), ...(proof && { proof: '1' }) });
  return `/api/oidc/sign-in?${query.toString()}`;
}
