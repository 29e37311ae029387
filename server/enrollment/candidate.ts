/** The facts about a person that an enrollment needs. */
export interface EnrollmentCandidate {
  id: string;
  displayName: string;
  /** Consent to the current text is recorded. */
  consentCurrent: boolean;
}
