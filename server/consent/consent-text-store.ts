/**
 * The texts that a person agrees to before a template is stored: files `<version>.<language>.md`, ours in this folder and
 * the operator's own in `<data folder>/consent`, and those that were released on a page. Every text that was ever in force
 * stays in the database, word for word, because the record of each consent names one.
 */
import path from 'node:path';
import type { Database } from '../db/database.ts';
import { ConsentTextRow } from '../db/entities/consent-text.ts';
import type { ConsentText, ConsentTextsView } from '../protocol/consents.ts';
import { OperatorError } from '../operator-error.ts';
import { readConsentTexts } from './consent-files.ts';

const OURS = path.join(import.meta.dirname, 'consent-texts');
/** The order of versions: numbers in a name count as numbers, so that 2027-10 is later than 2027-9. */
const byVersion = new Intl.Collator('en', { numeric: true });

export interface ConsentTextsOptions {
  database: Database;
  /** `config.dataDir` */
  dataDir: string;
}

/** A text with what its release meant for those who agreed to an earlier one. */
type InForce = ConsentText & { asksAgain: boolean };

export class ConsentTextStore {
  readonly #database: Database;
  /** By version, from the first to the last. Those of files. */
  readonly #ours: readonly InForce[];
  readonly #own: readonly InForce[];
  #current: ConsentTextsView = { version: '', texts: [] };
  #accepted: ReadonlySet<string> = new Set();

  private constructor(database: Database, ours: readonly InForce[], own: readonly InForce[]) {
    this.#database = database;
    this.#ours = ours;
    this.#own = own;
  }

  /**
   * Takes the latest version of the operator where there is one, otherwise ours, and keeps it in the database. Throws
   * OperatorError with every fault of the operator's files, among them each file that was changed after people agreed to it.
   */
  static async open({ database, dataDir }: ConsentTextsOptions): Promise<ConsentTextStore> {
    const folder = path.join(dataDir, 'consent');
    const [ours, own] = [await readConsentTexts(OURS), await readConsentTexts(folder)];
    const faults = [...own.faults];
    for (const { version } of own.texts) {
      if (ours.texts.some((text) => text.version === version)) {
        faults.push(`version ${version} is one of Muster's own: choose another name`);
      }
    }
    if (faults.length === 0) faults.push(...(await keep(database, [...ours.texts, ...own.texts])));
    if (faults.length > 0) {
      throw new OperatorError(
        `The consent texts in ${folder} have ${faults.length} fault(s):\n${faults.map((f) => `  ${f}`).join('\n')}`,
      );
    }
    const store = new ConsentTextStore(database, ours.texts.map(asking), own.texts.map(asking));
    await store.refresh();
    return store;
  }

  /** The text in force, in every language that it exists in. */
  get current(): ConsentTextsView {
    return this.#current;
  }

  /** Takes over what was released on a page, here or on another server. */
  async refresh(): Promise<void> {
    const released = await this.#database
      .fork()
      .find(ConsentTextRow, { releasedBy: { $ne: null } }, { orderBy: { language: 'asc' } });
    // The operator's come after ours, whatever their names.
    const texts = [...inOrder(this.#ours), ...inOrder([...this.#own, ...released])];
    const { version } = texts.at(-1)!;
    this.#current = {
      version,
      texts: texts
        .filter((text) => text.version === version)
        .map(({ language, text }) => ({ language, text })),
    };
    this.#accepted = acceptedOf(texts);
  }

  /** Whether who agreed to this version has agreed to what counts: the text in force, or an earlier one that stays valid. */
  accepts(version: string): boolean {
    return this.#accepted.has(version);
  }

  /** The versions that `accepts` takes. */
  get accepted(): readonly string[] {
    return [...this.#accepted];
  }

  /** Whether this is the text to show now. */
  offers(version: string, language: string): boolean {
    const { current } = this;
    return version === current.version && current.texts.some((text) => text.language === language);
  }

  /** The name of a version that is later than the one in force. @param today YYYY-MM-DD */
  nextVersion(today: string): string {
    const { version } = this.current;
    if (byVersion.compare(today, version) > 0) return today;
    const [, base = version, count = '1'] = /^(.+)\.(\d+)$/.exec(version) ?? [];
    return `${base}.${Number(count) + 1}`;
  }
}

function asking(text: ConsentText): InForce {
  return { ...text, asksAgain: true };
}

function inOrder(texts: readonly InForce[]): InForce[] {
  return texts.toSorted((a, b) => byVersion.compare(a.version, b.version));
}

/** From the last version back to the one that asked people again. */
function acceptedOf(texts: readonly InForce[]): Set<string> {
  const asks = new Map(texts.map(({ version, asksAgain }) => [version, asksAgain]));
  const versions = [...asks.keys()];
  const first = versions.findLastIndex((version) => asks.get(version));
  return new Set(versions.slice(first));
}

/** Stores new texts. Returns a fault for each text that differs from the one that people agreed to. */
async function keep(database: Database, texts: readonly ConsentText[]): Promise<string[]> {
  return database.transaction(async (em) => {
    const faults: string[] = [];
    for (const { version, language, text } of texts) {
      await em.execute(
        `insert into consent_text (version, language, text, since) values (?, ?, ?, now()) on conflict do nothing`,
        [version, language, text],
      );
      const kept = await em.findOneOrFail(ConsentTextRow, { version, language });
      if (kept.releasedBy) {
        faults.push(`version ${version} was released on a page: choose another name`);
        continue;
      }
      if (kept.text === text) continue;
      const [{ agreed }] = await em.execute<[{ agreed: number }]>(
        'select count(*)::int agreed from consent where version = ? and language = ?',
        [version, language],
      );
      if (agreed === 0) kept.text = text;
      else {
        faults.push(
          `${version}.${language}.md was changed after ${agreed} people had agreed to it: undo that, and put the new text into a file of a later version`,
        );
      }
    }
    return faults;
  });
}
