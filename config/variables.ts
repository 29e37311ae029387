/** Every variable that Muster reads from its environment: how it is parsed, its default and what it means. */
import { z } from 'zod';
import { PROVIDERS } from '#protocol/execution.ts';
import { type Role, ROLES } from '#protocol/permissions.ts';
import { LEVELS } from '#protocol/recognition.ts';
import { isTimeZone } from '#protocol/fields.ts';
import type { SettingForm, SettingKey } from '#protocol/settings.ts';
import { systemTimeZone } from './system-time-zone.ts';
import {
  addressRange,
  choice,
  commandLine,
  count,
  databaseUrl,
  days,
  decimal,
  file,
  flag,
  issuer,
  keepDays,
  keyStore,
  list,
  listenHost,
  mailAddress,
  mediaListen,
  mqttTopic,
  mqttUrl,
  origin,
  port,
  reachableHost,
  smtpUrl,
  text,
} from './values.ts';

/** For a variable whose value must not be printed or passed on to a child process. */
const secret = { secret: true };

/** RFC 1918 and RFC 4193: where cameras are, and nothing of the Internet is. */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** The sections of the configuration table, in order. A description is one entry of that table. */
export const sections = {
  'Files and addresses': {
    MUSTER_DATA_DIR: file('/var/lib/muster')
      .default('data')
      .describe('Folder for the embedded database, the keys and the certificate'),
    MUSTER_HTTP_PORT: port(8080)
      .default(8080)
      .describe('Port for plain HTTP, on the loopback interface only; `0` picks a free port'),
    MUSTER_HTTPS_PORT: port(8443).default(8443).describe('Port for HTTPS; `0` picks a free port'),
    MUSTER_HOST: listenHost.default('0.0.0.0').describe('Address of the interface that HTTPS listens on'),
    MUSTER_TLS_CERT: file('/etc/muster/certificate.pem')
      .optional()
      .describe('File with the certificate chain (PEM); if unset, Muster makes a self-signed certificate'),
    MUSTER_TLS_KEY: file('/etc/muster/key.pem')
      .optional()
      .describe('File with the private key of that certificate (PEM)'),
    MUSTER_ORIGINS: list
      .pipe(z.array(origin))
      .default([])
      .describe('More origins (`scheme://host:port`) from which browsers may use this server'),
    MUSTER_PROXIES: list
      .pipe(z.array(addressRange))
      .default([])
      .describe('Addresses or ranges of the reverse proxies whose `X-Forwarded-For` header is trusted'),
    MUSTER_WEBHOOK_ALLOW: list
      .pipe(z.array(addressRange))
      .default([])
      .describe('Private addresses or ranges to which [webhooks](webhooks.md) may be sent'),
    MUSTER_CONNECTIONS_PER_ADDRESS: count(8, 2_000, 256)
      .default(256)
      .describe('Connections allowed from one address; raise it if all clients connect through one proxy'),
    MUSTER_DRAIN_SECONDS: count(0, 300, 5)
      .default(0)
      .describe(
        'Seconds between SIGTERM and the end, in which `/readyz` answers 503 so that a proxy turns to another server',
      ),
  },
  Database: {
    DATABASE_URL: databaseUrl
      .optional()
      .describe('Address of the PostgreSQL database; if unset, Muster runs its embedded PostgreSQL')
      .meta(secret),
    MUSTER_DATABASE_PORT: port(5432)
      .default(0)
      .describe('Port of the embedded PostgreSQL, on the loopback interface only; `0` picks a free port'),
  },
  Keys: {
    MUSTER_MASTER_KEY: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, {
        error: 'must be 32 bytes in base64 (openssl rand -base64 32 makes such a key)',
      })
      .optional()
      .describe("Master key, 32 bytes in base64: it encrypts every person's data key")
      .meta(secret),
    MUSTER_MASTER_KEY_FILE: file('/etc/muster/master.key')
      .optional()
      .describe(
        'File that holds the master key (mode 0600 or 0400); if unset, `master.key` in the data folder',
      ),
    MUSTER_MASTER_KEY_COMMAND: commandLine
      .optional()
      .describe(
        'Command that prints the master key, for use with a key service; it runs without a shell, and a word with spaces needs the form of a JSON array',
      )
      .meta(secret),
    MUSTER_KEY_STORE: keyStore
      .optional()
      .describe(
        "Folder or PostgreSQL address that holds the second part of every person's data key. Never include it in a database backup. If unset: the folder `keys` in the data folder, or with `DATABASE_URL` a second database there, named `NAME_keys`",
      )
      .meta(secret),
  },
  Media: {
    MUSTER_MEDIA_WORKERS: count(1, 64, 2)
      .optional()
      .describe('Number of mediasoup workers; if unset, one for every two CPU cores'),
    MUSTER_MEDIA_PORT: port(44400)
      .default(44400)
      .describe(
        'UDP and TCP port of the first media worker; each further worker uses the next port; `0` picks free ports',
      ),
    MUSTER_MEDIA_LISTEN: list
      .pipe(z.array(mediaListen))
      .default([])
      .describe(
        'Addresses or network interfaces (such as `wg0`) that are offered for media; if unset, loopback and all addresses on physical networks, as they come and go. If only addresses are listed, media is received on nothing else',
      ),
    MUSTER_MEDIA_ANNOUNCE: reachableHost
      .optional()
      .describe(
        'Address that browsers must use for media, if it is not the address of this machine (NAT, containers)',
      ),
    MUSTER_RTSP_ALLOW: list
      .pipe(z.array(addressRange))
      .default(PRIVATE_RANGES)
      .describe(
        'Addresses or ranges in which RTSP cameras may be; this machine itself, link-local addresses and the metadata service of a cloud only where they are named as such',
      ),
    MUSTER_FFMPEG: file('/usr/bin/ffmpeg')
      .optional()
      .describe('Path of the ffmpeg program that fetches RTSP cameras; if unset, `ffmpeg` on the path'),
    MEDIASOUP_WORKER_BIN: file('/opt/muster/mediasoup-worker')
      .optional()
      .describe('Path of the mediasoup-worker program; if unset, the program that the set-up installed'),
  },
  Analysis: {
    MUSTER_ANALYZERS: count(0, 16, 1)
      .default(1)
      .describe('Number of analyzer processes on this machine; `0` only with analyzers on other hosts'),
    MUSTER_VISION_THREADS: count(1, 64, 4)
      .optional()
      .describe('Vision threads in each analyzer; if unset, the number of CPU cores minus one'),
    MUSTER_PROVIDERS: list
      .pipe(z.array(z.enum(PROVIDERS, { error: `may only name ${PROVIDERS.join(', ')}` })))
      .default(['cpu'])
      .describe(
        'Hardware that runs the models, in order of preference: `cpu`, `cuda`, `webgpu`, `coreml`, `dml`; the CPU is always the last resort',
      ),
    MUSTER_ANALYZER_MEMORY: count(256, 65536, 2048)
      .default(2048)
      .describe('Memory limit of an analyzer in MiB; above it, the analyzer is restarted'),
    MUSTER_ANALYSIS_RATE: decimal(0.5, 30, 10)
      .default(10)
      .describe('Highest number of frames per second that are analyzed for each camera'),
    MUSTER_MIN_FACE: decimal(0.01, 0.9, 0.08)
      .default(0.08)
      .describe(
        'Smallest face to detect, as a fraction of the picture height; used in enrollment and as the default of new devices',
      ),
    MUSTER_PICTURE_LIMIT: z
      .string()
      .regex(/^[1-9]\d{2,3}x[1-9]\d{2,3}$/, { error: 'must be a width and a height, such as 1920x1080' })
      .default('1920x1080')
      .describe(
        'Largest picture that a camera may send, upright or not, in pixels; a camera that sends a larger one is closed',
      ),
    MUSTER_H264_DECODER: choice(['auto', 'tinyh264', 'node-av'])
      .default('auto')
      .describe(
        'What decodes H.264: `tinyh264` knows the profile baseline only, `node-av` main and high too and must be [installed](cameras.md#decoders); `auto` takes `node-av` if it is installed',
      ),
    MUSTER_CODEC_CACHE: file('/var/lib/muster/codecs')
      .optional()
      .describe(
        'Folder in which `npm run codecs` installs decoders; if unset, the folder `codecs` in the data folder',
      ),
    MUSTER_LOW_DELAY: flag
      .default(true)
      .describe(
        'Whether frames skip the jitter buffer before analysis; results arrive sooner, for a little more CPU time per camera',
      ),
  },
  'Analyzers on other hosts': {
    MUSTER_NATS_URL: z
      .string()
      .regex(/^(nats|tls):\/\/[^\s,]+(,(nats|tls):\/\/[^\s,]+)*$/, {
        error: 'must be the address of a NATS broker, such as tls://nats.example.org:4222',
      })
      .optional()
      .describe(
        'Address of the NATS broker, `tls://` or `nats://`, over which analyzers on other hosts are used; if unset, only those on this machine',
      ),
    MUSTER_NATS_SEED_FILE: file('/etc/muster/nats.seed')
      .optional()
      .describe(
        'File with the seed of the nkey (`SU…`) as which this server or analyzer signs in to the broker',
      ),
    MUSTER_NATS_CA: file('/etc/muster/nats-ca.pem')
      .optional()
      .describe('File with the certificate authority of the broker (PEM); if unset, those of the system'),
    MUSTER_NATS_ALLOW_OLD: flag
      .default(false)
      .describe('Take a NATS older than 2.12.6, which has known security holes'),
    MUSTER_ANALYZER_NAME: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
        error: 'must be lower-case letters, digits and hyphens, such as hall-1',
      })
      .optional()
      .describe(
        'For `npm run analyzer`: name of the analyzer, as in its permissions; if unset, that of its host',
      ),
    MUSTER_ANALYZER_HEALTH_PORT: port(8081)
      .default(8081)
      .describe(
        'For `npm run analyzer`: port on the loopback interface that says whether it takes cameras; `0` picks a free port',
      ),
  },
  Recognition: {
    MUSTER_MODEL_PACK: text('faceplugin')
      .optional()
      .describe(
        'Model pack: the name of a manifest in `models/`; if unset, the pack chosen with `npm run models -- use`, or else `faceplugin`',
      ),
    MUSTER_FORMER_MODEL_PACK: text('faceplugin')
      .optional()
      .describe(
        'Previous model pack, kept running for people who are not yet re-enrolled; found automatically if unset; `none` turns it off',
      ),
    MUSTER_MODEL_CACHE: file('/var/lib/muster/models')
      .default('models/cache')
      .describe('Folder in which model files are installed'),
    MUSTER_FAR: choice(LEVELS.flatMap(({ far, name }) => [far, name]))
      .default('1e-4')
      .transform((v) => LEVELS.find(({ far, name }) => v === far || v === name)!.far)
      .describe(
        'False accept rate: how often a stranger may be taken for an enrolled person: `convenient` (1e-3), `balanced` (1e-4), `strict` (1e-5) or `strictest` (1e-6)',
      )
      .meta({ form: { kind: 'choice', options: LEVELS.map(({ far }) => far) } satisfies SettingForm }),
    MUSTER_LIVENESS: choice(['off', 'warn', 'require'])
      .optional()
      .describe(
        'Photo detection: `warn` marks a punch made with what looks like a photo, `require` refuses it, `off` does not check; if unset, `warn` if the model `minifasnet` is installed',
      ),
    MUSTER_CHALLENGE: choice(['never', 'doubtful', 'auto', 'always'])
      .default('auto')
      .describe(
        'When to ask for a movement such as a turn of the head: `auto` (unless the face has moved as only a head can, and if `MUSTER_LIVENESS` is not sure that it sees a person), `doubtful` (only if `MUSTER_LIVENESS` is not sure), `always` or `never`',
      ),
  },
  Attendance: {
    MUSTER_TIME_ZONE: z
      .string()
      .refine(isTimeZone, { error: 'is not an IANA time zone such as Europe/Paris' })
      .default(systemTimeZone().zone)
      .describe('Time zone of the first site'),
    MUSTER_DAY_TURNS_AT: count(0, 23, 4)
      .default(4)
      .describe('Local hour (0 to 23) at which a new work day begins, for the first site'),
    MUSTER_MIN_GAP_SECONDS: count(0, 86_400, 300)
      .default(300)
      .describe('Seconds that must pass between two punches of one person, for new stations'),
    MUSTER_SNAPSHOTS: choice(['off', 'punches'])
      .default('off')
      .describe('`punches` keeps an encrypted picture of the face with each punch; `off` keeps no pictures'),
  },
  Enrollment: {
    MUSTER_ENROLLMENT_BINS: count(0, 8, 3)
      .default(3)
      .describe('Number of head poses that an enrollment needs besides the frontal one'),
    MUSTER_ENROLLMENT_TIMEOUT_SECONDS: count(10, 600, 90)
      .default(90)
      .describe('Seconds after which a guided capture ends'),
    MUSTER_SELF_ENROLLMENT: choice(['confirm', 'automatic'])
      .default('confirm')
      .describe(
        'Who decides about a face that a person captured by invitation: `confirm` HR, `automatic` nobody unless the person is enrolled already or looks like somebody else',
      ),
  },
  'Staff sign-in': {
    MUSTER_SESSION_IDLE_HOURS: count(1, 720, 12)
      .default(12)
      .describe('Hours without activity after which a session expires'),
    MUSTER_SESSION_DAYS: count(1, 90, 7)
      .default(7)
      .describe('Maximum age of a session in days, regardless of activity'),
    MUSTER_OIDC_ISSUER: issuer
      .optional()
      .describe('Issuer address of the OpenID Connect identity provider for staff; if unset, passwords only'),
    MUSTER_OIDC_CLIENT_ID: text('muster')
      .optional()
      .describe('Client ID that Muster is registered under at the identity provider'),
    MUSTER_OIDC_CLIENT_SECRET: text('the one that the provider shows')
      .optional()
      .describe('Client secret at the identity provider; leave empty for a public client')
      .meta(secret),
    MUSTER_OIDC_NAME: text('Example Ltd')
      .default('your organization')
      .describe('Name of the identity provider on the sign-in page'),
    MUSTER_OIDC_ROLE_CLAIM: text('groups')
      .default('groups')
      .describe('Claim in the ID token that determines the role of an account'),
    MUSTER_OIDC_ROLES: list
      .transform((pairs, context) => {
        const roles: Partial<Record<Role, string[]>> = {};
        for (const pair of pairs) {
          const [, name, value] = /^(\w+)=(.+)$/.exec(pair) ?? [];
          const role = ROLES.find((known) => known === name);
          if (role && value !== undefined) (roles[role] ??= []).push(value);
          else {
            const message = `must be a list of ROLE=VALUE, where ROLE is ${ROLES.join(', ')}, such as owner=admins`;
            context.addIssue({ code: 'custom', message });
          }
        }
        return roles;
      })
      .optional()
      .describe('The role for each value of that claim, for example `owner=admins,hr=people-team`'),
    MUSTER_OIDC_PERSON: text('email')
      .transform((value, context): { by: 'email' } | { by: 'number'; claim: string } => {
        const [, claim] = /^number=(.+)$/.exec(value) ?? [];
        if (claim !== undefined) return { by: 'number', claim };
        if (value !== 'email') {
          const message = 'must be email, or number=CLAIM, such as number=employee_number';
          context.addIssue({ code: 'custom', message });
        }
        return { by: 'email' };
      })
      .optional()
      .describe(
        'What says which person an employee is: `email` (only where the provider has verified the address), or `number=CLAIM` for the claim with the employee number',
      ),
  },
  Mail: {
    MUSTER_SMTP_URL: smtpUrl
      .optional()
      .describe(
        'Mail server for invitations and month sheets, `smtp://` (port 587 if none is given) or `smtps://` (465), with user name and password if it wants them; if unset, no mail is sent',
      )
      .meta(secret),
    MUSTER_MAIL_FROM: mailAddress.optional().describe('Address that mail comes from'),
  },
  MQTT: {
    MUSTER_MQTT_URL: mqttUrl
      .optional()
      .describe(
        'MQTT broker that is told who is in and which stations are connected ([MQTT](mqtt.md)), `mqtts://` (port 8883 if none is given) or `mqtt://` (1883); if unset, nothing is told',
      ),
    MUSTER_MQTT_USER: text('muster').optional().describe('User name at the broker'),
    MUSTER_MQTT_PASSWORD: z.string().optional().describe('Password of that user').meta(secret),
    MUSTER_MQTT_PASSWORD_FILE: file('/run/secrets/mqtt')
      .optional()
      .describe('File that holds the password in its place, on one line; read at each connection'),
    MUSTER_MQTT_PASSWORD_COMMAND: commandLine
      .optional()
      .describe('Command that prints the password in its place; without a shell, run at each connection')
      .meta(secret),
    MUSTER_MQTT_CA: file('/etc/muster/mqtt-ca.pem')
      .optional()
      .describe('File with the certificate authority of the broker (PEM); if unset, those that Node trusts'),
    MUSTER_MQTT_PREFIX: mqttTopic('muster')
      .max(64, { error: 'has more than 64 characters: write it as muster' })
      .default('muster')
      .describe('What the topics begin with; each installation at one broker needs one of its own'),
    MUSTER_MQTT_DISCOVERY: mqttTopic('homeassistant')
      .max(64, { error: 'has more than 64 characters: write it as homeassistant' })
      .default('homeassistant')
      .describe('Where Home Assistant looks for what there is; `off` publishes no discovery'),
    MUSTER_MQTT_PEOPLE: choice(['counts', 'departments', 'numbers', 'names'])
      .default('counts')
      .describe(
        'What is told about who is in: `counts` of each site, those of each of the `departments` too, or also the `numbers` or `names` of the people',
      ),
    MUSTER_MQTT_EVENTS: flag
      .default(false)
      .describe('Whether each [event](events.md) is told as it happens; `MUSTER_MQTT_PEOPLE` says of whom'),
  },
  Retention: {
    MUSTER_KEEP_TEMPLATES_DAYS: keepDays(0)
      .default(30)
      .describe('Days after a person has left until their face templates, PIN and badge are destroyed'),
    MUSTER_KEEP_CAPTURES_DAYS: days(1, 90, 14)
      .default(14)
      .describe('Days until a face that a person captured by invitation is deleted if HR has not decided'),
    MUSTER_KEEP_SNAPSHOTS_DAYS: days(1, 3650, 30)
      .default(30)
      .describe('Days until the picture of a punch is deleted (see `MUSTER_SNAPSHOTS`)'),
    MUSTER_KEEP_DECISIONS_DAYS: days(0, 90, 7)
      .default(7)
      .describe(
        'Days for which it is kept why a face was recognized or not: numbers only, no picture; `0` keeps nothing',
      ),
    MUSTER_KEEP_PUNCHES_DAYS: keepDays(31)
      .default(null)
      .describe('Days until a punch is deleted; check how long your law requires them'),
    MUSTER_KEEP_AUDIT_DAYS: keepDays(31)
      .default(null)
      .describe('Days until an event of the audit trail is deleted'),
  },
  Exports: {
    MUSTER_EXPORT_FORMAT: choice(['xlsx', 'csv'])
      .default('xlsx')
      .describe('Format of reports and lists that are fetched over the API without naming one'),
    MUSTER_EXPORT_DELIMITER: choice(['language', 'comma', 'semicolon', 'tab'])
      .default('language')
      .describe(
        'What separates the cells of a CSV file: `comma`, `semicolon`, `tab`, or by `language` (a comma in English, a semicolon in other languages)',
      ),
  },
  Diagnostics: {
    MUSTER_LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe(
        'Lowest severity that is logged: `trace`, `debug`, `info`, `warn`, `error`; `silent` logs nothing',
      ),
    MUSTER_TIMECODE: flag
      .default(false)
      .describe('For benchmarks only: read the number drawn into each frame'),
  },
};

/** All variables in one schema. */
export const variables = z.object({
  ...sections['Files and addresses'],
  ...sections.Database,
  ...sections.Keys,
  ...sections.Media,
  ...sections.Analysis,
  ...sections['Analyzers on other hosts'],
  ...sections.Recognition,
  ...sections.Attendance,
  ...sections.Enrollment,
  ...sections['Staff sign-in'],
  ...sections.Mail,
  ...sections.MQTT,
  ...sections.Retention,
  ...sections.Exports,
  ...sections.Diagnostics,
});

export type VariableName = keyof typeof variables.shape;

/** What values a setting takes: as its kind of value says (`values.ts`), or the variable itself. */
export function settingForm(key: SettingKey): SettingForm {
  let schema: z.ZodType | undefined = variables.shape[key];
  while (schema) {
    const form = schema.meta()?.['form'];
    if (form) return form as SettingForm;
    const { innerType, in: before } = schema.def as { innerType?: z.ZodType; in?: z.ZodType };
    schema = innerType ?? before;
  }
  throw new Error(`${key} is no variable that a page can set`);
}

/** A value as the variable would be written; null for the one that is decided by what is installed. */
export function settingText(value: string | number | boolean | null | undefined): string | null {
  if (value === undefined) return null;
  return value === null ? 'never' : String(value);
}

/**
 * Variables whose values are secret. `npm run config` masks them, and no program passes them on to the processes that it
 * starts.
 */
export const SECRET_VARIABLES: readonly VariableName[] = (
  Object.keys(variables.shape) as VariableName[]
).filter((name) => variables.shape[name].meta()?.['secret'] === true);
