/** Face templates: sealed in PostgreSQL, opened only to fill a gallery. */
import type { Logger } from 'pino';
import { backoff } from '../async/backoff.ts';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import { SerialQueue } from '../async/serial.ts';
import { type AuditDetail, auditAll, type AuditEntry } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Consent } from '../db/entities/consent.ts';
import { Person } from '../db/entities/person.ts';
import { Enrollment, Template } from '../db/entities/template.ts';
import type { NewTemplate } from '../enrollment/template.ts';
import { addEvents } from '../outbox/add-event.ts';
import type { GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { endInvitations } from './end-invitations.ts';
import { addLookAlikes, endLookAlikes, lockAlike, lookAlikesOf, replaceLookAlikes } from './look-alikes.ts';
import type { OpenedKey, PersonKeyStore, WrappedKey } from './person-key-store.ts';
import { GalleryProgress, type GallerySize } from './gallery-progress.ts';
import { embeddingLength, openTemplates, type SealedTemplate, sealTemplates } from './sealed-templates.ts';
import { reportUnreadable, templatesWithoutKey, type Unreadable } from './unreadable-templates.ts';

export interface TemplateStoreOptions {
  database: Database;
  personKeys: PersonKeyStore;
  consentTexts: ConsentTextStore;
  log: Logger;
  /** Contract of the model pack in use. */
  contract: ModelContract;
  /**
   * Contract of the previous model pack, where it still runs. People who only have templates of that contract are in the
   * gallery with them.
   */
  former?: ModelContract | null;
  /** Wait before templates that could not be read are tried again, ms; doubled each time. */
  retryAfter?: number;
}

export interface TemplateSet {
  contract: ModelContract;
  templates: readonly NewTemplate[];
  /** Null where a capture by invitation counts without anybody's decision. */
  by: { accountId: string } | null;
  /** Why a likely duplicate was accepted. */
  override?: { reason: string };
  /** Why the front alone is enough. */
  frontOnly?: { reason: string };
  /** The invitation through which the person captured their own face, and what ends it in the same transaction. */
  invitation?: { id: string; end: (em: Em) => Promise<void> };
  /** Other people whom these templates look like. Default: nobody. */
  lookAlikes?: readonly Match[];
}

/** `entry` null: this person is no longer in the gallery. Changes are sent after the commit, and the last one is valid. */
export interface GalleryChange {
  personId: string;
  entry: GalleryEntry | null;
}

/** People whose templates are opened at once. Bounds how long this blocks the event loop (some ms). */
const PAGE = 200;
/** An enrollment has nine bins and the aggregate; a number far above is a mistake. */
const MAX_TEMPLATES = 32;
/** Longest wait between tries, ms: a minute after the database is back, so is everybody in the gallery. */
const LONGEST_RETRY = 60_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

type TemplateRow = SealedTemplate & { personId: string };

interface ReadPage {
  keys: readonly WrappedKey[];
  rows: TemplateRow[];
  lookAlikes: Awaited<ReturnType<typeof lookAlikesOf>>;
  /** Of each of `keys`. */
  dataKeys: readonly OpenedKey[];
}

export class TemplateStore extends GuardedEmitter<{ 'gallery.changed': [GalleryChange] }> {
  readonly #database: Database;
  readonly #personKeys: PersonKeyStore;
  readonly #consentTexts: ConsentTextStore;
  readonly #log: Logger;
  /** In order of preference. */
  readonly #contracts: readonly ModelContract[];
  readonly #retryAfter: number;
  /** Timers for people whose templates could not be read, at most one each. */
  readonly #retries = new Map<string, NodeJS.Timeout>();
  readonly #publishing = new SerialQueue();
  #closed = false;

  constructor({
    database,
    personKeys,
    consentTexts,
    log,
    contract,
    former,
    retryAfter = 1_000,
  }: TemplateStoreOptions) {
    super(log);
    this.#database = database;
    this.#personKeys = personKeys;
    this.#consentTexts = consentTexts;
    this.#log = log.child({ part: 'templates' });
    this.#contracts = former ? [contract, former] : [contract];
    this.#retryAfter = retryAfter;
  }

  /**
   * Replaces all templates of the person, in one transaction, under a new key.
   * Throws MusterError `not-found`, or `wrong-state` without a current consent.
   */
  async replace(personId: string, set: TemplateSet): Promise<void> {
    check(set);
    let replaced: string[] = [];
    let others: string[] = [];
    await this.#database.transaction(async (em) => {
      await lockAlike(em, personId, set.lookAlikes ?? []);
      const person = await em.findOne(Person, personId);
      if (!person || person.erasedAt) throw new MusterError('not-found', 'There is no such person.');
      if (person.status === 'left') {
        throw new MusterError('wrong-state', 'This person has left: make them active before enrolling.');
      }
      const consent = await em.findOne(
        Consent,
        { personId, withdrawnAt: null },
        { orderBy: { givenAt: 'desc' } },
      );
      if (!consent || !this.#consentTexts.accepts(consent.version)) {
        throw new MusterError('wrong-state', 'Record the consent to the current text before enrolling.');
      }
      await em.nativeDelete(Template, { personId });
      const { contract } = set;
      ({ replaced } = await this.#personKeys.replace(em, personId, (dataKey, keyId) => {
        const sealed = sealTemplates(dataKey, { personId, keyId, contract }, set.templates);
        set.templates.forEach(({ bin, quality }, i) =>
          em.create(Template, {
            personId,
            keyId,
            contract,
            bin,
            quality,
            sealed: sealed[i]!,
            unreadableAt: null,
          }),
        );
      }));
      em.create(Enrollment, {
        personId,
        contract: set.contract,
        enrolledBy: set.by?.accountId ?? null,
        invitationId: set.invitation?.id ?? null,
        overrideReason: set.override?.reason ?? null,
        frontOnlyReason: set.frontOnly?.reason ?? null,
      });
      await set.invitation?.end(em);
      const { added, removed } = await replaceLookAlikes(em, personId, set.lookAlikes ?? [], {
        accountId: set.by?.accountId ?? null,
        at: new Date(),
      });
      others = [...added.map((match) => match.personId), ...removed];
      await addEvents(em, [{ type: 'person.enrolled', subject: { person: personId } }]);
      await auditAll(em, [
        {
          act: 'templates.replaced',
          object: { kind: 'person', id: personId },
          after: {
            contract: set.contract,
            templates: set.templates.length,
            duplicateAccepted: set.override !== undefined,
            ...(set.frontOnly && { frontOnly: true }),
            ...(set.invitation && { invitation: set.invitation.id }),
          },
        },
        ...recorded(personId, added),
        ...removed.flatMap((other) => [personId, other].map((id) => lookAlikeEvent('removed', id))),
      ]);
    });
    await this.#personKeys.forget(personId, replaced);
    this.#log.info(
      { event: 'templates.replaced', personId, templates: set.templates.length },
      'templates replaced',
    );
    await Promise.all([personId, ...others].map((id) => this.publish(id)));
  }

  /** Records whom a person was found to look like apart from an enrollment. */
  async addLookAlikes(personId: string, found: readonly Match[]): Promise<void> {
    let added: Match[] = [];
    await this.#database.transaction(async (em) => {
      await lockAlike(em, personId, found);
      const person = await em.findOne(Person, personId);
      if (!person || (await em.count(Template, { personId })) === 0) return;
      added = await addLookAlikes(em, personId, found, new Date());
      await auditAll(em, recorded(personId, added));
    });
    if (added.length === 0) return;
    await Promise.all([personId, ...added.map((match) => match.personId)].map((id) => this.publish(id)));
  }

  /**
   * Destroys the keys of a person, in the key store first, and deletes the templates, those of a capture that waits too; an
   * open invitation ends. Call it inside a transaction that has
   * locked the row of the person, and call `publish` after the commit. The keys are gone even if that transaction fails.
   * Returns false when there were none.
   */
  async destroy(em: Em, personId: string): Promise<boolean> {
    const had = await this.#personKeys.destroy(em, personId);
    await em.nativeDelete(Template, { personId });
    await endInvitations(em, personId);
    await endLookAlikes(em, personId);
    return had;
  }

  /**
   * The opened templates of all active people, the aggregate of each person first. Rows that do not open are left out.
   * Templates of the previous contract are used only for people who have none of the contract in use.
   */
  async loadGallery(): Promise<GalleryEntry[]> {
    const gallery: GalleryEntry[] = [];
    const progress = new GalleryProgress(await this.#size(), this.#log, performance.now());
    let next: Promise<ReadPage> | null = this.#page(BEFORE_ALL);
    while (next) {
      const page: ReadPage = await next;
      const last = page.keys.length === PAGE ? page.keys.at(-1)! : null;
      // Read while this one is opened.
      next = last && this.#page(last.personId);
      try {
        gallery.push(...(await this.#opened(page)));
        progress.loaded(gallery.length, performance.now());
      } catch (error) {
        next?.catch(() => {});
        throw error;
      }
    }
    await this.#reportWithoutKey(null);
    return gallery;
  }

  /**
   * Tells listeners which templates of this person belong in the gallery now. Where they cannot be read, the person is taken
   * out until they can: it is better to miss a person for a while than to recognize somebody who was deleted.
   */
  publish(personId: string): Promise<void> {
    return this.#publish(personId, 0);
  }

  /** Idempotent. Starts no further tries; resolves when the changes under way have been sent. */
  close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
    return this.#publishing.idle();
  }

  #publish(personId: string, failures: number): Promise<void> {
    clearTimeout(this.#retries.get(personId));
    this.#retries.delete(personId);
    // One at a time, each with the state committed by then, so that the last change sent is never an old one.
    return this.#publishing.run(async () => {
      let entry: GalleryEntry | null = null;
      try {
        entry = await this.entryOf(personId);
      } catch (error) {
        this.#log.error(
          { event: 'templates.unread', personId, failures, err: error },
          'templates could not be read; trying again',
        );
        this.#retryLater(personId, failures);
        if (failures > 0) return;
      }
      this.emitGuarded('gallery.changed', { personId, entry });
    });
  }

  #retryLater(personId: string, failures: number): void {
    // A newer request may have set its own timer meanwhile.
    if (this.#closed || this.#retries.has(personId)) return;
    const wait = backoff({ first: this.#retryAfter, cap: LONGEST_RETRY }, failures);
    this.#retries.set(
      personId,
      setTimeout(() => void this.#publish(personId, failures + 1), wait),
    );
  }

  /** The opened templates of a person; null for one who is not recognized. */
  async entryOf(personId: string): Promise<GalleryEntry | null> {
    const keys = await this.#keys('k.person_id = ?', [personId]);
    if (keys.length === 0) await this.#reportWithoutKey(personId);
    return (await this.#opened(await this.#read(keys)))[0] ?? null;
  }

  async #reportWithoutKey(personId: string | null): Promise<void> {
    const found = await templatesWithoutKey(this.#database, personId);
    await reportUnreadable(this.#database, found, this.#log);
  }

  /** Keys of the people who may be recognized. */
  async #keys(where: string, parameters: unknown[]): Promise<WrappedKey[]> {
    return this.#database.fork().execute<WrappedKey[]>(
      `select k.person_id "personId", k.id, k.master_key_id "masterKeyId", k.wrapped, k.shared
       from person_key k join person p on p.id = k.person_id
       where p.status = 'active' and p.erased_at is null and ${where}`,
      parameters,
    );
  }

  async #size(): Promise<GallerySize> {
    const [found] = await this.#database.fork().execute<[{ people: number; templates: number }]>(
      `select count(distinct t.person_id)::int people, count(*)::int templates
       from template t join person p on p.id = t.person_id
       where p.status = 'active' and p.erased_at is null and t.contract = any(?::text[])`,
      [this.#contractList],
    );
    return { ...found, length: embeddingLength(this.#contracts[0]!) };
  }

  get #contractList(): string {
    return `{${this.#contracts.map((contract) => `"${contract}"`).join(',')}}`;
  }

  async #page(after: string): Promise<ReadPage> {
    return this.#read(await this.#keys('k.person_id > ? order by k.person_id limit ?', [after, PAGE]));
  }

  /** What is stored of these people, sealed, and their keys. */
  async #read(keys: readonly WrappedKey[]): Promise<ReadPage> {
    const ids = keys.map(({ personId }) => personId);
    // Plain rows, because entities for a hundred thousand templates would be built only to be thrown away.
    const rows = this.#database.fork().execute<TemplateRow[]>(
      `select id, person_id "personId", key_id "keyId", contract, bin, sealed
       from template where person_id = any(?::uuid[]) and contract = any(?::text[])`,
      [`{${ids.join(',')}}`, this.#contractList],
    );
    const lookAlikes = lookAlikesOf(this.#database.fork(), ids);
    const dataKeys = this.#personKeys.open(keys);
    const read = await Promise.all([rows, lookAlikes, dataKeys]);
    return { keys, rows: read[0], lookAlikes: read[1], dataKeys: read[2] };
  }

  /** Wipes the keys. */
  async #opened({ keys, rows, lookAlikes, dataKeys }: ReadPage): Promise<GalleryEntry[]> {
    const ofPerson = Map.groupBy(rows, ({ personId }) => personId);
    const unreadable: Unreadable[] = [];
    const entries = keys.flatMap(({ personId }, i) => {
      const dataKey = dataKeys[i]!;
      const all = ofPerson.get(personId) ?? [];
      const contract = this.#contracts.find((one) => all.some((row) => row.contract === one));
      if (contract === undefined) return [];
      const sealed = all.filter((row) => row.contract === contract).toSorted(aggregateFirst);
      const { embeddings, refused } = openTemplates(dataKey, personId, sealed, embeddingLength(contract));
      for (const { templateId, why } of refused) unreadable.push({ personId, templateId, why });
      if (embeddings.length === 0) return [];
      const others = lookAlikes.get(personId);
      return [{ personId, contract, embeddings, ...(others && { lookAlikes: others }) }];
    });
    for (const dataKey of dataKeys) if (dataKey instanceof Uint8Array) dataKey.fill(0);
    await reportUnreadable(this.#database, unreadable, this.#log);
    return entries;
  }
}

function aggregateFirst(a: TemplateRow, b: TemplateRow): number {
  return Number(b.bin === 'aggregate') - Number(a.bin === 'aggregate') || (a.id < b.id ? -1 : 1);
}

/** An event for each of the two, and neither names the other: each may read their own. */
function recorded(personId: string, added: readonly Match[]): AuditEntry[] {
  return added.flatMap(({ personId: other, similarity }) =>
    [personId, other].map((id) => lookAlikeEvent('recorded', id, { similarity })),
  );
}

function lookAlikeEvent(what: 'recorded' | 'removed', id: string, after?: AuditDetail): AuditEntry {
  return { act: `look-alike.${what}`, object: { kind: 'person', id }, ...(after && { after }) };
}

function check({ contract, templates }: TemplateSet): void {
  const length = embeddingLength(contract);
  if (templates.length === 0 || templates.length > MAX_TEMPLATES) {
    throw new Error(`an enrollment saves 1 to ${MAX_TEMPLATES} templates, not ${templates.length}`);
  }
  for (const { embedding } of templates) {
    if (embedding.length !== length || !embedding.every(Number.isFinite)) {
      throw new Error(`a template of ${contract} is ${length} finite numbers`);
    }
  }
}
