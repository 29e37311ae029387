/**
 * The language of the pages. A person chooses it in this browser; a station or a camera has it among its settings;
 * otherwise the browser's own languages decide.
 */
import { configureLocalization, type LocaleModule } from '@lit/localize';
import { LANGUAGES, isLanguageSetting, type Language, type LanguageSetting } from '#protocol/language.ts';
import { recall, remember } from '../app/memory.ts';
import { Observable } from '../session/observable.ts';

/** Whose language a page uses: that of the person who reads it, or that of the device it runs on. */
export type Reader = 'person' | 'device';

/** Every language by its own name: a reader must recognize theirs whatever the page is written in. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** Loaded only when needed. Each catalog comes with the texts of the Web Awesome components. */
const CATALOGS: Record<Exclude<Language, 'en'>, () => Promise<LocaleModule>> = {
  de: async () => {
    const [messages] = await Promise.all([
      import('./generated/de.ts'),
      import('@awesome.me/webawesome/dist/translations/de.js'),
    ]);
    return messages;
  },
};

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: LANGUAGES[0],
  targetLocales: LANGUAGES.slice(1),
  loadLocale: (language) => CATALOGS[language as keyof typeof CATALOGS](),
});

/** What the person chose in this browser. */
export const personLanguage = new Observable<LanguageSetting>(recall('language', isLanguageSetting, 'auto'));

// Kept in the browser so that a station starts in its language before it has reached the server.
let deviceLanguage = recall<LanguageSetting>('device-language', isLanguageSetting, 'auto');
let reader: Reader = 'person';

/** The language that the pages are shown in. */
export function language(): Language {
  return getLocale() as Language;
}

/** Changes to the language of this reader. Resolves when the catalog is there, so that no page is shown without it. */
export async function speakTo(next: Reader): Promise<void> {
  reader = next;
  await apply();
}

/** The choice of the person at this browser. */
export async function choosePersonLanguage(setting: LanguageSetting): Promise<void> {
  remember('language', setting);
  personLanguage.set(setting);
  await apply();
}

/** The setting of this device, as the server sent it. */
export async function setDeviceLanguage(setting: LanguageSetting): Promise<void> {
  remember('device-language', setting);
  deviceLanguage = setting;
  await apply();
}

/** The first of the browser's languages that there is a catalog for; otherwise English. */
function preferredLanguage(setting: LanguageSetting, wanted: readonly string[]): Language {
  if (setting !== 'auto') return setting;
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => one === tag.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return LANGUAGES[0];
}

async function apply(): Promise<void> {
  const ofDevice = reader === 'device' && deviceLanguage !== 'auto';
  const setting = ofDevice ? deviceLanguage : personLanguage.value;
  try {
    await setLocale(preferredLanguage(setting, navigator.languages));
  } catch (error) {
    // A catalog that cannot be loaded must not keep anybody from the page.
    console.error(error);
  }
  document.documentElement.lang = language();
}
