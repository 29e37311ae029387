/** The languages that pages are written in. The first one is the language of the sources. */
export const LANGUAGES = ['en', 'de'] as const;

export type Language = (typeof LANGUAGES)[number];

/** `auto`: the language that the browser requests. */
export type LanguageSetting = 'auto' | Language;

export const LANGUAGE_SETTINGS = ['auto', ...LANGUAGES] as const;

export function isLanguageSetting(value: unknown): value is LanguageSetting {
  return LANGUAGE_SETTINGS.some((setting) => setting === value);
}
