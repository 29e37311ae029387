/** Consent: given to a text in force, recorded permanently. A withdrawal takes effect at once, in every analyzer. */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { Consent } from '../db/entities/consent.ts';
import { ConsentTextRow } from '../db/entities/consent-text.ts';
import { Person } from '../db/entities/person.ts';
import { addEvents } from '../outbox/add-event.ts';
import type { ConsentInput, ConsentMethod, ConsentView } from '../protocol/consents.ts';
import { MusterError } from '../protocol/error.ts';
import type { OwnConsentView } from '../protocol/own.ts';
import type { RemovalView } from '../protocol/people.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { eraseDecisions } from '../people/erasure.ts';
import type { Removals } from '../biometrics/removals.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';

export interface ConsentServiceOptions {
  database: Database;
  templates: TemplateStore;
  texts: ConsentTextStore;
  removals: Removals;
  log: Logger;
}

export class ConsentService {
  readonly #options: ConsentServiceOptions;
  readonly #log: Logger;

  constructor(options: ConsentServiceOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'consent' });
  }

  get texts(): ConsentTextStore {
    return this.#options.texts;
  }

  /**
   * Records that the person agreed to the text in force. Throws MusterError `not-found`, or `conflict` when
   * the person was shown another text.
   */
  async give(
    personId: string,
    shown: Pick<ConsentInput, 'version' | 'language'> & { method: ConsentMethod },
    by: { accountId: string },
  ): Promise<void> {
    if (!this.texts.offers(shown.version, shown.language)) {
      throw new MusterError('conflict', 'The consent text has changed: show the person the current one.');
    }
    await this.#options.database.transaction(async (em) => {
      const person = await em.findOne(Person, { id: personId, erasedAt: null });
      if (!person) throw notFound();
      em.create(Consent, {
        ...shown,
        personId,
        recordedBy: by.accountId,
        invitationId: null,
        withdrawnAt: null,
        withdrawnBy: null,
      });
      await audit(em, {
        act: 'consent.given',
        object: { kind: 'person', id: personId },
        after: { ...shown },
      });
    });
    this.#log.info({ event: 'consent.given', personId, version: shown.version }, 'consent recorded');
  }

  /**
   * Does what the consent text promises: the templates and their key are destroyed at once, and no new ones are captured
   * before the person agrees again. Resolves when every analyzer has confirmed that it dropped the person, or when the
   * time limit for that is reached. Throws MusterError `not-found`.
   */
  async withdraw(personId: string, by: { accountId: string }): Promise<RemovalView> {
    const { database, templates, removals } = this.#options;
    await database.transaction(async (em) => {
      // Locked, because an enrollment that is saved in the same moment would outlive the withdrawal.
      const person = await em.findOne(
        Person,
        { id: personId, erasedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!person) throw notFound();
      const destroyed = await templates.destroy(em, personId);
      await eraseDecisions(em, personId);
      const withdrawn = await em.nativeUpdate(
        Consent,
        { personId, withdrawnAt: null },
        { withdrawnAt: new Date(), withdrawnBy: by.accountId },
      );
      await addEvents(em, [{ type: 'consent.withdrawn', subject: { person: personId } }]);
      await audit(em, {
        act: 'consent.withdrawn',
        object: { kind: 'person', id: personId },
        after: { consents: withdrawn, templatesDestroyed: destroyed },
      });
    });
    await templates.publish(personId);
    const removal = await removals.confirm(personId);
    this.#log.info(
      { event: 'consent.withdrawn', personId, ...removal },
      'consent withdrawn, templates removed',
    );
    return removal;
  }

  /** As `history`, with what was agreed to, word for word. */
  async historyWithTexts(personId: string): Promise<OwnConsentView[]> {
    const consents = await this.history(personId);
    const texts = await this.#options.database
      .fork()
      .find(ConsentTextRow, { $or: consents.map(({ version, language }) => ({ version, language })) });
    return consents.map((consent) =>
      Object.assign(consent, {
        text:
          texts.find((one) => one.version === consent.version && one.language === consent.language)?.text ??
          '',
      }),
    );
  }

  /** Newest first. An unknown person has none. */
  async history(personId: string): Promise<ConsentView[]> {
    const em = this.#options.database.fork();
    const consents = await em.find(Consent, { personId }, { orderBy: { givenAt: 'desc' } });
    const ids = consents.flatMap(({ recordedBy, withdrawnBy }) =>
      [recordedBy, withdrawnBy].filter((id) => id !== null && id !== undefined),
    );
    const accounts = await em.find(Account, { id: { $in: [...new Set(ids)] } });
    const names = new Map(accounts.map(({ id, name }) => [id, name]));
    return consents.map((consent) => ({
      version: consent.version,
      language: consent.language,
      method: consent.method,
      givenAt: consent.givenAt.toISOString(),
      recordedBy: consent.recordedBy ? (names.get(consent.recordedBy) ?? '') : null,
      invitationId: consent.invitationId ?? null,
      withdrawnAt: consent.withdrawnAt?.toISOString() ?? null,
      withdrawnBy: consent.withdrawnBy ? (names.get(consent.withdrawnBy) ?? '') : null,
    }));
  }
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such person.');
}
