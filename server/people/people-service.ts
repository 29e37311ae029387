/** The people who may check in: their records, their consent, and how they leave the system. */
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { type Edited, type Expected, requireVersion } from '../db/record-version.ts';
import { EnrollmentInvitation } from '../db/entities/enrollment-invitation.ts';
import { Badge, Pin } from '../db/entities/pass.ts';
import { type FormerRecord, Person } from '../db/entities/person.ts';
import { Enrollment } from '../db/entities/template.ts';
import type { EnrollmentCandidate } from '../enrollment/candidate.ts';
import { addEvents } from '../outbox/add-event.ts';
import { MusterError } from '../protocol/error.ts';
import { isId } from '../protocol/fields.ts';
import {
  isNamed,
  type NewPerson,
  type PeoplePage,
  type PeopleSort,
  type PeopleCountView,
  type PersonChange,
  type PersonView,
  type ReenrollmentView,
  type RemovalView,
  UNNAMED,
} from '../protocol/people.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { requireDepartment } from '../departments/department-names.ts';
import { displayName } from './display-name.ts';
import { mergedInto } from './merged-into.ts';
import { emptied, eraseAccount, eraseDecisions, eraseSchedule } from './erasure.ts';
import { countPeople, countReenrollment, findPeople, type PeopleFilter } from './people-query.ts';
import { type ContractsInUse, personVersion, viewPeople } from './person-view.ts';
import type { Removals } from '../biometrics/removals.ts';
import { countToReenroll } from '../biometrics/reenrollment.ts';
import { requireSite } from '../sites/site-service.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';

export interface PeopleServiceOptions extends ContractsInUse {
  database: Database;
  templates: TemplateStore;
  consentTexts: ConsentTextStore;
  removals: Removals;
  log: Logger;
}

export class PeopleService {
  readonly #database: Database;
  readonly #templates: TemplateStore;
  readonly #consentTexts: ConsentTextStore;
  readonly #removals: Removals;
  readonly #log: Logger;
  readonly #inUse: ContractsInUse;
  readonly #names = new Map<string, string>();
  readonly #givenNames = new Map<string, string>();

  private constructor({
    database,
    templates,
    consentTexts,
    removals,
    log,
    contract,
    former,
  }: PeopleServiceOptions) {
    this.#database = database;
    this.#templates = templates;
    this.#consentTexts = consentTexts;
    this.#removals = removals;
    this.#log = log.child({ part: 'people' });
    this.#inUse = { contract, former };
  }

  static async create(options: PeopleServiceOptions): Promise<PeopleService> {
    const service = new PeopleService(options);
    await service.reloadNames();
    return service;
  }

  /** After a change of how a site writes names. */
  async reloadNames(): Promise<void> {
    const people = await this.#database
      .fork()
      .find(
        Person,
        { erasedAt: null },
        { fields: ['id', 'displayName', 'givenName', 'familyName', 'erasedAt'] },
      );
    for (const person of people) this.#name(person);
  }

  /** Kept in memory, because it is read for every recognized face of every frame. */
  nameOf(personId: string): string | undefined {
    return this.#names.get(personId);
  }

  /** The same for a screen that may not show more than that: the only name of somebody who has one. */
  givenNameOf(personId: string): string | undefined {
    return this.#givenNames.get(personId);
  }

  /** Takes over a change that another server or a command made to this person: the name, and the templates in the gallery. */
  async refresh(id: string): Promise<void> {
    const person = await this.#database.fork().findOne(Person, { id, erasedAt: null });
    if (person) this.#name(person);
    else this.#unname(id);
    await this.#templates.publish(id);
  }

  /** After many people were written at once. `recognized`: whether it may have changed that they are recognized. */
  async takeOver(changed: readonly { id: string; recognized: boolean }[]): Promise<void> {
    await this.reloadNames();
    for (const { id, recognized } of changed) if (recognized) await this.#templates.publish(id);
  }

  /** One page of the people that the filter leaves, sorted. Throws MusterError `validation-failed`. */
  async page(
    query: PeopleFilter & { limit: number; after?: string | undefined; sort?: PeopleSort | undefined },
  ): Promise<PeoplePage> {
    const em = this.#database.fork();
    const { ids, next } = await findPeople(em, query, this.#basis);
    const found = await em.find(Person, { id: { $in: ids } });
    const byId = new Map(found.map((person) => [person.id, person]));
    const people = ids.flatMap((id) => byId.get(id) ?? []);
    return { people: await viewPeople(em, people, this.#inUse, this.#consentTexts), next };
  }

  /** How many people the filter leaves. */
  count(filter: PeopleFilter): Promise<PeopleCountView> {
    return countPeople(this.#database.fork(), filter, this.#basis);
  }

  get #basis() {
    return { ...this.#inUse, consentTexts: this.#consentTexts };
  }

  /** How many of the people found must be enrolled again. */
  reenrollment(search = ''): Promise<ReenrollmentView> {
    return countReenrollment(this.#database.fork(), search, this.#basis);
  }

  async get(id: string): Promise<PersonView | null> {
    if (!isId(id)) return null;
    const em = this.#database.fork();
    const person = await em.findOne(Person, { id, erasedAt: null });
    return person && (await viewPeople(em, [person], this.#inUse, this.#consentTexts))[0]!;
  }

  /** The id of the record that has the data of this one: itself, unless it was merged into another. */
  mergedInto(id: string): Promise<string> {
    return mergedInto(this.#database.fork(), id);
  }

  /** Counts the people who must be enrolled again. */
  reenroll(): Promise<number> {
    return countToReenroll(this.#database, this.#inUse.contract);
  }

  async candidate(id: string): Promise<EnrollmentCandidate | null> {
    const person = await this.get(id);
    return (
      person && { id, displayName: person.displayName, consentCurrent: person.consent?.current ?? false }
    );
  }

  /** Throws MusterError `conflict` when the number is taken. */
  async create(input: NewPerson): Promise<PersonView> {
    const person = await this.#write(async (em) => {
      await requireSite(em, input.siteId);
      const made = em.create(Person, {
        ...input,
        department: await requireDepartment(em, input.department),
        leftAt: input.status === 'left' ? new Date() : null,
        erasedAt: null,
      });
      await em.flush();
      await audit(em, { act: 'person.created', object: { kind: 'person', id: made.id } });
      return made;
    });
    this.#log.info({ event: 'person.created', personId: person.id }, 'person created');
    return this.#written(person.id);
  }

  /** Throws MusterError `not-found`, `conflict`, `precondition-failed`. */
  async update(id: string, change: PersonChange, expected?: Expected): Promise<PersonView> {
    await this.#write(async (em) => {
      const found = await this.#find(em, id);
      await requireVersion(em, { version: personVersion(found), expected, edited: edited(found) });
      const { status, number, displayName } = found;
      await requireSite(em, change.siteId ?? null);
      const { department, ...others } = change;
      const filled = {
        ...others,
        ...(department !== undefined && { department: await requireDepartment(em, department) }),
      };
      const fields = changedFields(found, filled);
      em.assign(found, filled);
      if (!isNamed(found)) throw unnamed();
      if (number && found.number !== number) {
        found.formerly = withFormer(found.formerly, { number, name: displayName }, found.number);
      }
      if (found.status !== status) found.leftAt = found.status === 'left' ? new Date() : null;
      if (fields.length > 0) {
        await audit(em, {
          act: 'person.changed',
          object: { kind: 'person', id },
          before: { status },
          after: { status: found.status, fields },
        });
      }
      return found;
    });
    this.#log.info({ event: 'person.changed', personId: id, fields: Object.keys(change) }, 'person changed');
    // People who are suspended or have left are not recognized; active people are.
    if (change.status !== undefined) await this.#templates.publish(id);
    return this.#written(id);
  }

  /**
   * Deletes everything that says who the person was: templates and their key, enrollment records, PIN and badge, the way
   * to sign in, and every personal field. The row stays as a pseudonym, because punches (which employers must keep by law) and the proof of
   * consent refer to it. Resolves when every analyzer has dropped the person, or when the time for that is over.
   * Throws MusterError `not-found`, `precondition-failed`.
   */
  async erase(id: string, expected?: Expected): Promise<RemovalView> {
    await this.#database.transaction(async (em) => {
      const person = await this.#find(em, id);
      await requireVersion(em, { version: personVersion(person), expected, edited: edited(person) });
      const erasedAt = new Date();
      await this.#templates.destroy(em, id);
      await em.nativeDelete(Enrollment, { personId: id });
      await em.nativeUpdate(EnrollmentInvitation, { personId: id }, { reason: null });
      await em.nativeDelete(Pin, { personId: id });
      await em.nativeDelete(Badge, { personId: id });
      await eraseSchedule(em, id);
      const accountId = await eraseAccount(em, id, erasedAt);
      await eraseDecisions(em, id);
      em.assign(person, {
        ...emptied(),
        status: 'left',
        leftAt: person.leftAt ?? erasedAt,
        erasedAt,
      });
      await addEvents(em, [{ type: 'person.erased', subject: { person: id } }]);
      await audit(em, { act: 'person.erased', object: { kind: 'person', id } });
      if (accountId !== null) {
        await audit(em, { act: 'account.disabled', object: { kind: 'account', id: accountId } });
      }
    });
    this.#unname(id);
    await this.#templates.publish(id);
    const removal = await this.#removals.confirm(id);
    this.#log.info({ event: 'person.erased', personId: id, ...removal }, 'person erased');
    return removal;
  }

  /** Locks the row inside a transaction, because an enrollment saved in the same moment would outlive an erasure. */
  async #find(em: Em, id: string): Promise<Person> {
    const lockMode = em.isInTransaction() ? LockMode.PESSIMISTIC_WRITE : LockMode.NONE;
    const person = await em.findOne(Person, { id, erasedAt: null }, { lockMode });
    if (!person) throw notFound();
    return person;
  }

  /** The person after a change, with the name as the database wrote it. */
  async #written(id: string): Promise<PersonView> {
    const view = await this.get(id);
    if (!view) throw notFound();
    this.#name({ ...view, erasedAt: null });
    return view;
  }

  #name(person: Pick<Person, 'id' | 'displayName' | 'givenName' | 'familyName' | 'erasedAt'>): void {
    this.#names.set(person.id, displayName(person));
    this.#givenNames.set(person.id, person.givenName || person.familyName);
  }

  #unname(id: string): void {
    this.#names.delete(id);
    this.#givenNames.delete(id);
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

/** The former number still finds the person, unless it is the number again. */
function withFormer(
  known: readonly FormerRecord[] | null | undefined,
  former: FormerRecord,
  number: string | null | undefined,
): FormerRecord[] {
  const others = (known ?? []).filter((one) => one.number !== former.number || one.name !== former.name);
  return others.concat(former).filter((one) => one.number !== number);
}

function edited({ id, department }: Person): Edited {
  return { kind: 'person', id, acts: ['person.changed'], department };
}

/** Names of the fields only, because the values stay out of the audit trail. */
function changedFields(person: Person, change: Partial<Person>): string[] {
  return (Object.keys(change) as (keyof PersonChange)[]).filter(
    (field) => (change[field] ?? null) !== (person[field] ?? null),
  );
}

function unnamed(): MusterError {
  const [path] = UNNAMED.path;
  const message = UNNAMED.error;
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path: path!, message }] });
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such person.');
}
