/** Invitations to enroll one's own face, for HR: made, revoked, and what was captured confirmed or rejected. */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit, type AuditEntry } from '../audit/audit.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';
import type { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import type { Database, Em } from '../db/database.ts';
import { EnrollmentInvitation, WaitingCapture } from '../db/entities/enrollment-invitation.ts';
import { Person } from '../db/entities/person.ts';
import type { NewTemplate } from '../enrollment/template.ts';
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type {
  EnrollmentInvitationsPage,
  EnrollmentInvitationsQuery,
  EnrollmentInvitationView,
  NewEnrollmentInvitation,
} from '../protocol/enrollment-invitations.ts';
import { MusterError } from '../protocol/error.ts';
import { DAY } from '../time/durations.ts';
import type { InvitationFeed } from './invitation-feed.ts';
import { ended, isUsable, stateOf } from './invitation-state.ts';
import { viewInvitations } from './invitation-view.ts';

export interface InvitationServiceOptions {
  database: Database;
  templates: Pick<TemplateStore, 'replace'>;
  waiting: WaitingCaptures;
  feed: InvitationFeed;
  /** Of the model pack in use. */
  contract: ModelContract;
  /** `config.keepDays.captures` at the moment. */
  keepDays: () => number;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Finds out whether a captured face is somebody else's: the enrollment service, which exists later than this one. */
export interface FaceComparison {
  /** Calls `use` with other people whose face it seems to be, the likeliest first. Nothing else is enrolled until it is done. */
  compare<T>(
    personId: string,
    templates: readonly NewTemplate[],
    use: (duplicates: readonly Match[]) => Promise<T>,
  ): Promise<T>;
}

export class InvitationService {
  readonly #options: InvitationServiceOptions;
  readonly #log: Logger;
  readonly #now: () => number;
  #faces: FaceComparison | null = null;

  constructor(options: InvitationServiceOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'invitations' });
    this.#now = options.now ?? Date.now;
  }

  comparedBy(faces: FaceComparison): void {
    this.#faces = faces;
  }

  /** Newest first. */
  async list(query: EnrollmentInvitationsQuery): Promise<EnrollmentInvitationsPage> {
    const { personId, state, limit, after } = query;
    const em = this.#options.database.fork();
    const last = after === undefined ? null : await em.findOne(EnrollmentInvitation, { id: after });
    const beyond = last && {
      $or: [{ createdAt: { $lt: last.createdAt } }, { createdAt: last.createdAt, id: { $lt: last.id } }],
    };
    const waiting = { outcome: null, capturedAt: { $ne: null } };
    const open = { outcome: null, capturedAt: null, expiresAt: { $gt: new Date(this.#now()) } };
    const rows = await em.find(
      EnrollmentInvitation,
      {
        $and: [
          personId === undefined ? {} : { personId },
          state === 'waiting' ? waiting : state === 'open' ? open : {},
          beyond ?? {},
        ],
      },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    return {
      invitations: await this.#view(em, page),
      waiting: await em.count(EnrollmentInvitation, waiting),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** Throws MusterError `not-found`. */
  async get(id: string): Promise<EnrollmentInvitationView> {
    const em = this.#options.database.fork();
    const invitation = await em.findOne(EnrollmentInvitation, { id });
    if (!invitation) throw notFound();
    return (await this.#view(em, [invitation]))[0]!;
  }

  /**
   * An earlier link of the person that was not used stops working: the new one is in its place. The token is in the link
   * and stored nowhere. Throws MusterError `not-found`; `wrong-state` for a person who has left, and while a capture of
   * the person waits.
   */
  async create(
    { personId, days }: NewEnrollmentInvitation,
    by: { accountId: string },
  ): Promise<{ invitation: EnrollmentInvitationView; token: string }> {
    const token = newToken();
    const now = new Date(this.#now());
    const { id, replaced } = await this.#options.database.transaction(async (em) => {
      // Locked, so that of two invitations made at once the second replaces the first.
      const person = await em.findOne(
        Person,
        { id: personId, erasedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!person) throw new MusterError('not-found', 'There is no such person.');
      if (person.status === 'left') {
        throw new MusterError('wrong-state', 'This person has left: make them active before enrolling.');
      }
      const open = await em.findOne(
        EnrollmentInvitation,
        { personId, outcome: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (open?.capturedAt) {
        throw new MusterError('wrong-state', 'A capture of this person waits: confirm or reject it first.');
      }
      if (open) {
        const valid = isUsable(open, now.getTime());
        em.assign(open, ended(valid ? 'revoked' : 'expired', now, valid ? by.accountId : null));
        // Before the new row: a person has one open invitation.
        await em.flush();
      }
      const made = em.create(EnrollmentInvitation, {
        personId,
        tokenHash: hashToken(token),
        createdAt: now,
        createdBy: by.accountId,
        expiresAt: new Date(now.getTime() + days * DAY),
      });
      await em.flush();
      await audit(em, actOn(made, 'invitation.created', { days, ...(open && { replaces: open.id }) }));
      return { id: made.id, replaced: open?.id };
    });
    if (replaced !== undefined) this.#options.feed.report(replaced);
    this.#log.info({ event: 'invitation.created', invitationId: id, personId }, 'invitation made');
    return { invitation: await this.get(id), token };
  }

  /** Throws MusterError `not-found`; `wrong-state` where it is over, or something was captured. */
  async revoke(id: string, by: { accountId: string }): Promise<void> {
    const now = new Date(this.#now());
    await this.#options.database.transaction(async (em) => {
      const invitation = await locked(em, id);
      if (invitation.capturedAt && !invitation.outcome) {
        throw new MusterError('wrong-state', 'A face was captured already: confirm or reject it.');
      }
      if (!isUsable(invitation, now.getTime())) throw isOver();
      em.assign(invitation, ended('revoked', now, by.accountId));
      await audit(em, actOn(invitation, 'invitation.revoked'));
    });
    this.#options.feed.report(id);
    this.#log.info({ event: 'invitation.revoked', invitationId: id }, 'invitation revoked');
  }

  /**
   * Enrolls what was captured. Throws MusterError `not-found`; `wrong-state` where nothing waits, or it can't be used any
   * more; `duplicate-face` where the face seems to be another person and there is no reason.
   */
  async confirm(
    id: string,
    { reason }: { reason?: string | undefined },
    by: { accountId: string },
  ): Promise<EnrollmentInvitationView> {
    const { database, templates: store, waiting, contract } = this.#options;
    const em = database.fork();
    const capture = await this.#waitingCapture(em, id);
    const { personId } = capture;
    if (capture.contract !== contract) {
      throw new MusterError(
        'wrong-state',
        'The model pack has changed since this capture: reject it, and invite the person again.',
      );
    }
    const templates = await waiting.open(em, capture);
    if (!templates) {
      throw new MusterError('wrong-state', 'This capture cannot be read any more: reject it.');
    }
    if (!this.#faces) {
      throw new MusterError(
        'analyzer-unavailable',
        'No analyzer is running at the moment. Try again in a few seconds.',
      );
    }
    await this.#faces.compare(personId, templates, async (found) => {
      const duplicate = found[0] ?? duplicateOf(capture);
      const other = duplicate && (await em.findOne(Person, { id: duplicate.personId, erasedAt: null }));
      if (other && reason === undefined) throw looksLike(other, duplicate.similarity);
      await store.replace(personId, {
        contract,
        templates,
        by,
        ...(other && reason !== undefined && { override: { reason } }),
        lookAlikes: found,
        invitation: {
          id,
          end: async (within) => {
            const invitation = await locked(within, id);
            if (stateOf(invitation, this.#now()) !== 'waiting') throw isDecided();
            within.assign(invitation, ended('enrolled', new Date(this.#now()), by.accountId));
            await within.nativeDelete(WaitingCapture, { invitationId: id });
            await audit(
              within,
              actOn(invitation, 'invitation.confirmed', { duplicateAccepted: Boolean(other) }),
            );
          },
        },
      });
    });
    await waiting.forget(capture);
    this.#log.info({ event: 'invitation.confirmed', invitationId: id, personId }, 'capture confirmed');
    return this.get(id);
  }

  /** Deletes what was captured. Throws MusterError `not-found`, `wrong-state` where nothing waits. */
  async reject(
    id: string,
    { reason }: { reason: string },
    by: { accountId: string },
  ): Promise<EnrollmentInvitationView> {
    await this.#options.database.transaction(async (em) => {
      const invitation = await locked(em, id);
      const capture = await this.#waitingCapture(em, id);
      em.assign(invitation, { ...ended('rejected', new Date(this.#now()), by.accountId), reason });
      await em.flush();
      await this.#options.waiting.destroy(em, capture);
      await audit(em, actOn(invitation, 'invitation.rejected'));
    });
    this.#log.info({ event: 'invitation.rejected', invitationId: id }, 'capture rejected');
    return this.get(id);
  }

  async #waitingCapture(em: Em, id: string): Promise<WaitingCapture> {
    const invitation = await em.findOne(EnrollmentInvitation, { id });
    if (!invitation) throw notFound();
    const capture = await em.findOne(WaitingCapture, { invitationId: id });
    if (invitation.outcome || !capture) throw isDecided();
    return capture;
  }

  #view(em: Em, invitations: readonly EnrollmentInvitation[]): Promise<EnrollmentInvitationView[]> {
    return viewInvitations(em, invitations, { now: this.#now(), keepDays: this.#options.keepDays() });
  }
}

function duplicateOf({ duplicateOf: personId, duplicateSimilarity }: WaitingCapture): Match | null {
  return personId ? { personId, similarity: duplicateSimilarity ?? 0 } : null;
}

async function locked(em: Em, id: string): Promise<EnrollmentInvitation> {
  const invitation = await em.findOne(EnrollmentInvitation, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!invitation) throw notFound();
  return invitation;
}

/** An act on an invitation is one on its person, whose history it belongs to. */
export function actOn(
  { id, personId }: Pick<EnrollmentInvitation, 'id' | 'personId'>,
  act: AuditEntry['act'],
  more: Record<string, unknown> = {},
): AuditEntry {
  return { act, object: { kind: 'person', id: personId }, after: { invitation: id, ...more } };
}

function looksLike({ id, displayName }: Person, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${displayName}, who is already enrolled. If they really are two people, give a reason.`,
    { details: { personId: id, displayName, similarity } },
  );
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such invitation.');
}

function isOver(): MusterError {
  return new MusterError('wrong-state', 'This invitation is over already.');
}

function isDecided(): MusterError {
  return new MusterError('wrong-state', 'No capture of this invitation waits for a decision.');
}
