/** Settings: the variables of the configuration that an owner may set on a page. */
import { z } from 'zod';
import './no-eval.ts';
import { instant, version, line } from './fields.ts';

/**
 * The parts of the page, and the settings in each. What is not here is set on the server only: addresses, ports, keys, the
 * database, models and hardware. What values a setting takes stands with its variable, in `config/variables.ts`.
 */
export const SETTING_PARTS = {
  recognition: ['MUSTER_FAR', 'MUSTER_MIN_FACE'],
  liveness: ['MUSTER_LIVENESS', 'MUSTER_CHALLENGE'],
  punches: ['MUSTER_MIN_GAP_SECONDS', 'MUSTER_SNAPSHOTS'],
  enrollment: ['MUSTER_SELF_ENROLLMENT', 'MUSTER_ENROLLMENT_BINS', 'MUSTER_ENROLLMENT_TIMEOUT_SECONDS'],
  retention: [
    'MUSTER_KEEP_TEMPLATES_DAYS',
    'MUSTER_KEEP_CAPTURES_DAYS',
    'MUSTER_KEEP_SNAPSHOTS_DAYS',
    'MUSTER_KEEP_DECISIONS_DAYS',
    'MUSTER_KEEP_PUNCHES_DAYS',
    'MUSTER_KEEP_AUDIT_DAYS',
  ],
  exports: ['MUSTER_EXPORT_FORMAT', 'MUSTER_EXPORT_DELIMITER'],
} as const;

export type SettingPart = keyof typeof SETTING_PARTS;
export type SettingKey = (typeof SETTING_PARTS)[SettingPart][number];

export const SETTING_KEYS: readonly SettingKey[] = Object.values(SETTING_PARTS).flat();

/** Settings that the server reads once, at its start. All others take effect at once. */
export const READ_AT_START: readonly SettingKey[] = ['MUSTER_MIN_FACE'];

/** What values a setting takes, as a page needs to know it. */
export type SettingForm =
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'number'; min: number; max: number; step: number }
  /** Days; with `never` also for ever. */
  | { kind: 'days'; min: number; max: number; never: boolean };

const settingForm = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('choice'), options: z.array(z.string()).readonly() }),
  z.strictObject({ kind: z.literal('number'), min: z.number(), max: z.number(), step: z.number() }),
  z.strictObject({ kind: z.literal('days'), min: z.int(), max: z.int(), never: z.boolean() }),
]);

const settingKey = z.enum(SETTING_KEYS as [SettingKey, ...SettingKey[]]);
/** The text that the variable would have. */
const settingText = line(100);

const settingView = z
  .strictObject({
    key: settingKey.describe('The variable that sets it too.'),
    description: z.string(),
    form: settingForm,
    value: settingText.nullable().describe('In force; null where it depends on what is installed.'),
    default: settingText.nullable(),
    source: z
      .enum(['variable', 'page', 'default'])
      .describe('`variable`: set on the server, and not to be changed here.'),
    atStart: z.boolean().describe('Whether a change takes effect when the server starts again.'),
    waits: z.boolean().describe('Whether the value waits for that.'),
    changedAt: instant.nullable(),
    changedBy: z.string().nullable().describe('Name of the account.'),
  })
  .meta({ id: 'Setting' });
export type SettingView = z.infer<typeof settingView>;

export const settingsView = z
  .strictObject({ version, settings: z.array(settingView) })
  .meta({ id: 'Settings' });
export type SettingsView = z.infer<typeof settingsView>;

export const settingsChange = z
  .partialRecord(settingKey, settingText.nullable())
  .describe('The new values; null goes back to the default.');
export type SettingsChange = z.infer<typeof settingsChange>;
