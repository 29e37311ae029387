/**
 * The texts that a person agrees to before a template is stored: files `<version>.<language>.md`, ours in this folder and
 * the operator's own in `<data folder>/consent`. Every text that was ever in force stays in the database, word for word,
 * because the record of each consent names one. To change a text, add files with a later version.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../db/database.ts';
import { ConsentTextRow } from '../db/entities/consent-text.ts';
import type { ConsentText, ConsentTextsView } from '../protocol/consents.ts';
import { OperatorError } from '../operator-error.ts';

const OURS = path.join(import.meta.dirname, 'consent-texts');
const NAME = /^([0-9A-Za-z][0-9A-Za-z.-]{0,31})\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md$/;
/** A shorter text does not say enough, and nobody reads a longer one; characters. */
const LENGTH = { min: 200, max: 20_000 };
const byVersion = new Intl.Collator('en', { numeric: true });

export interface ConsentTextsOptions {
  database: Database;
  /** `config.dataDir` */
  dataDir: string;
}

export class ConsentTextStore {
  /** The text in every language that it exists in. */
  readonly current: ConsentTextsView;

  private constructor(current: ConsentTextsView) {
    this.current = current;
  }

  /**
   * Takes the operator's latest version where there is one, otherwise ours, and keeps it in the database. Throws
   * OperatorError with every fault of the operator's files, among them each file that was changed after people agreed to it.
   */
  static async open({ database, dataDir }: ConsentTextsOptions): Promise<ConsentTextStore> {
    const folder = path.join(dataDir, 'consent');
    const [ours, own] = [await readTexts(OURS), await readTexts(folder)];
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
    const inForce = own.texts.length > 0 ? own.texts : ours.texts;
    const version = inForce
      .map((text) => text.version)
      .toSorted(byVersion.compare)
      .at(-1)!;
    const texts = inForce.filter((text) => text.version === version);
    return new ConsentTextStore({ version, texts: texts.map(({ language, text }) => ({ language, text })) });
  }

  isCurrent(version: string): boolean {
    return version === this.current.version;
  }

  /** Whether this is the text to show now. */
  offers(version: string, language: string): boolean {
    return this.isCurrent(version) && this.current.texts.some((text) => text.language === language);
  }
}

async function readTexts(folder: string): Promise<{ texts: ConsentText[]; faults: string[] }> {
  const texts: ConsentText[] = [];
  const faults: string[] = [];
  for (const name of await namesIn(folder)) {
    const [, version, language] = NAME.exec(name) ?? [];
    if (version === undefined || language === undefined) {
      faults.push(`${name} is not named VERSION.LANGUAGE.md, such as 2027-01.de.md`);
      continue;
    }
    const text = decode(await readFile(path.join(folder, name)));
    if (text === null) faults.push(`${name} is not plain UTF-8 text`);
    else if (text.length < LENGTH.min) faults.push(`${name} has fewer than ${LENGTH.min} characters`);
    else if (text.length > LENGTH.max) faults.push(`${name} has more than ${LENGTH.max} characters`);
    else texts.push({ version, language, text });
  }
  return { texts, faults };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    // Editors leave hidden files behind.
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Null where the file is not a text that a page can show. */
function decode(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n').trim();
    return /[^\P{Cc}\n\t]/u.test(text) ? null : text;
  } catch {
    return null;
  }
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
