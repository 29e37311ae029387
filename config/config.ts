/** The configuration: one typed object, parsed once from the environment, all faults reported together. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Role, ROLES } from '../server/protocol/permissions.ts';
import { PROVIDERS } from '../server/protocol/execution.ts';
import { LEVELS } from '../server/protocol/recognition.ts';

const port = z.coerce.number().int().min(0).max(65535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Days; null for ever. */
const keepDays = (min: number) =>
  z.union([z.literal('never').transform(() => null), count(min, 36_500)], {
    error: `is neither a number of days from ${min} on nor never`,
  });
const flag = z.enum(['0', '1', 'true', 'false']).transform((v) => v === '1' || v === 'true');
const list = z.string().transform((v) =>
  v
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== ''),
);
/** Words parted by blanks, or a JSON array of them where one has a blank in it. */
const commandLine = z.string().transform((v, context): string[] => {
  if (!v.trim().startsWith('[')) return v.trim().split(/\s+/);
  try {
    return z.array(z.string()).min(1).parse(JSON.parse(v));
  } catch {
    context.addIssue({ code: 'custom', message: 'is neither words nor a JSON array of them' });
    return z.NEVER;
  }
});
/** Analyzed frames a second that it takes to watch a movement: see `gap` in server/recognition/challenge.ts. */
const RATE_OF_CHALLENGE = 3;

const timeZone = z.string().refine(
  (v) => {
    try {
      Intl.DateTimeFormat('en', { timeZone: v });
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is not an IANA time zone such as Europe/Paris' },
);

/** Every variable, its meaning and default. The README's table is made from these descriptions. */
export const variables = z.object({
  MUSTER_DATA_DIR: z
    .string()
    .default('data')
    .describe('Where the embedded database, keys and certificate live'),
  MUSTER_HTTP_PORT: port.default(8080).describe('Plain HTTP, loopback interface only; 0 picks a free port'),
  MUSTER_HTTPS_PORT: port.default(8443).describe('HTTPS on every interface; 0 picks a free port'),
  MUSTER_HOST: z.string().default('0.0.0.0').describe('Interface that HTTPS listens on'),
  MUSTER_TLS_CERT: z.string().optional().describe('PEM certificate chain; self-signed where unset'),
  MUSTER_TLS_KEY: z.string().optional().describe('PEM private key of that certificate'),
  MUSTER_ORIGINS: list
    .default([])
    .describe('Further origins (scheme://host:port) that browsers may come from'),
  MUSTER_PROXIES: list
    .pipe(
      z.array(
        z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
          error: 'is not an address or a range such as 10.0.0.0/8',
        }),
      ),
    )
    .default([])
    .describe('Reverse proxies (addresses, ranges) whose X-Forwarded-For is believed'),
  MUSTER_CONNECTIONS_PER_ADDRESS: count(8, 2_000)
    .default(256)
    .describe('Connections that one address may hold; more where everybody comes through one proxy'),
  DATABASE_URL: z.string().optional().describe('PostgreSQL to use in place of the embedded one'),
  MUSTER_DATABASE_PORT: port
    .default(0)
    .describe('Port of the embedded PostgreSQL (loopback); 0 picks a free one'),
  MUSTER_MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'is not 32 bytes in base64 (make one: openssl rand -base64 32)' })
    .optional()
    .describe('Key that wraps the key of every person; a 0600 file in the data folder where unset'),
  MUSTER_MASTER_KEY_FILE: z
    .string()
    .optional()
    .describe('File (mode 0600 or 0400) that holds this key; `master.key` in the data folder where unset'),
  MUSTER_MASTER_KEY_COMMAND: commandLine
    .optional()
    .describe('Command that writes this key to its standard output, run without a shell: for a key service'),
  MUSTER_KEY_STORE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the shares of the keys of people are: a folder or a PostgreSQL address, never in the backup of the database; `keys` in the data folder, or the database NAME_keys beside that of DATABASE_URL, where unset',
    ),
  MUSTER_MEDIA_WORKERS: count(1, 64).optional().describe('mediasoup workers; one per two cores where unset'),
  MUSTER_MEDIA_PORT: port
    .default(44400)
    .describe('First UDP+TCP media port; each worker takes the next; 0 picks free ones'),
  MUSTER_MEDIA_LISTEN: list
    .default([])
    .describe('Addresses that media listens on; loopback and the LAN where unset'),
  MUSTER_MEDIA_ANNOUNCE: z
    .string()
    .optional()
    .describe('Address that browsers are told, where it differs (NAT, containers)'),
  MEDIASOUP_WORKER_BIN: z
    .string()
    .optional()
    .describe('mediasoup-worker program; the cached one where unset'),
  MUSTER_ANALYZERS: count(1, 16).default(1).describe('Analyzer processes'),
  MUSTER_VISION_THREADS: count(1, 64)
    .optional()
    .describe('Vision threads per analyzer; cores less one where unset'),
  MUSTER_PROVIDERS: list
    .pipe(z.array(z.enum(PROVIDERS, { error: `may only name ${PROVIDERS.join(', ')}` })))
    .default(['cpu'])
    .describe(
      'What networks run on, in order of preference: cpu, cuda, webgpu, coreml, dml; at last the cpu',
    ),
  MUSTER_ANALYZER_MEMORY: count(256, 65536)
    .default(2048)
    .describe('Resident memory of an analyzer before it is restarted, MiB'),
  MUSTER_ANALYSIS_RATE: z.coerce
    .number()
    .min(0.5)
    .max(30)
    .default(10)
    .describe('Analyzed frames a second per camera, at most'),
  MUSTER_MIN_FACE: z.coerce
    .number()
    .min(0.01)
    .max(0.9)
    .default(0.08)
    .describe(
      'Smallest face looked for, as a fraction of the picture height; of new devices and in enrollment',
    ),
  MUSTER_LOW_DELAY: flag
    .default(true)
    .describe('Pictures skip the jitter buffer before analysis, for a little processor time per camera'),
  MUSTER_MODEL_PACK: z
    .string()
    .optional()
    .describe(
      'Model pack: a manifest in models/; the one of `npm run models -- use`, else faceplugin, where unset',
    ),
  MUSTER_FORMER_MODEL_PACK: z
    .string()
    .optional()
    .describe(
      'After a change: the pack that goes on recognizing whom it enrolled, or `none`; found where unset',
    ),
  MUSTER_MODEL_CACHE: z.string().default('models/cache').describe('Where model files are installed'),
  MUSTER_FAR: z
    .enum(LEVELS.flatMap(({ far, name }) => [far, name]))
    .default('1e-4')
    .transform((v) => LEVELS.find(({ far, name }) => v === far || v === name)!.far)
    .describe('False accepts allowed: convenient (1e-3), balanced (1e-4), strict (1e-5), strictest (1e-6)'),
  MUSTER_LIVENESS: z
    .enum(['off', 'warn', 'require'])
    .optional()
    .describe(
      'Pictures held before a camera: `warn` marks what looks like one, `require` refuses it; `warn` where unset and minifasnet is installed',
    ),
  MUSTER_CHALLENGE: z
    .enum(['never', 'doubtful', 'always'])
    .default('doubtful')
    .describe(
      'Who is asked to turn the head or the like before the door opens: nobody, who is not certainly a person (see MUSTER_LIVENESS), or everybody',
    ),
  MUSTER_TIME_ZONE: timeZone
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone)
    .describe('Time zone of new stations'),
  MUSTER_DAY_TURNS_AT: count(0, 23)
    .default(4)
    .describe('Local hour at which the work day turns, of new stations'),
  MUSTER_MIN_GAP_SECONDS: count(0, 86_400)
    .default(300)
    .describe('Minimum gap between two punches of a person, of new stations'),
  MUSTER_ENROLLMENT_BINS: count(0, 8)
    .default(3)
    .describe('Pose bins beside the front that an enrollment needs'),
  MUSTER_ENROLLMENT_TIMEOUT_SECONDS: count(10, 600).default(90).describe('Time for one guided capture'),
  MUSTER_SESSION_IDLE_HOURS: count(1, 720)
    .default(12)
    .describe('A signed-in session ends after this long unused'),
  MUSTER_SESSION_DAYS: count(1, 90)
    .default(7)
    .describe('And after this long, whatever the use: one signs in again'),
  MUSTER_OIDC_ISSUER: z
    .url({ error: 'is not an address such as https://login.example.org' })
    .refine((v) => v.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(`${v}/`), {
      error: 'is not an https address',
    })
    .optional()
    .describe('OpenID provider that staff sign in with, by discovery; none where unset'),
  MUSTER_OIDC_CLIENT_ID: z.string().optional().describe('Client that Muster is registered as there'),
  MUSTER_OIDC_CLIENT_SECRET: z.string().optional().describe('Its secret; none of a public client'),
  MUSTER_OIDC_NAME: z.string().default('your organization').describe('What the sign-in page calls it'),
  MUSTER_OIDC_ROLE_CLAIM: z.string().default('groups').describe('Claim that says what somebody may do'),
  MUSTER_OIDC_ROLES: list
    .transform((pairs, context) => {
      const roles: Partial<Record<Role, string[]>> = {};
      for (const pair of pairs) {
        const [, name, value] = /^(\w+)=(.+)$/.exec(pair) ?? [];
        const role = ROLES.find((known) => known === name);
        if (role && value !== undefined) (roles[role] ??= []).push(value);
        else context.addIssue({ code: 'custom', message: `may only name ${ROLES.join(', ')}: ROLE=VALUE` });
      }
      return roles;
    })
    .optional()
    .describe('Values of that claim and the role of each: `owner=admins,hr=people-team`'),
  MUSTER_KEEP_TEMPLATES_DAYS: keepDays(0)
    .default(30)
    .describe('Face templates, PIN and badge are destroyed so long after somebody left; `never` keeps them'),
  MUSTER_KEEP_PUNCHES_DAYS: keepDays(31)
    .default(null)
    .describe('Punches are deleted after so long: what the law says differs'),
  MUSTER_KEEP_AUDIT_DAYS: keepDays(31)
    .default(null)
    .describe('Events of the audit trail are removed after so long'),
  MUSTER_EVIDENCE: z
    .enum(['off', 'punches'])
    .default('off')
    .describe('`punches` keeps the face that a punch was made for, encrypted; off: no picture is ever made'),
  MUSTER_EVIDENCE_DAYS: count(1, 3650).default(30).describe('Such a picture is deleted after so long'),
  MUSTER_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log line written'),
  MUSTER_TIMECODE: flag.default(false).describe('Benchmark only: read the number drawn into each picture'),
});

export type Config = ReturnType<typeof loadConfig>;

/** Throws one Error that lists every fault, one a line. */
export function loadConfig(env: Record<string, string | undefined>) {
  const present = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined && v !== ''));
  const parsed = variables.safeParse(present);
  const faults = parsed.success ? [] : parsed.error.issues.map((i) => `${i.path.join('.')} ${i.message}`);
  if (Boolean(present['MUSTER_TLS_CERT']) !== Boolean(present['MUSTER_TLS_KEY'])) {
    faults.push('MUSTER_TLS_CERT and MUSTER_TLS_KEY go together: set both or none');
  }
  if (present['MUSTER_OIDC_ISSUER'] && !(present['MUSTER_OIDC_CLIENT_ID'] && present['MUSTER_OIDC_ROLES'])) {
    faults.push('MUSTER_OIDC_ISSUER needs MUSTER_OIDC_CLIENT_ID and MUSTER_OIDC_ROLES');
  }
  const {
    MUSTER_ANALYSIS_RATE: rate,
    MUSTER_CHALLENGE: asked,
    MUSTER_LIVENESS: liveness,
  } = parsed.data ?? {};
  const challenges = asked === 'always' || (asked === 'doubtful' && liveness && liveness !== 'off');
  if (challenges && rate !== undefined && rate < RATE_OF_CHALLENGE) {
    faults.push(
      `MUSTER_ANALYSIS_RATE under ${RATE_OF_CHALLENGE} needs MUSTER_CHALLENGE=never: movements cannot be watched`,
    );
  }
  const keySources = ['MUSTER_MASTER_KEY', 'MUSTER_MASTER_KEY_FILE', 'MUSTER_MASTER_KEY_COMMAND'];
  if (keySources.filter((name) => present[name]).length > 1) {
    faults.push(`${keySources.join(', ')} exclude each other: set one`);
  }
  if (!parsed.success || faults.length > 0) {
    throw new Error(
      `The configuration has ${faults.length} fault(s):\n${faults.map((f) => `  ${f}`).join('\n')}`,
    );
  }
  const v = parsed.data;
  const dataDir = path.resolve(v.MUSTER_DATA_DIR);
  const chosen = chosenPacks(dataDir);
  const cores = os.availableParallelism();
  return deepFreeze({
    dataDir,
    http: { host: '127.0.0.1', port: v.MUSTER_HTTP_PORT },
    https: { host: v.MUSTER_HOST, port: v.MUSTER_HTTPS_PORT, cert: v.MUSTER_TLS_CERT, key: v.MUSTER_TLS_KEY },
    origins: v.MUSTER_ORIGINS,
    proxies: v.MUSTER_PROXIES,
    connectionsPerAddress: v.MUSTER_CONNECTIONS_PER_ADDRESS,
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
    analyzer: {
      processes: v.MUSTER_ANALYZERS,
      threads: v.MUSTER_VISION_THREADS ?? Math.max(1, cores - 1),
      providers: v.MUSTER_PROVIDERS,
      memoryLimitMb: v.MUSTER_ANALYZER_MEMORY,
      rate: v.MUSTER_ANALYSIS_RATE,
      minFace: v.MUSTER_MIN_FACE,
      lowDelay: v.MUSTER_LOW_DELAY,
      timecode: v.MUSTER_TIMECODE,
      evidence: v.MUSTER_EVIDENCE === 'punches',
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
          },
    session: { idle: v.MUSTER_SESSION_IDLE_HOURS * 3_600_000, life: v.MUSTER_SESSION_DAYS * 86_400_000 },
    keepDays: {
      templates: v.MUSTER_KEEP_TEMPLATES_DAYS,
      evidence: v.MUSTER_EVIDENCE_DAYS,
      punches: v.MUSTER_KEEP_PUNCHES_DAYS,
      audit: v.MUSTER_KEEP_AUDIT_DAYS,
    },
    logLevel: v.MUSTER_LOG_LEVEL,
  });
}

/** What `npm run models` wrote: the pack, and on a second line the former one. Unset where nobody chose. */
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
