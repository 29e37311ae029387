/** The configuration: one typed object, parsed once from the environment, with all faults reported together. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { SETTING_KEYS, type SettingKey, type SettingView } from '#protocol/settings.ts';
import { OperatorError } from '../server/operator-error.ts';
import { nodeAvPack } from './codec-pack.ts';
import { contradictions } from './contradictions.ts';
import { withCurrentNames } from './renamed-variables.ts';
import { systemTimeZone } from './system-time-zone.ts';
import { unknownVariables } from './unknown-variables.ts';
import { SECRET_VARIABLES, settingText, type VariableName, variables } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Values = z.infer<typeof variables>;
export type Config = ReturnType<typeof configOf>;
/** What was set on the page, as the variables would be written. */
export type StoredSettings = Readonly<Partial<Record<SettingKey, string>>>;

/**
 * Reads the environment. An empty variable counts as unset. `warn` receives one line for each variable that still has
 * its former name or is unknown, and for a system without a usable time zone; by default the line goes to standard error.
 *
 * @throws OperatorError that lists every fault, one per line.
 */
export function loadConfig(env: Environment, warn?: (line: string) => void): Config {
  return new ConfigLayers(env, warn).config;
}

/** Where a value comes from: a variable, the page with the settings, or neither. */
export type Source = SettingView['source'];

/** The configuration in its layers: a variable comes before what was set on a page, and that before the default. */
export class ConfigLayers {
  /** Of the variables alone: all that is known before the database is open. */
  readonly config: Config;
  readonly #present: Readonly<Record<string, string>>;
  readonly #zone: string | undefined;
  readonly #faults: readonly string[];

  /** As `loadConfig`. */
  constructor(env: Environment, warn: (line: string) => void = toStandardError) {
    const nonEmpty: Record<string, string> = {};
    for (const [name, value] of Object.entries(env)) if (value) nonEmpty[name] = value;
    const { env: present, warnings, faults } = withCurrentNames(nonEmpty);
    warnings.push(...unknownVariables(Object.keys(present)));
    if (!present['MUSTER_TIME_ZONE']) {
      const { zone, warning } = systemTimeZone(env);
      this.#zone = zone;
      if (warning !== null) warnings.push(warning);
    }
    warnings.forEach(warn);
    this.#present = present;
    this.#faults = faults;
    this.config = this.with({});
  }

  /** @throws OperatorError that lists every fault, one per line. */
  with(settings: StoredSettings): Config {
    return configOf(this.#values(settings));
  }

  /** The same with `(set)` in place of every secret, and where each value comes from: to be printed. */
  masked(settings: StoredSettings): Config & { sources: Partial<Record<VariableName, Source>> } {
    const values: Record<string, unknown> = this.#values(settings);
    for (const name of SECRET_VARIABLES) if (values[name] !== undefined) values[name] = '(set)';
    const names = Object.keys(variables.shape) as VariableName[];
    const sources = Object.fromEntries(names.map((name) => [name, this.sourceOf(name, settings)]));
    return { ...configOf(values as Values), sources };
  }

  sourceOf(name: VariableName, settings: StoredSettings): Source {
    if (this.#present[name] !== undefined) return 'variable';
    return settings[name as SettingKey] === undefined ? 'default' : 'page';
  }

  /** The value of each setting, as its variable would be written. */
  textsOf(settings: StoredSettings): Record<SettingKey, string | null> {
    const values = this.#values(settings);
    const entries = SETTING_KEYS.map((key) => [key, settingText(values[key])]);
    return Object.fromEntries(entries) as Record<SettingKey, string | null>;
  }

  #values(settings: StoredSettings): Values {
    const present: Record<string, string> = { ...settings, ...this.#present };
    if (this.#zone !== undefined) present['MUSTER_TIME_ZONE'] = this.#zone;
    const parsed = variables.safeParse(present);
    const faults = [...this.#faults];
    if (!parsed.success)
      faults.push(...parsed.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`));
    faults.push(...contradictions(present, parsed.data));
    if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
    return parsed.data;
  }
}

/** Values that cannot work, alone or together. */
export class ConfigError extends OperatorError {
  /** One line each. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const faultCount = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    super(`The configuration has ${faultCount}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

function configOf(v: Values) {
  const dataDir = path.resolve(v.MUSTER_DATA_DIR);
  const chosen = chosenPacks(dataDir);
  const cores = os.availableParallelism();
  const decoderPack = chosenDecoder(v, dataDir);
  return deepFreeze({
    dataDir,
    http: { host: '127.0.0.1', port: v.MUSTER_HTTP_PORT },
    https: { host: v.MUSTER_HOST, port: v.MUSTER_HTTPS_PORT, cert: v.MUSTER_TLS_CERT, key: v.MUSTER_TLS_KEY },
    origins: v.MUSTER_ORIGINS,
    proxies: v.MUSTER_PROXIES,
    webhooks: { allow: v.MUSTER_WEBHOOK_ALLOW },
    connectionsPerAddress: v.MUSTER_CONNECTIONS_PER_ADDRESS,
    drain: v.MUSTER_DRAIN_SECONDS * 1000,
    database: { url: v.DATABASE_URL, port: v.MUSTER_DATABASE_PORT },
    keys: {
      masterKey: v.MUSTER_MASTER_KEY,
      file: v.MUSTER_MASTER_KEY_FILE && path.resolve(v.MUSTER_MASTER_KEY_FILE),
      command: v.MUSTER_MASTER_KEY_COMMAND,
      store: v.MUSTER_KEY_STORE,
    },
    media: {
      workers: v.MUSTER_MEDIA_WORKERS ?? Math.max(1, Math.floor(cores / 2)),
      port: v.MUSTER_MEDIA_PORT,
      listen: v.MUSTER_MEDIA_LISTEN,
      announce: v.MUSTER_MEDIA_ANNOUNCE,
      workerBin: v.MEDIASOUP_WORKER_BIN,
    },
    rtsp: { allow: v.MUSTER_RTSP_ALLOW, ffmpeg: v.MUSTER_FFMPEG },
    analyzer: {
      processes: v.MUSTER_ANALYZERS,
      threads: v.MUSTER_VISION_THREADS ?? Math.max(1, cores - 1),
      providers: v.MUSTER_PROVIDERS,
      memoryLimitMb: v.MUSTER_ANALYZER_MEMORY,
      rate: v.MUSTER_ANALYSIS_RATE,
      minFace: v.MUSTER_MIN_FACE,
      lowDelay: v.MUSTER_LOW_DELAY,
      pictureLimit: pictureLimit(v.MUSTER_PICTURE_LIMIT),
      /** Folder of the pack that decodes H.264; null: the decoder of its own. */
      decoderPack,
      /** Up to which profile. */
      h264: decoderPack === null ? ('baseline' as const) : ('high' as const),
      timecode: v.MUSTER_TIMECODE,
      snapshots: v.MUSTER_SNAPSHOTS === 'punches',
    },
    nats:
      v.MUSTER_NATS_URL === undefined
        ? null
        : {
            url: v.MUSTER_NATS_URL,
            seedFile: v.MUSTER_NATS_SEED_FILE ?? null,
            ca: v.MUSTER_NATS_CA ?? null,
            allowOld: v.MUSTER_NATS_ALLOW_OLD,
            analyzerName: v.MUSTER_ANALYZER_NAME,
            healthPort: v.MUSTER_ANALYZER_HEALTH_PORT,
          },
    models: {
      pack: v.MUSTER_MODEL_PACK ?? chosen.pack ?? 'faceplugin',
      former: v.MUSTER_FORMER_MODEL_PACK ?? chosen.former ?? 'auto',
      cacheDir: path.resolve(v.MUSTER_MODEL_CACHE),
      far: v.MUSTER_FAR,
      liveness: v.MUSTER_LIVENESS,
      challenge: v.MUSTER_CHALLENGE,
    },
    attendance: {
      timeZone: v.MUSTER_TIME_ZONE,
      dayTurnsAt: v.MUSTER_DAY_TURNS_AT,
      minGap: v.MUSTER_MIN_GAP_SECONDS * 1000,
    },
    enrollment: {
      requiredBins: v.MUSTER_ENROLLMENT_BINS,
      timeout: v.MUSTER_ENROLLMENT_TIMEOUT_SECONDS * 1000,
    },
    selfEnrollment: v.MUSTER_SELF_ENROLLMENT,
    mail: v.MUSTER_SMTP_URL === undefined ? null : { url: v.MUSTER_SMTP_URL, from: v.MUSTER_MAIL_FROM ?? '' },
    mqtt:
      v.MUSTER_MQTT_URL === undefined
        ? null
        : {
            url: v.MUSTER_MQTT_URL,
            user: v.MUSTER_MQTT_USER ?? null,
            password: {
              text: v.MUSTER_MQTT_PASSWORD,
              file: v.MUSTER_MQTT_PASSWORD_FILE && path.resolve(v.MUSTER_MQTT_PASSWORD_FILE),
              command: v.MUSTER_MQTT_PASSWORD_COMMAND,
            },
            ca: v.MUSTER_MQTT_CA ?? null,
            prefix: v.MUSTER_MQTT_PREFIX,
            discovery: v.MUSTER_MQTT_DISCOVERY === 'off' ? null : v.MUSTER_MQTT_DISCOVERY,
            people: v.MUSTER_MQTT_PEOPLE,
            events: v.MUSTER_MQTT_EVENTS,
          },
    oidc:
      v.MUSTER_OIDC_ISSUER === undefined
        ? null
        : {
            issuer: v.MUSTER_OIDC_ISSUER,
            clientId: v.MUSTER_OIDC_CLIENT_ID ?? '',
            clientSecret: v.MUSTER_OIDC_CLIENT_SECRET,
            name: v.MUSTER_OIDC_NAME,
            roleClaim: v.MUSTER_OIDC_ROLE_CLAIM,
            roles: v.MUSTER_OIDC_ROLES ?? {},
            person: v.MUSTER_OIDC_PERSON ?? null,
          },
    session: { idle: v.MUSTER_SESSION_IDLE_HOURS * 3_600_000, life: v.MUSTER_SESSION_DAYS * 86_400_000 },
    keepDays: {
      templates: v.MUSTER_KEEP_TEMPLATES_DAYS,
      captures: v.MUSTER_KEEP_CAPTURES_DAYS,
      snapshots: v.MUSTER_KEEP_SNAPSHOTS_DAYS,
      decisions: v.MUSTER_KEEP_DECISIONS_DAYS,
      punches: v.MUSTER_KEEP_PUNCHES_DAYS,
      audit: v.MUSTER_KEEP_AUDIT_DAYS,
    },
    exports: { format: v.MUSTER_EXPORT_FORMAT, delimiter: v.MUSTER_EXPORT_DELIMITER },
    logLevel: v.MUSTER_LOG_LEVEL,
  });
}

function chosenDecoder(v: Values, dataDir: string): string | null {
  const wanted = v.MUSTER_H264_DECODER;
  if (wanted === 'tinyh264') return null;
  const pack = nodeAvPack(path.resolve(v.MUSTER_CODEC_CACHE ?? path.join(dataDir, 'codecs')));
  if (pack !== null || wanted === 'auto') return pack;
  throw new ConfigError([
    'MUSTER_H264_DECODER is node-av, which is not installed: npm run codecs -- install node-av',
  ]);
}

/** `1920x1080`, in either order. */
function pictureLimit(size: string): { longer: number; shorter: number } {
  const sides = size.split('x').map(Number);
  return { longer: Math.max(...sides), shorter: Math.min(...sides) };
}

/**
 * The file that `npm run models` writes: the chosen pack on the first line, the former pack on the second. Both are
 * undefined if no pack was chosen.
 */
function chosenPacks(dataDir: string): { pack?: string; former?: string } {
  let text: string;
  try {
    text = readFileSync(path.join(dataDir, 'model-pack'), 'utf8');
  } catch {
    return {};
  }
  const [pack, former] = text.split('\n').map((line) => line.trim());
  return { ...(pack && { pack }), ...(former && { former }) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
