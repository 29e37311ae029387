/** Numbers, dates, lists and plurals in the language of the pages: the only place that uses `Intl` for them. */
import { language } from './language.ts';

/**
 * The language of the pages with the region of the browser, so that somebody in Germany who reads English still sees
 * the day before the month.
 */
function formatLocale(): string {
  const preferred = navigator.languages[0] ?? navigator.language;
  try {
    const { region } = new Intl.Locale(preferred);
    return region ? `${language()}-${region}` : language();
  } catch {
    return language();
  }
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Formats are kept: making one takes far longer than using it, and tables use the same one in every row. */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = formatLocale();
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    dateFormats.set(key, format);
  }
  return format;
}

/** 1,234.5 in English, 1.234,5 in German. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(formatLocale(), options).format(value);
}

/** "a, b and c". */
export function list(items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat(language(), { type }).format(items);
}

/** "2 minutes ago". @param amount negative in the past */
export function relativeTime(amount: number, unit: Intl.RelativeTimeFormatUnit): string {
  return new Intl.RelativeTimeFormat(language(), { numeric: 'always' }).format(amount, unit);
}

type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/**
 * The form of a text for this amount.
 * @example plural(count, { one: msg('1 person'), other: msg(str`${number(count)} people`) })
 */
export function plural(count: number, forms: PluralForms): string {
  return forms[new Intl.PluralRules(language()).select(count)] ?? forms.other;
}

/** The order of names in this language: Ä next to A, and no difference between capitals and small letters. */
export function collator(): Intl.Collator {
  return new Intl.Collator(language(), { sensitivity: 'base', numeric: true });
}

/** The letters of a text as readers count them: an emoji or a letter with a mark is one, however it is made up. */
export function letters(text: string): string[] {
  // Firefox knows it since version 125. Without it a letter keeps its marks, and only an emoji of several parts is cut.
  if (typeof Intl.Segmenter !== 'function') return text.match(/\P{M}\p{M}*/gu) ?? [];
  return [...new Intl.Segmenter(language()).segment(text)].map(({ segment }) => segment);
}

/** A language by its own name, with a capital: Deutsch, Français. */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return `${name.charAt(0).toLocaleUpperCase(tag)}${name.slice(1)}`;
}

/** A country in the language of the pages. @param code ISO 3166-1, such as DE */
export function countryName(code: string): string {
  return new Intl.DisplayNames([language()], { type: 'region' }).of(code) ?? code;
}
