/** What an invitation allows at a moment, and how it ends. Pure functions over its row. */
import type { EnrollmentInvitation } from '../db/entities/enrollment-invitation.ts';
import type { InvitationState } from '../protocol/enrollment-invitations.ts';

type Moments = Pick<EnrollmentInvitation, 'outcome' | 'capturedAt' | 'expiresAt' | 'openedAt'>;

export function stateOf({ outcome, capturedAt, expiresAt, openedAt }: Moments, now: number): InvitationState {
  if (outcome) return outcome;
  if (capturedAt) return 'waiting';
  if (expiresAt.getTime() <= now) return 'expired';
  return openedAt ? 'opened' : 'sent';
}

/** Whether the link still leads to a capture. */
export function isUsable(invitation: Moments, now: number): boolean {
  const state = stateOf(invitation, now);
  return state === 'sent' || state === 'opened';
}

/** What no invitation keeps whose link cannot be used any more. */
export const CLOSED_LINK = { tokenHash: null, sessionHash: null, sessionUntil: null } as const;

/** @param by the account that ended it; null for the person, the policy and the time */
export function ended(
  outcome: NonNullable<EnrollmentInvitation['outcome']>,
  at: Date,
  by: string | null = null,
): Partial<EnrollmentInvitation> {
  return { ...CLOSED_LINK, outcome, endedAt: at, endedBy: by };
}
