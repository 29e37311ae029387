/** The words of report files, which are written on the server. */
import type { Language } from '../protocol/language.ts';
import { DE } from './texts.de.ts';
import { EN, type ReportTexts } from './texts.en.ts';

export type { ReportTexts };

const TEXTS: Record<Language, ReportTexts> = { en: EN, de: DE };

export function textsIn(language: Language): ReportTexts {
  return TEXTS[language];
}
