/** Consent texts in files `<version>.<language>.md`: ours beside this one, and the operator's own. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CONSENT_TEXT_LENGTH, type ConsentText, LANGUAGE_TAG } from '../protocol/consents.ts';

const NAME = new RegExp(`^([0-9A-Za-z][0-9A-Za-z.-]{0,31})\\.(${LANGUAGE_TAG})\\.md$`);

/** In the order of their names, with a fault for each file that is none. A folder that does not exist has none. */
export async function readConsentTexts(folder: string): Promise<{ texts: ConsentText[]; faults: string[] }> {
  const { min, max } = CONSENT_TEXT_LENGTH;
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
    else if (text.length < min) faults.push(`${name} has fewer than ${min} characters`);
    else if (text.length > max) faults.push(`${name} has more than ${max} characters`);
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
