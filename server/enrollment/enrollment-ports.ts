/** What the enrollment service needs of other parts. */
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type { EnrollmentCandidate } from './candidate.ts';
import type { NewTemplate } from './template.ts';

/** What a capture became: templates of one model pack. */
interface CapturedSet {
  contract: ModelContract;
  templates: NewTemplate[];
}

export interface EnrollmentPorts {
  people: { get(personId: string): Promise<EnrollmentCandidate | null> };
  templates: {
    /** Replaces all templates of the person in one transaction. */
    replace(
      personId: string,
      set: CapturedSet & {
        by: { accountId: string };
        /** Why a likely duplicate was accepted; undefined if there was none. */
        override?: { reason: string };
        /** Why the front alone is enough. */
        frontOnly?: { reason: string };
        /** The likely duplicates that were accepted: recognition may not be able to tell them apart. */
        lookAlikes: readonly Match[];
      },
    ): Promise<unknown>;
  };
  invitations: {
    /** Throws MusterError where this invitation does not allow a capture of this person now. */
    require(invitationId: string, personId: string): Promise<void>;
    /** Takes what the invited person captured. @param duplicate the enrolled person whom the face seems to be */
    take(
      invitationId: string,
      capture: CapturedSet & { personId: string; duplicate: Match | null },
    ): Promise<'enrolled' | 'to-confirm' | 'see-hr'>;
  };
}
