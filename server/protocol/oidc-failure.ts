/** Why a sign-in by a provider came to nothing; the sign-in page has the words. */
export type OidcReason =
  /** Not begun here, or too long ago. */
  | 'expired'
  /** The provider said no, or the person gave up there. */
  | 'refused'
  /** What came back does not hold. */
  | 'invalid'
  /** The provider does not answer. */
  | 'unavailable'
  /** None of the person's groups has a role here. */
  | 'no-role'
  | 'disabled'
  /** The role is that of an employee, and the claims name no person, several, or one who has another identity. */
  | 'no-person'
  /** The identity was proved by a different person. */
  | 'other-person';

export class OidcFailure extends Error {
  readonly reason: OidcReason;

  constructor(reason: OidcReason, options?: ErrorOptions) {
    super(`sign-in by the provider: ${reason}`, options);
    this.reason = reason;
  }
}
