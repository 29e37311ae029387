/** The people who may check in: their records, their consent, and how they leave the system. */
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import type { Database, Em } from '../db/database.ts';
import { Consent } from '../db/entities/consent.ts';
import { Person } from '../db/entities/person.ts';
import { Enrolment } from '../db/entities/template.ts';
import type { PersonView } from '../protocol/api.ts';
import { MusterError } from '../protocol/error.ts';
import { consentText, currentConsent } from './consent-text.ts';
import type { NewPerson, PersonChange } from './person-input.ts';
import { type ContractsInUse, displayName, viewPeople } from './person-view.ts';
import { countToReenrol } from './reenrolment.ts';
import type { TemplateStore } from './template-store.ts';

export interface PeopleServiceOptions extends ContractsInUse {
  database: Database;
  templates: TemplateStore;
  log: Logger;
}

/** What an enrolment must know. */
export interface EnrolmentCandidate {
  id: string;
  displayName: string;
  consentCurrent: boolean;
}

export class PeopleService {
  readonly #database: Database;
  readonly #templates: TemplateStore;
  readonly #log: Logger;
  readonly #inUse: ContractsInUse;
  readonly #names = new Map<string, string>();

  private constructor({ database, templates, log, contract, former }: PeopleServiceOptions) {
    this.#database = database;
    this.#templates = templates;
    this.#log = log.child({ part: 'people' });
    this.#inUse = { contract, former };
  }

  static async create(options: PeopleServiceOptions): Promise<PeopleService> {
    const service = new PeopleService(options);
    const people = await options.database.fork().find(Person, { erasedAt: null });
    for (const person of people) service.#names.set(person.id, displayName(person));
    return service;
  }

  /** From memory: asked for every recognised face of every frame. */
  nameOf(personId: string): string | undefined {
    return this.#names.get(personId);
  }

  /** All people, or those in whose number, name, department or e-mail every word of `search` occurs. */
  async list(search = ''): Promise<PersonView[]> {
    const words = search.split(/\s+/).filter((word) => word !== '');
    const em = this.#database.fork();
    const people = await em.find(
      Person,
      {
        erasedAt: null,
        $and: words.map((word) => {
          const like = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
          return {
            $or: (['number', 'givenName', 'familyName', 'department', 'email'] as const).map((field) => ({
              [field]: { $ilike: like },
            })),
          };
        }),
      },
      { orderBy: { familyName: 'asc', givenName: 'asc', number: 'asc' } },
    );
    return viewPeople(em, people, this.#inUse);
  }

  async get(id: string): Promise<PersonView | null> {
    const em = this.#database.fork();
    const person = await em.findOne(Person, { id, erasedAt: null });
    return person && (await viewPeople(em, [person], this.#inUse))[0]!;
  }

  /** How many people must be enrolled again. */
  reenrol(): Promise<number> {
    return countToReenrol(this.#database, this.#inUse.contract);
  }

  async candidate(id: string): Promise<EnrolmentCandidate | null> {
    const person = await this.get(id);
    return (
      person && { id, displayName: person.displayName, consentCurrent: person.consent?.current ?? false }
    );
  }

  /** Throws MusterError `conflict` when the number is taken. */
  async create(input: NewPerson): Promise<PersonView> {
    const person = await this.#write(async (em) => em.create(Person, { ...input, erasedAt: null }));
    this.#names.set(person.id, displayName(person));
    this.#log.info({ personId: person.id }, 'person created');
    return this.#view(person.id);
  }

  /** Throws MusterError `not-found`, `conflict`. */
  async update(id: string, change: PersonChange): Promise<PersonView> {
    const person = await this.#write(async (em) => {
      const found = await this.#find(em, id);
      return em.assign(found, change);
    });
    this.#names.set(id, displayName(person));
    this.#log.info({ personId: id, fields: Object.keys(change) }, 'person changed');
    // Somebody who is suspended or has left is not recognised; back again, they are.
    if (change.status !== undefined) await this.#templates.publish(id);
    return this.#view(id);
  }

  /**
   * Deletes what says who somebody was: templates and their key, enrolment records, and every personal
   * field. The row stays as a pseudonym, because punches (which the law makes an employer keep) and the
   * proof of consent refer to it. Throws MusterError `not-found`.
   */
  async erase(id: string): Promise<void> {
    await this.#database.transaction(async (em) => {
      const person = await this.#find(em, id);
      await this.#templates.destroy(em, id);
      await em.nativeDelete(Enrolment, { personId: id });
      em.assign(person, {
        number: null,
        givenName: '',
        familyName: '',
        department: '',
        jobTitle: '',
        email: '',
        phone: '',
        startDate: null,
        status: 'left',
        erasedAt: new Date(),
      });
    });
    this.#names.delete(id);
    this.#log.info({ personId: id }, 'person erased');
    await this.#templates.publish(id);
  }

  /**
   * Records that the person agreed to the current text. Throws MusterError `not-found`, or `conflict` when
   * another version was shown than the one in force.
   */
  async giveConsent(
    id: string,
    shown: { version: string; language: string },
    by: { accountId: string },
  ): Promise<PersonView> {
    if (shown.version !== currentConsent.version || !consentText(shown.version, shown.language)) {
      throw new MusterError('conflict', 'The consent text has changed: show the person the current one.');
    }
    await this.#database.transaction(async (em) => {
      await this.#find(em, id);
      em.create(Consent, {
        ...shown,
        personId: id,
        recordedBy: by.accountId,
        withdrawnAt: null,
        withdrawnBy: null,
      });
    });
    this.#log.info({ personId: id, version: shown.version }, 'consent recorded');
    return this.#view(id);
  }

  /**
   * As the consent text promises: the templates and their key are gone at once, and no new ones are captured
   * before the person agrees again. Throws MusterError `not-found`.
   */
  async withdrawConsent(id: string, by: { accountId: string }): Promise<void> {
    await this.#database.transaction(async (em) => {
      await this.#find(em, id);
      await this.#templates.destroy(em, id);
      await em.nativeUpdate(
        Consent,
        { personId: id, withdrawnAt: null },
        { withdrawnAt: new Date(), withdrawnBy: by.accountId },
      );
    });
    this.#log.info({ personId: id }, 'consent withdrawn, templates removed');
    await this.#templates.publish(id);
  }

  /** Inside a transaction the row is locked: an enrolment saved meanwhile would outlive an erasure. */
  async #find(em: Em, id: string): Promise<Person> {
    const lockMode = em.isInTransaction() ? LockMode.PESSIMISTIC_WRITE : LockMode.NONE;
    const person = await em.findOne(Person, { id, erasedAt: null }, { lockMode });
    if (!person) throw notFound();
    return person;
  }

  async #view(id: string): Promise<PersonView> {
    const view = await this.get(id);
    if (!view) throw notFound();
    return view;
  }

  async #write(work: (em: Em) => Promise<Person>): Promise<Person> {
    try {
      return await this.#database.transaction(work);
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new MusterError('conflict', 'Another person has this employee number.', {
        faults: [{ path: 'number', message: 'belongs to another person' }],
        cause: error,
      });
    }
  }
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such person.');
}
