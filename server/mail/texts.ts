/** The words of messages, which are written on the server. */
import type { Language } from '../protocol/language.ts';
import { DE } from './texts.de.ts';
import { EN, type MailTexts } from './texts.en.ts';

const TEXTS: Record<Language, MailTexts> = { en: EN, de: DE };

export function mailTexts(language: Language): MailTexts {
  return TEXTS[language];
}
