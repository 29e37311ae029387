/** Self-enrollment, for the phone that opened a link: one person, one consent, one capture, and nothing else. */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';
import type { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import type { Database, Em } from '../db/database.ts';
import { Consent } from '../db/entities/consent.ts';
import { EnrollmentInvitation } from '../db/entities/enrollment-invitation.ts';
import { Person } from '../db/entities/person.ts';
import { Template } from '../db/entities/template.ts';
import type { EnrollmentPorts } from '../enrollment/enrollment-ports.ts';
import { addEvents } from '../outbox/add-event.ts';
import type { SelfConsent, SelfEnrollmentView } from '../protocol/enrollment-invitations.ts';
import { MusterError } from '../protocol/error.ts';
import { INVITATION_LIMITS } from '../protocol/limits.ts';
import type { InvitationActor } from '../protocol/session.ts';
import type { InvitationFeed } from './invitation-feed.ts';
import { actOn } from './invitation-service.ts';
import { CLOSED_LINK, ended, isUsable } from './invitation-state.ts';

export interface SelfEnrollmentOptions {
  database: Database;
  texts: ConsentTextStore;
  templates: Pick<TemplateStore, 'replace'>;
  waiting: Pick<WaitingCaptures, 'keep'>;
  feed: InvitationFeed;
  /** `config.selfEnrollment` at the moment. */
  policy: () => 'confirm' | 'automatic';
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** A link that was opened. The token goes into the cookie of the phone and is stored nowhere else. */
interface Opened {
  view: SelfEnrollmentView;
  token: string;
  /** ms */
  maxAge: number;
}

type Invitations = EnrollmentPorts['invitations'];

export class SelfEnrollment implements Invitations {
  readonly #options: SelfEnrollmentOptions;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor(options: SelfEnrollmentOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'invitations' });
    this.#now = options.now ?? Date.now;
  }

  /**
   * Opens the link on this phone. Another phone that has it open loses it: whoever was invited can always go on with
   * another phone, and nobody can lock them out by opening a stolen link. Throws MusterError `not-found`.
   */
  async open(link: string): Promise<Opened> {
    const { database, feed } = this.#options;
    const token = newToken();
    const now = this.#now();
    const opened = await database.transaction(async (em) => {
      const invitation = await em.findOne(
        EnrollmentInvitation,
        { tokenHash: hashToken(link) },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      const person = invitation && (await em.findOne(Person, { id: invitation.personId, erasedAt: null }));
      // The same answer for a wrong link, a used one and one out of date, so that a guess reveals nothing.
      if (!invitation || !person || person.status === 'left' || !isUsable(invitation, now)) throw noLink();
      const elsewhere = invitation.sessionHash !== null;
      const until = Math.min(now + INVITATION_LIMITS.sessionLife, invitation.expiresAt.getTime());
      em.assign(invitation, {
        openedAt: invitation.openedAt ?? new Date(now),
        sessionHash: hashToken(token),
        sessionUntil: new Date(until),
      });
      await em.flush();
      const actor = actorOf(invitation, person);
      await audit(em, { ...actOn(invitation, 'invitation.opened'), actor });
      return { actor, elsewhere, maxAge: until - now };
    });
    const { invitationId } = opened.actor;
    if (opened.elsewhere) feed.report(invitationId);
    this.#log.info({ event: 'invitation.opened', invitationId }, 'invitation opened');
    return { view: await this.view(opened.actor), token, maxAge: opened.maxAge };
  }

  /** Whom the cookie of a phone stands for; null where its link is over or open on another phone. */
  async find(token: string): Promise<InvitationActor | null> {
    const em = this.#options.database.fork();
    const now = this.#now();
    const invitation = await em.findOne(EnrollmentInvitation, { sessionHash: hashToken(token) });
    if (!invitation || !isUsable(invitation, now)) return null;
    if ((invitation.sessionUntil?.getTime() ?? 0) <= now) return null;
    const person = await em.findOne(Person, { id: invitation.personId, erasedAt: null });
    return person && person.status !== 'left' ? actorOf(invitation, person) : null;
  }

  /** Throws MusterError `not-found`. */
  async view({ invitationId, name }: InvitationActor): Promise<SelfEnrollmentView> {
    const { database, texts, policy } = this.#options;
    const em = database.fork();
    const invitation = await em.findOne(EnrollmentInvitation, { id: invitationId });
    if (!invitation) throw noLink();
    return {
      person: { id: invitation.personId, displayName: name },
      expiresAt: invitation.expiresAt.toISOString(),
      consented: await this.#hasConsented(em, invitationId),
      confirmed: policy() === 'confirm',
      consent: texts.current,
    };
  }

  /** The person agrees. Throws MusterError `not-found`; `conflict` where the text has changed since it was shown. */
  async consent(actor: InvitationActor, shown: SelfConsent): Promise<SelfEnrollmentView> {
    const { database, texts } = this.#options;
    if (!texts.offers(shown.version, shown.language)) {
      throw new MusterError('conflict', 'The consent text has changed: show the person the current one.');
    }
    await database.transaction(async (em) => {
      const invitation = await this.#usable(em, actor.invitationId);
      const { id, personId } = invitation;
      // A tap that was sent twice is one consent.
      if (await this.#hasConsented(em, id)) return;
      const at = new Date(this.#now());
      const method = 'self';
      em.create(Consent, {
        ...shown,
        method,
        personId,
        invitationId: id,
        recordedBy: null,
        givenAt: at,
        withdrawnAt: null,
        withdrawnBy: null,
      });
      invitation.consentedAt = at;
      await em.flush();
      await audit(em, actOn(invitation, 'consent.given', { ...shown, method }));
    });
    return this.view(actor);
  }

  /** The person wants no face recognition: HR gives them a PIN or badge. Throws MusterError `not-found`. */
  async decline({ invitationId }: InvitationActor): Promise<void> {
    await this.#options.database.transaction(async (em) => {
      const invitation = await this.#usable(em, invitationId);
      const at = new Date(this.#now());
      em.assign(invitation, ended('declined', at));
      await em.flush();
      // Who agreed and then changed their mind takes back what they said on this link.
      const consents = await em.nativeUpdate(
        Consent,
        { invitationId, withdrawnAt: null },
        { withdrawnAt: at },
      );
      if (consents > 0) {
        await addEvents(em, [{ type: 'consent.withdrawn', subject: { person: invitation.personId } }]);
      }
      await audit(em, actOn(invitation, 'invitation.declined'));
      if (consents > 0) await audit(em, actOn(invitation, 'consent.withdrawn', { consents }));
    });
    this.#options.feed.report(invitationId);
    this.#log.info({ event: 'invitation.declined', invitationId }, 'the person declined');
  }

  /** Throws MusterError `not-found`; `forbidden` for another person; `wrong-state` without consent on this link. */
  async require(invitationId: string, personId: string): Promise<void> {
    const em = this.#options.database.fork();
    const invitation = await em.findOne(EnrollmentInvitation, { id: invitationId });
    if (!invitation || !isUsable(invitation, this.#now())) throw noLink();
    if (invitation.personId !== personId) {
      throw new MusterError('forbidden', 'This link is for another person.');
    }
    await this.#requireConsent(em, invitationId);
  }

  /**
   * Ends the link. By the policy `automatic` the capture counts at once, except where the face seems to be another person, or
   * would replace one that is enrolled: the face of an enrolled person must not change because somebody had a link.
   */
  async take(...[invitationId, capture]: Parameters<Invitations['take']>): ReturnType<Invitations['take']> {
    const { personId, contract, templates, duplicate } = capture;
    const em = this.#options.database.fork();
    const isNew = (await em.count(Template, { personId })) === 0;
    const state =
      this.#options.policy() === 'automatic' && isNew && !duplicate
        ? 'enrolled'
        : duplicate
          ? 'see-hr'
          : 'to-confirm';
    const end = async (within: Em) => {
      const invitation = await this.#usable(within, invitationId);
      await this.#requireConsent(within, invitationId);
      const at = new Date(this.#now());
      within.assign(invitation, {
        ...CLOSED_LINK,
        capturedAt: at,
        ...(state === 'enrolled' && ended('enrolled', at)),
      });
      await within.flush();
      if (state !== 'enrolled') await this.#options.waiting.keep(within, { invitationId, ...capture, at });
      const poses = templates.length - 1;
      await audit(
        within,
        actOn(invitation, 'invitation.captured', {
          poses,
          waits: state !== 'enrolled',
          similar: duplicate !== null,
        }),
      );
    };
    if (state === 'enrolled') {
      const invitation = { id: invitationId, end };
      await this.#options.templates.replace(personId, { contract, templates, by: null, invitation });
    } else {
      await this.#options.database.transaction(async (within) => {
        // Locked first, as by everything that changes templates: a withdrawal in the same moment must not be outlived.
        const person = await within.findOne(Person, personId, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!person || person.erasedAt || person.status === 'left') throw noLink();
        await end(within);
      });
    }
    this.#log.info(
      { event: 'invitation.captured', invitationId, state },
      'a face was captured by invitation',
    );
    return state;
  }

  async #usable(em: Em, id: string): Promise<EnrollmentInvitation> {
    const invitation = await em.findOne(
      EnrollmentInvitation,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!invitation || !isUsable(invitation, this.#now())) throw noLink();
    return invitation;
  }

  /** To the text in force, on this link: what somebody else recorded does not count here. */
  async #hasConsented(em: Em, invitationId: string): Promise<boolean> {
    const { version } = this.#options.texts.current;
    return (await em.count(Consent, { invitationId, version, withdrawnAt: null })) > 0;
  }

  async #requireConsent(em: Em, invitationId: string): Promise<void> {
    if (await this.#hasConsented(em, invitationId)) return;
    throw new MusterError('wrong-state', 'Agree to the current consent text first.');
  }
}

function actorOf({ id, personId }: EnrollmentInvitation, { displayName }: Person): InvitationActor {
  return { kind: 'invitation', invitationId: id, personId, name: displayName };
}

function noLink(): MusterError {
  return new MusterError('not-found', 'This link was used or has expired: ask HR for a new one.');
}
