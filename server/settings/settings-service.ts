/**
 * Settings: what owners set on a page lies between the variables and the defaults, in the database. `now` is the
 * configuration with them; whoever reads it each time follows a change at once, here and on every other server.
 */
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { type Config, ConfigError, type ConfigLayers, type StoredSettings } from '../../config/config.ts';
import { settingForm, variables } from '../../config/variables.ts';
import { auditAll } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { Setting } from '../db/entities/setting.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import type { FieldFault } from '../protocol/error.ts';
import {
  READ_AT_START,
  SETTING_KEYS,
  type SettingKey,
  type SettingsChange,
  type SettingsView,
} from '../protocol/settings.ts';
import { canonical, defaultTexts, merged, refused, settingsOf, storedSettings } from './stored-settings.ts';

export interface SettingsServiceOptions {
  database: Database;
  layers: ConfigLayers;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

interface SettingsEvents {
  /** After the commit, here or on another server. */
  'settings.changed': [now: Config];
}

/** Whether a configuration can be used on this server: one fault for each setting that cannot. */
export type SettingsCheck = (next: Config) => Promise<FieldFault[]>;

export class SettingsService extends EventEmitter<SettingsEvents> {
  readonly #options: SettingsServiceOptions;
  readonly #log: Logger;
  /** As the server started: what is read once stays like this. */
  readonly #atStart: Readonly<Record<SettingKey, string | null>>;
  #stored: StoredSettings;
  #now: Config;
  #check: SettingsCheck = async () => [];

  /** Throws OperatorError where a stored setting contradicts a variable. */
  static async open(options: SettingsServiceOptions): Promise<SettingsService> {
    return new SettingsService(options, await storedSettings(options.database.fork(), options.log));
  }

  private constructor(options: SettingsServiceOptions, settings: StoredSettings) {
    super();
    this.#options = options;
    this.#log = options.log.child({ part: 'settings' });
    this.#stored = settings;
    this.#now = options.layers.with(settings);
    this.#atStart = options.layers.textsOf(settings);
  }

  /** The configuration in force. */
  get now(): Config {
    return this.#now;
  }

  /** Asked before a change is saved. */
  checkedBy(check: SettingsCheck): void {
    this.#check = check;
  }

  async view(): Promise<SettingsView> {
    const em = this.#options.database.fork();
    return this.#viewOf(em, await em.find(Setting, {}));
  }

  /**
   * Null goes back to the default. Throws MusterError `validation-failed` for a value that is none, that this server cannot use,
   * or that a variable has set; `precondition-failed` where somebody else was faster.
   */
  async change(
    change: SettingsChange,
    by: { accountId: string },
    expected?: Expected,
  ): Promise<SettingsView> {
    const texts = Object.entries(change).map(([key, text]) => [key, canonical(key as SettingKey, text)]);
    const wanted = Object.fromEntries(texts) as Partial<Record<SettingKey, string | null>>;
    const view = await this.#options.database.transaction(async (em) => {
      await lockByName(em, 'muster/settings');
      const rows = await em.find(Setting, {});
      const before = settingsOf(rows);
      await requireVersion(em, {
        version: recordVersion({ ...before }),
        expected,
        edited: { kind: 'setting', acts: ['setting.changed'] },
      });
      await this.#require(before, wanted);
      const changed = await this.#write(em, rows, wanted, by.accountId);
      await em.flush();
      const values = { before: this.#options.layers.textsOf(before), after: this.#textsWith(before, wanted) };
      await auditAll(
        em,
        changed.map((key) => ({
          act: 'setting.changed',
          object: { kind: 'setting', id: key },
          before: { value: values.before[key] },
          after: { value: values.after[key] },
        })),
      );
      return this.#viewOf(em, await em.find(Setting, {}));
    });
    this.#log.info({ event: 'settings.changed', keys: Object.keys(change) }, 'settings changed');
    await this.refresh();
    return view;
  }

  /** Takes over what is stored: another server may have changed it. */
  async refresh(): Promise<void> {
    const settings = await storedSettings(this.#options.database.fork(), this.#options.log);
    if (recordVersion({ ...settings }) === recordVersion({ ...this.#stored })) return;
    this.#now = this.#options.layers.with(settings);
    this.#stored = settings;
    this.emit('settings.changed', this.#now);
  }

  /** Throws MusterError `validation-failed` with a fault for each setting that cannot become what is wanted. */
  async #require(before: StoredSettings, wanted: Partial<Record<SettingKey, string | null>>): Promise<void> {
    const keys = Object.keys(wanted) as SettingKey[];
    const { layers } = this.#options;
    const fixed = keys.filter((key) => layers.sourceOf(key, before) === 'variable');
    if (fixed.length > 0) throw refused(fixed.map((path) => ({ path, message: 'is set on the server' })));
    let next: Config;
    try {
      next = layers.with(merged(before, wanted));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const named = keys.filter((key) => error.faults.some((fault) => fault.includes(key)));
      const message = 'does not go together with what is set on the server';
      throw refused((named.length > 0 ? named : keys).map((path) => ({ path, message })));
    }
    const faults = await this.#check(next);
    const own = faults.filter(({ path }) => keys.includes(path as SettingKey));
    if (own.length > 0) throw refused(own);
  }

  /** Returns the settings that are different now. */
  async #write(
    em: Em,
    rows: readonly Setting[],
    wanted: Partial<Record<SettingKey, string | null>>,
    accountId: string,
  ): Promise<SettingKey[]> {
    const changed: SettingKey[] = [];
    for (const [key, value] of Object.entries(wanted) as [SettingKey, string | null][]) {
      const row = rows.find((one) => one.key === key);
      if ((row?.value ?? null) === value) continue;
      changed.push(key);
      const changedAt = new Date((this.#options.now ?? Date.now)());
      if (value === null) em.remove(row!);
      else if (row) Object.assign(row, { value, changedBy: accountId, changedAt });
      else em.create(Setting, { key, value, changedBy: accountId, changedAt });
    }
    return changed;
  }

  #textsWith(before: StoredSettings, wanted: Partial<Record<SettingKey, string | null>>) {
    return this.#options.layers.textsOf(merged(before, wanted));
  }

  async #viewOf(em: Em, rows: readonly Setting[]): Promise<SettingsView> {
    const { layers } = this.#options;
    const accounts = await em.find(Account, { id: { $in: rows.map(({ changedBy }) => changedBy) } });
    const settings = settingsOf(rows);
    const values = layers.textsOf(settings);
    const defaults = defaultTexts();
    return {
      version: recordVersion({ ...settings }),
      settings: SETTING_KEYS.map((key) => {
        const row = rows.find((one) => one.key === key);
        const source = layers.sourceOf(key, settings);
        const atStart = READ_AT_START.includes(key);
        const isStored = source === 'page' && row !== undefined;
        return {
          key,
          description: variables.shape[key].description ?? '',
          form: settingForm(key),
          value: values[key],
          default: defaults[key],
          source,
          atStart,
          waits: atStart && values[key] !== this.#atStart[key],
          changedAt: isStored ? row.changedAt.toISOString() : null,
          changedBy: isStored ? (accounts.find(({ id }) => id === row.changedBy)?.name ?? '') : null,
        };
      }),
    };
  }
}
