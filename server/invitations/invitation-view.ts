/** Invitations as HR sees them. */
import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import {
  type EnrollmentInvitation,
  WaitingCapture,
  WaitingTemplate,
} from '../db/entities/enrollment-invitation.ts';
import { Person } from '../db/entities/person.ts';
import { Template } from '../db/entities/template.ts';
import type { EnrollmentInvitationView } from '../protocol/enrollment-invitations.ts';
import { POSE_BINS } from '../protocol/face.ts';
import { DAY } from '../time/durations.ts';
import { stateOf } from './invitation-state.ts';

export interface ViewOptions {
  /** Epoch ms. */
  now: number;
  /** `config.keepDays.captures` */
  keepDays: number;
}

/** In the given order. The number of queries does not depend on how many invitations there are. */
export async function viewInvitations(
  em: Em,
  invitations: readonly EnrollmentInvitation[],
  options: ViewOptions,
): Promise<EnrollmentInvitationView[]> {
  if (invitations.length === 0) return [];
  const ids = invitations.map(({ id }) => id);
  const captures = await em.find(WaitingCapture, { invitationId: { $in: ids } });
  const templates = Map.groupBy(
    await em.find(
      WaitingTemplate,
      { invitationId: { $in: ids } },
      { fields: ['invitationId', 'bin', 'quality'] },
    ),
    ({ invitationId }) => invitationId,
  );
  const personIds = [
    ...invitations.map(({ personId }) => personId),
    ...captures.flatMap(({ duplicateOf }) => duplicateOf ?? []),
  ];
  const people = new Map((await em.find(Person, { id: { $in: personIds } })).map((one) => [one.id, one]));
  const waitFor = captures.map(({ personId }) => personId);
  const enrolled = new Set(
    (await em.find(Template, { personId: { $in: waitFor }, bin: 'aggregate' }, { fields: ['personId'] })).map(
      ({ personId }) => personId,
    ),
  );
  const names = await namesOf(em, invitations);
  const captureOf = new Map(captures.map((capture) => [capture.invitationId, capture]));

  return invitations.map((invitation) => {
    const { id, personId, createdBy, endedBy } = invitation;
    const capture = captureOf.get(id);
    const other = people.get(capture?.duplicateOf ?? '');
    return {
      id,
      person: personOf(people.get(personId)!),
      state: stateOf(invitation, options.now),
      createdAt: invitation.createdAt.toISOString(),
      createdBy: names.get(createdBy) ?? '',
      expiresAt: invitation.expiresAt.toISOString(),
      openedAt: invitation.openedAt?.toISOString() ?? null,
      consentedAt: invitation.consentedAt?.toISOString() ?? null,
      endedAt: invitation.endedAt?.toISOString() ?? null,
      endedBy: endedBy ? (names.get(endedBy) ?? '') : null,
      reason: invitation.reason ?? null,
      capture: capture
        ? {
            at: capture.capturedAt.toISOString(),
            ...poses(templates.get(id) ?? []),
            deletedAt: new Date(capture.capturedAt.getTime() + options.keepDays * DAY).toISOString(),
            replaces: enrolled.has(personId),
            duplicate:
              other && !other.erasedAt
                ? { ...personOf(other), similarity: capture.duplicateSimilarity ?? 0 }
                : null,
          }
        : null,
    };
  });
}

function poses(templates: readonly Pick<WaitingTemplate, 'bin' | 'quality'>[]) {
  const ofPoses = templates.filter(({ bin }) => bin !== 'aggregate');
  const sum = ofPoses.reduce((total, { quality }) => total + quality, 0);
  return {
    bins: POSE_BINS.filter((bin) => ofPoses.some((template) => template.bin === bin)),
    quality: ofPoses.length > 0 ? sum / ofPoses.length : 0,
  };
}

function personOf({ id, number, displayName }: Person) {
  return { id, number: number ?? '', displayName };
}

async function namesOf(em: Em, invitations: readonly EnrollmentInvitation[]): Promise<Map<string, string>> {
  const ids = invitations.flatMap(({ createdBy, endedBy }) => [createdBy, endedBy ?? createdBy]);
  const accounts = await em.find(Account, { id: { $in: [...new Set(ids)] } }, { fields: ['id', 'name'] });
  return new Map(accounts.map(({ id, name }) => [id, name]));
}
