/** Settings as the database holds them. */
import type { Logger } from 'pino';
import type { StoredSettings } from '../../config/config.ts';
import { settingText, variables } from '../../config/variables.ts';
import type { Em } from '../db/database.ts';
import { Setting } from '../db/entities/setting.ts';
import { type FieldFault, MusterError } from '../protocol/error.ts';
import { SETTING_KEYS, type SettingKey } from '../protocol/settings.ts';

/** The stored settings that can be used: another version may have known others. */
export async function storedSettings(em: Em, log: Logger): Promise<StoredSettings> {
  const rows = await em.find(Setting, {}, { disableIdentityMap: true });
  const settings = settingsOf(rows);
  for (const { key } of rows) {
    if (key in settings) continue;
    log.warn(
      { event: 'setting.unusable', key },
      'a stored setting is not known any more, or its value is none',
    );
  }
  return settings;
}

/** Those that can be used. */
export function settingsOf(rows: readonly Pick<Setting, 'key' | 'value'>[]): StoredSettings {
  const usable = rows.filter(
    ({ key, value }) => isSetting(key) && variables.shape[key].safeParse(value).success,
  );
  return Object.fromEntries(usable.map(({ key, value }) => [key, value]));
}

/** What is stored after a change; null removes a setting. */
export function merged(
  before: StoredSettings,
  change: Readonly<Partial<Record<SettingKey, string | null>>>,
): StoredSettings {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
}

/** A value in the one way in which it is stored. Throws MusterError `validation-failed` for one that the variable refuses. */
export function canonical(key: SettingKey, text: string | null): string | null {
  if (text === null) return null;
  const parsed = variables.shape[key].safeParse(text);
  if (!parsed.success) {
    throw refused(parsed.error.issues.slice(0, 1).map(({ message }) => ({ path: key, message })));
  }
  return settingText(parsed.data);
}

export function defaultTexts(): Record<SettingKey, string | null> {
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [key, settingText(variables.shape[key].parse(undefined))]),
  ) as Record<SettingKey, string | null>;
}

export function refused(faults: FieldFault[]): MusterError {
  const [{ path, message }] = faults as [FieldFault, ...FieldFault[]];
  return new MusterError('validation-failed', `${path} ${message}.`, { faults });
}

function isSetting(key: string): key is SettingKey {
  return (SETTING_KEYS as readonly string[]).includes(key);
}
