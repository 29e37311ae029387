/** Consent texts on a page: a draft that nobody reads yet, and its release as the version in force, which never changes. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { ConsentDraft, ConsentTextRow } from '../db/entities/consent-text.ts';
import { type Edited, type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import type {
  ConsentDraftInput,
  ConsentDraftView,
  ConsentReleaseInput,
  ConsentTextsView,
  ConsentVersionView,
} from '../protocol/consents.ts';
import { MusterError } from '../protocol/error.ts';

export interface ConsentTextServiceOptions {
  database: Database;
  texts: ConsentTextStore;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class ConsentTextService {
  readonly #options: ConsentTextServiceOptions;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor(options: ConsentTextServiceOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'consent-texts' });
    this.#now = options.now ?? Date.now;
  }

  async draft(): Promise<ConsentDraftView> {
    const em = this.#options.database.fork();
    return this.#viewOf(em, await draftsOf(em));
  }

  /** Throws MusterError `precondition-failed` where somebody else wrote in the meantime. */
  async saveDraft(
    { texts }: ConsentDraftInput,
    { accountId }: { accountId: string },
    expected?: Expected,
  ): Promise<ConsentDraftView> {
    return this.#options.database.transaction(async (em) => {
      const before = await lockedDrafts(em);
      await requireVersion(em, { version: versionOf(before), expected, edited: EDITED });
      const changedAt = new Date(this.#now());
      const changed = texts.filter(
        ({ language, text }) => !before.some((one) => one.language === language && one.text === text),
      );
      const gone = before.filter(({ language }) => !texts.some((one) => one.language === language));
      for (const { language, text } of changed) {
        const row = before.find((one) => one.language === language);
        if (row) Object.assign(row, { text, changedBy: accountId, changedAt });
        else em.create(ConsentDraft, { language, text, changedBy: accountId, changedAt });
      }
      for (const row of gone) em.remove(row);
      if (changed.length + gone.length > 0) {
        await audit(em, {
          act: 'consent-text.drafted',
          object: DRAFT,
          after: { languages: [...changed, ...gone].map(({ language }) => language) },
        });
      }
      return this.#viewOf(em, await draftsOf(em));
    });
  }

  async discardDraft(): Promise<void> {
    await this.#options.database.transaction(async (em) => {
      if ((await lockedDrafts(em)).length === 0) return;
      await em.nativeDelete(ConsentDraft, {});
      await audit(em, { act: 'consent-text.discarded', object: DRAFT });
    });
  }

  /**
   * Throws MusterError `conflict` where there is no draft, or it says what is in force already; `precondition-failed` where
   * it is not the one that was read.
   */
  async release(
    { draftVersion, earlier }: ConsentReleaseInput,
    { accountId }: { accountId: string },
  ): Promise<ConsentVersionView> {
    const { database, texts } = this.#options;
    const version = await database.transaction(async (em) => {
      const drafts = await lockedDrafts(em);
      if (drafts.length === 0) throw new MusterError('conflict', 'There is no draft to release.');
      await requireVersion(em, { version: versionOf(drafts), expected: [draftVersion], edited: EDITED });
      // Another server may have released a version since this one looked.
      await texts.refresh();
      if (isSame(drafts, texts.current)) {
        throw new MusterError('conflict', 'The draft says the same as the text in force.');
      }
      const since = new Date(this.#now());
      const next = texts.nextVersion(since.toISOString().slice(0, 10));
      const asksAgain = earlier === 'again';
      for (const { language, text } of drafts) {
        em.create(ConsentTextRow, { version: next, language, text, since, asksAgain, releasedBy: accountId });
      }
      await em.flush();
      await em.nativeDelete(ConsentDraft, {});
      await audit(em, {
        act: 'consent-text.released',
        object: { kind: 'consent-text', id: next },
        after: { languages: drafts.map(({ language }) => language), earlier },
      });
      return next;
    });
    await texts.refresh();
    this.#log.info({ event: 'consent-text.released', version, accountId }, 'consent text released');
    return (await this.versions()).find((one) => one.version === version)!;
  }

  /** Newest first. */
  async versions(): Promise<ConsentVersionView[]> {
    const em = this.#options.database.fork();
    const rows = await em.find(ConsentTextRow, {}, { orderBy: { language: 'asc' } });
    const people = await consentsByVersion(em);
    const ids = rows.flatMap(({ releasedBy }) => releasedBy ?? []);
    const names = await namesOf(em, ids);
    const current = this.#options.texts.current.version;
    return [...Map.groupBy(rows, ({ version }) => version)]
      .map(([version, [first, ...others]]): ConsentVersionView => {
        const { since, releasedBy, asksAgain } = first!;
        return {
          version,
          languages: [first!, ...others].map(({ language }) => language),
          since: since.toISOString(),
          inForce: version === current,
          releasedBy: releasedBy ? (names.get(releasedBy) ?? '') : null,
          earlier: asksAgain ? 'again' : 'valid',
          people: people.get(version) ?? 0,
        };
      })
      .toSorted((a, b) => Number(b.inForce) - Number(a.inForce) || (a.since < b.since ? 1 : -1));
  }

  /** Throws MusterError `not-found`. */
  async version(version: string): Promise<ConsentTextsView> {
    const em = this.#options.database.fork();
    const rows = await em.find(ConsentTextRow, { version }, { orderBy: { language: 'asc' } });
    if (rows.length === 0) throw new MusterError('not-found', 'There is no such version.');
    return { version, texts: rows.map(({ language, text }) => ({ language, text })) };
  }

  async #viewOf(em: Em, drafts: readonly ConsentDraft[]): Promise<ConsentDraftView> {
    const last = drafts.toSorted((a, b) => b.changedAt.getTime() - a.changedAt.getTime())[0];
    const names = await namesOf(em, last ? [last.changedBy] : []);
    const people = { agreed: 0, older: 0 };
    for (const [version, count] of await consentsByVersion(em)) {
      people[this.#options.texts.accepts(version) ? 'agreed' : 'older'] += count;
    }
    return {
      version: versionOf(drafts),
      texts: drafts.map(({ language, text }) => ({ language, text })),
      changedBy: last ? (names.get(last.changedBy) ?? '') : null,
      changedAt: last?.changedAt.toISOString() ?? null,
      people,
    };
  }
}

const DRAFT = { kind: 'consent-text', id: 'draft' } as const;
/** A release empties the draft, too. */
const EDITED: Edited = {
  kind: DRAFT.kind,
  acts: ['consent-text.drafted', 'consent-text.discarded', 'consent-text.released'],
};

function versionOf(drafts: readonly ConsentDraft[]): string {
  return recordVersion(Object.fromEntries(drafts.map(({ language, text }) => [language, text])));
}

function draftsOf(em: Em): Promise<ConsentDraft[]> {
  return em.find(ConsentDraft, {}, { orderBy: { language: 'asc' } });
}

/** One writer at a time, also where there is no draft yet. */
async function lockedDrafts(em: Em): Promise<ConsentDraft[]> {
  await lockByName(em, 'muster/consent-texts');
  return draftsOf(em);
}

function isSame(drafts: readonly ConsentDraft[], { texts }: ConsentTextsView): boolean {
  return (
    drafts.length === texts.length &&
    drafts.every(({ language, text }) => texts.some((one) => one.language === language && one.text === text))
  );
}

/** How many people have their newest consent that holds to each version. */
async function consentsByVersion(em: Em): Promise<Map<string, number>> {
  const rows = await em.execute<{ version: string; people: number }[]>(
    `select version, count(*)::int people from (
       select distinct on (consent.person_id) consent.version
       from consent join person on person.id = consent.person_id and person.erased_at is null
       where withdrawn_at is null order by consent.person_id, given_at desc
     ) newest group by version`,
  );
  return new Map(rows.map(({ version, people }) => [version, people]));
}

async function namesOf(em: Em, ids: readonly string[]): Promise<Map<string, string>> {
  const accounts = await em.find(Account, { id: { $in: [...new Set(ids)] } }, { fields: ['id', 'name'] });
  return new Map(accounts.map(({ id, name }) => [id, name]));
}
