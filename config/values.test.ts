import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { systemTimeZone } from './system-time-zone.ts';
import { type VariableName, variables } from './variables.ts';

const load = (env: Record<string, string>) => loadConfig(env, () => {});

/** For each variable: values that look right to a person in a hurry and cannot work, and a part of the answer. */
const REFUSED: Record<VariableName, [value: string, answer: string][]> = {
  MUSTER_DATA_DIR: [
    ['~/muster', 'such as|/var/lib/muster'],
    ['file:///srv/muster', '/var/lib/muster'],
  ],
  MUSTER_HTTP_PORT: [['localhost:8080', 'such as 8080']],
  MUSTER_HTTPS_PORT: [
    ['65536', 'such as 8443'],
    ['0x20FB', 'such as 8443'],
    ['-1', 'such as 8443'],
  ],
  MUSTER_HOST: [
    ['https://192.168.1.10', 'such as 192.168.1.10'],
    ['192.168.1.10:8443', 'such as 192.168.1.10'],
    ['192.168.1.300', 'such as 192.168.1.10'],
  ],
  MUSTER_TLS_CERT: [['-----BEGIN CERTIFICATE-----', '/etc/muster/certificate.pem']],
  MUSTER_TLS_KEY: [['~/key.pem', '/etc/muster/key.pem']],
  MUSTER_ORIGINS: [
    ['muster.example.org', 'such as https://muster.example.org'],
    ['https://muster.example.org/muster/', 'has a path.*such as https://muster.example.org'],
    ['https://muster.example.org,wss://muster.example.org', 'wss.*such as https://muster.example.org'],
    ['https://*.example.org', 'such as https://muster.example.org'],
    ['https://', 'such as https://muster.example.org'],
    ['null', 'such as https://muster.example.org'],
    ['https://user@muster.example.org', 'such as https://muster.example.org'],
  ],
  MUSTER_PROXIES: [
    ['proxy.example.org', 'such as 10.0.0.5'],
    ['10.0.0.0/33', 'such as 10.0.0.5'],
    ['10.0.0.1:443', 'such as 10.0.0.5'],
  ],
  MUSTER_WEBHOOK_ALLOW: [
    ['receiver.example.org', 'such as 10.0.0.5'],
    ['10.0.0.0/33', 'such as 10.0.0.5'],
  ],
  MUSTER_CONNECTIONS_PER_ADDRESS: [['unlimited', 'from 8 to 2000, such as']],
  MUSTER_DRAIN_SECONDS: [['forever', 'from 0 to 300, such as']],
  DATABASE_URL: [
    ['mysql://muster@db/muster', 'postgresql://muster:PASSWORD@'],
    ['db.example.org:5432', 'postgresql://muster:PASSWORD@'],
    ['postgresql://muster:s3cr#t@db/muster', 'postgresql://muster:PASSWORD@'],
    ['postgresql://muster:s3cret%@db/muster', 'postgresql://muster:PASSWORD@'],
    ['postgresql://muster:1?s3cret@db/muster', 'postgresql://muster:PASSWORD@'],
    ['host=db user=muster', 'postgresql://muster:PASSWORD@'],
  ],
  MUSTER_DATABASE_PORT: [['5432/tcp', 'such as 5432']],
  MUSTER_MASTER_KEY: [['s3cret', 'openssl rand -base64 32']],
  MUSTER_MASTER_KEY_FILE: [['~/.muster.key', '/etc/muster/master.key']],
  MUSTER_MASTER_KEY_COMMAND: [
    ['sh -c "cat s3cret"', 'such as vault read'],
    ['["vault", 1]', 'such as vault read'],
    ['  ', 'such as vault read'],
  ],
  MUSTER_KEY_STORE: [
    ['mysql://keys:s3cret@db/keys', 'postgresql://.*or a folder such as'],
    ['~/keys', '/srv/muster-keys'],
  ],
  MUSTER_MEDIA_WORKERS: [['auto', 'from 1 to 64, such as']],
  MUSTER_MEDIA_PORT: [
    ['44400-44410', 'such as 44400'],
    ['65535', 'such as|for example'],
  ],
  MUSTER_MEDIA_LISTEN: [
    ['192.168.1.10:44400', 'such as 192.168.1.10 or eth0'],
    ['https://192.168.1.10', 'such as 192.168.1.10 or eth0'],
    ['192.168.1.0/24', 'such as 192.168.1.10 or eth0'],
    ['192.168.1', 'such as 192.168.1.10 or eth0'],
    ['::', 'such as 192.168.1.10 or eth0'],
  ],
  MUSTER_MEDIA_ANNOUNCE: [
    ['https://192.168.1.10:8443', 'such as 192.168.1.10'],
    ['192.168.1.10:44400', 'such as 192.168.1.10'],
    ['192.168.1.10,10.0.0.1', 'such as 192.168.1.10'],
    ['192.168.1', 'such as 192.168.1.10'],
    ['0.0.0.0', 'such as 192.168.1.10'],
    ['muster.example.org/', 'such as 192.168.1.10'],
  ],
  MUSTER_RTSP_ALLOW: [['camera.example.org', 'such as 10.0.0.5']],
  MUSTER_FFMPEG: [['~/ffmpeg', '/usr/bin/ffmpeg']],
  MEDIASOUP_WORKER_BIN: [['~/mediasoup-worker', '/opt/muster/mediasoup-worker']],
  MUSTER_ANALYZERS: [['17', 'from 0 to 16, such as']],
  MUSTER_VISION_THREADS: [['all', 'from 1 to 64, such as']],
  MUSTER_PROVIDERS: [['gpu', 'may only name cpu, cuda']],
  MUSTER_ANALYZER_MEMORY: [['2G', 'from 256 to 65536, such as 2048']],
  MUSTER_ANALYSIS_RATE: [['10fps', 'such as 10']],
  MUSTER_MIN_FACE: [
    ['8%', 'such as 0.08'],
    ['0,08', 'such as 0.08'],
  ],
  MUSTER_PICTURE_LIMIT: [
    ['1080p', 'such as 1920x1080'],
    ['1920×1080', 'such as 1920x1080'],
    ['0x1080', 'such as 1920x1080'],
  ],
  MUSTER_H264_DECODER: [['ffmpeg', 'must be auto, tinyh264 or node-av']],
  MUSTER_CODEC_CACHE: [['~/codecs', '/var/lib/muster/codecs']],
  MUSTER_LOW_DELAY: [['yes', 'must be 1 or 0']],
  MUSTER_NATS_URL: [
    ['nats.example.org:4222', 'such as tls://nats.example.org:4222'],
    ['https://nats.example.org', 'such as tls://nats.example.org:4222'],
  ],
  MUSTER_NATS_SEED_FILE: [['~/nats.seed', '/etc/muster/nats.seed']],
  MUSTER_NATS_CA: [['~/ca.pem', '/etc/muster/nats-ca.pem']],
  MUSTER_NATS_ALLOW_OLD: [['yes', 'must be 1 or 0']],
  MUSTER_ANALYZER_NAME: [['Hall 1', 'such as hall-1']],
  MUSTER_ANALYZER_HEALTH_PORT: [['localhost:8081', 'such as 8081']],
  MUSTER_MODEL_PACK: [['  ', 'such as faceplugin']],
  MUSTER_FORMER_MODEL_PACK: [['  ', 'such as faceplugin']],
  MUSTER_MODEL_CACHE: [['~/models', '/var/lib/muster/models']],
  MUSTER_FAR: [['0.0001', 'must be 1e-3, convenient']],
  MUSTER_LIVENESS: [['on', 'must be off, warn or require']],
  MUSTER_CHALLENGE: [['sometimes', 'must be never, doubtful, auto or always']],
  MUSTER_TIME_ZONE: [
    [':/etc/localtime', 'such as Europe/Paris'],
    ['CET-1CEST', 'such as Europe/Paris'],
    ['GMT+1', 'such as Europe/Paris'],
    ['+01:00', 'such as Europe/Paris'],
    ['Berlin', 'such as Europe/Paris'],
  ],
  MUSTER_DAY_TURNS_AT: [['04:00', 'from 0 to 23, such as 4']],
  MUSTER_MIN_GAP_SECONDS: [['5min', 'from 0 to 86400, such as 300']],
  MUSTER_SNAPSHOTS: [['all', 'must be off or punches']],
  MUSTER_ENROLLMENT_BINS: [['9', 'from 0 to 8, such as 3']],
  MUSTER_ENROLLMENT_TIMEOUT_SECONDS: [['1e2', 'from 10 to 600, such as 90']],
  MUSTER_SELF_ENROLLMENT: [['off', 'must be confirm or automatic']],
  MUSTER_SESSION_IDLE_HOURS: [['12h', 'from 1 to 720, such as 12']],
  MUSTER_SESSION_DAYS: [['1.5', 'from 1 to 90, such as 7']],
  MUSTER_OIDC_ISSUER: [
    ['login.example.org', 'such as https://login.example.org'],
    ['http://login.example.org', 'such as https://login.example.org'],
    ['https://login.example.org/?realm=staff', 'such as https://login.example.org'],
  ],
  MUSTER_OIDC_CLIENT_ID: [
    ['muster', 'nothing without MUSTER_OIDC_ISSUER, such as https://login.example.org'],
  ],
  MUSTER_OIDC_CLIENT_SECRET: [['s3cret', 'nothing without MUSTER_OIDC_ISSUER, such as']],
  MUSTER_OIDC_NAME: [['\u{202E}gro', 'such as|Example Ltd']],
  MUSTER_OIDC_ROLE_CLAIM: [['  ', 'such as groups']],
  MUSTER_OIDC_ROLES: [
    ['admins=owner', 'ROLE=VALUE.*such as owner=admins'],
    ['employee=everybody', 'needs MUSTER_OIDC_PERSON, such as email'],
  ],
  MUSTER_OIDC_PERSON: [
    ['name', 'email, or number=CLAIM, such as'],
    ['number=', 'email, or number=CLAIM, such as'],
    ['email', 'nothing without MUSTER_OIDC_ISSUER, such as'],
  ],
  MUSTER_SMTP_URL: [
    ['mail.example.org:587', 'such as smtps://'],
    ['smtps://muster:s3cr/et@mail.example.org', 'such as smtps://'],
    ['smtps://mail.example.org', 'MUSTER_MAIL_FROM.*such as smtp://'],
  ],
  MUSTER_MAIL_FROM: [
    ['Muster', 'such as muster@example.org'],
    ['muster@example.org', 'such as smtp://'],
  ],
  MUSTER_MQTT_URL: [
    ['mqtt.example.org:1883', 'such as mqtts://mqtt.example.org:8883'],
    ['wss://mqtt.example.org/mqtt', 'such as mqtts://mqtt.example.org:8883'],
    ['mqtts://muster:s3cret@mqtt.example.org', 'without user name and password'],
  ],
  MUSTER_MQTT_USER: [
    [' ', 'is blank'],
    ['muster', 'nothing without MUSTER_MQTT_URL, such as'],
  ],
  MUSTER_MQTT_PASSWORD: [['s3cret', 'needs MUSTER_MQTT_USER, such as muster']],
  MUSTER_MQTT_PASSWORD_FILE: [['~/mqtt', '/run/secrets/mqtt']],
  MUSTER_MQTT_PASSWORD_COMMAND: [['echo "s3cret"', 'runs without a shell.*such as vault']],
  MUSTER_MQTT_CA: [['~/ca.pem', '/etc/muster/mqtt-ca.pem']],
  MUSTER_MQTT_PREFIX: [
    ['muster/#', 'such as muster'],
    ['/muster', 'such as muster'],
    ['m'.repeat(65), 'more than 64 characters.*muster'],
  ],
  MUSTER_MQTT_DISCOVERY: [
    ['home assistant', 'such as homeassistant'],
    ['h'.repeat(65), 'more than 64 characters.*homeassistant'],
  ],
  MUSTER_MQTT_PEOPLE: [['none', 'counts, departments, numbers or names']],
  MUSTER_MQTT_EVENTS: [['yes', 'must be 1 or 0']],
  MUSTER_KEEP_TEMPLATES_DAYS: [['30d', 'from 0 to 36500, such as 365, or never']],
  MUSTER_KEEP_CAPTURES_DAYS: [['never', 'from 1 to 90, such as 14']],
  MUSTER_KEEP_SNAPSHOTS_DAYS: [['never', 'from 1 to 3650, such as 30']],
  MUSTER_KEEP_DECISIONS_DAYS: [['never', 'from 0 to 90, such as 7']],
  MUSTER_KEEP_PUNCHES_DAYS: [['7', 'from 31 to 36500, such as 365, or never']],
  MUSTER_KEEP_AUDIT_DAYS: [['forever', 'from 31 to 36500, such as 365, or never']],
  MUSTER_EXPORT_FORMAT: [['excel', 'must be xlsx or csv']],
  MUSTER_EXPORT_DELIMITER: [[';', 'language, comma, semicolon or tab']],
  MUSTER_LOG_LEVEL: [['verbose', 'must be trace, debug']],
  MUSTER_TIMECODE: [['on', 'must be 1 or 0']],
};

const refused = Object.entries(REFUSED).flatMap(([name, cases]) =>
  cases.map(([value, answer]) => [name, value, answer] as const),
);

describe('values that cannot work', () => {
  it('there is a case for every variable', () => {
    expect(Object.keys(REFUSED)).toEqual(Object.keys(variables.shape));
  });

  it.each(refused)('%s refuses %s and says what would work', (name, value, answer) => {
    const env = { MUSTER_MEDIA_WORKERS: '2', [name]: value };
    expect(() => load(env)).toThrow(new RegExp(`  .*${name}.*(${answer})`));
    // A secret is never repeated.
    expect(() => load(env)).not.toThrow(/s3cr/);
  });

  it('values that cannot work are refused all together', () => {
    const env = {
      MUSTER_MEDIA_ANNOUNCE: 'https://192.168.1.10:8443',
      MUSTER_ORIGINS: 'muster.example.org, door.example.org',
      MUSTER_TIME_ZONE: 'Berlin',
    };
    expect(() => load(env)).toThrow(/4 faults/);
  });

  it.each([
    [{ MUSTER_HTTP_PORT: '8443' }, 'MUSTER_HTTP_PORT and MUSTER_HTTPS_PORT are both 8443'],
    [
      { MUSTER_HTTPS_PORT: '44401', MUSTER_MEDIA_WORKERS: '2' },
      'MUSTER_HTTPS_PORT 44401 is a port for media too',
    ],
    [{ MUSTER_MEDIA_PORT: '65534', MUSTER_MEDIA_WORKERS: '3' }, 'leaves no ports for 3 media workers'],
  ])('two programs are not given one port: %o', (env, answer) => {
    expect(() => load(env)).toThrow(new RegExp(answer));
  });

  it('free ports do not collide with each other', () => {
    const env = { MUSTER_HTTP_PORT: '0', MUSTER_HTTPS_PORT: '0', MUSTER_MEDIA_PORT: '0' };
    expect(load(env).media.port).toBe(0);
  });
});

describe('values that work', () => {
  it.each<[VariableName, string, (config: ReturnType<typeof load>) => unknown, unknown]>([
    ['MUSTER_HOST', '::', (config) => config.https.host, '::'],
    ['MUSTER_HOST', 'localhost', (config) => config.https.host, 'localhost'],
    [
      'MUSTER_ORIGINS',
      'HTTPS://Muster.Example.org:443/, http://door.local:3000, https://[fd00::7]:8443',
      (config) => config.origins,
      ['https://muster.example.org', 'http://door.local:3000', 'https://[fd00::7]:8443'],
    ],
    ['MUSTER_PROXIES', '10.0.0.0/8, fd00::/8, 192.0.2.1', (config) => config.proxies.length, 3],
    ['MUSTER_RTSP_ALLOW', '10.3.0.0/16, 127.0.0.1', (config) => config.rtsp.allow.length, 2],
    ['MUSTER_MEDIA_LISTEN', '0.0.0.0, wg0, eth0.100', (config) => config.media.listen.length, 3],
    ['MUSTER_MEDIA_ANNOUNCE', 'media.example.org', (config) => config.media.announce, 'media.example.org'],
    ['MUSTER_MEDIA_ANNOUNCE', '2001:db8::7', (config) => config.media.announce, '2001:db8::7'],
    [
      'DATABASE_URL',
      'postgresql://muster:p%40ss@db:5432/muster?sslmode=require',
      (config) => config.database.url?.length,
      57,
    ],
    ['MUSTER_KEY_STORE', './shares', (config) => config.keys.store, './shares'],
    ['MUSTER_TIME_ZONE', 'UTC', (config) => config.attendance.timeZone, 'UTC'],
  ])('%s accepts %s', (name, value, read, expected) => {
    expect(read(load({ [name]: value }))).toEqual(expected);
  });
});

describe('the time zone of the system', () => {
  it.each(['Europe/Paris', ':Europe/Paris'])('is the one that TZ=%s names', (TZ) => {
    expect(systemTimeZone({ TZ })).toEqual({ zone: 'Europe/Paris', warning: null });
  });

  it('is the one of a file of the zone database that TZ points to', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-zone-'));
    await mkdir(path.join(folder, 'zoneinfo/Europe'), { recursive: true });
    await writeFile(path.join(folder, 'zoneinfo/Europe/Vienna'), '');
    await symlink(path.join(folder, 'zoneinfo/Europe/Vienna'), path.join(folder, 'localtime'));
    expect(systemTimeZone({ TZ: `:${path.join(folder, 'localtime')}` }).zone).toBe('Europe/Vienna');
    await rm(folder, { recursive: true });
  });

  it.each(['CET-1CEST', ':/nowhere/localtime', 'Mars/Olympus'])(
    'is UTC, with a warning that names TZ=%s',
    (TZ) => {
      const warnings: string[] = [];
      expect(loadConfig({ TZ }, (line) => warnings.push(line)).attendance.timeZone).toBe('UTC');
      expect(warnings).toEqual([expect.stringContaining(`TZ=${TZ}`)]);
      expect(warnings[0]).toContain('set MUSTER_TIME_ZONE, for example to Europe/Paris');
    },
  );

  it('is UTC, with a warning, where the runtime knows none', () => {
    expect(systemTimeZone({}, 'Etc/Unknown')).toEqual({ zone: 'UTC', warning: expect.any(String) });
  });

  it('gives no warning where MUSTER_TIME_ZONE is set', () => {
    const warnings: string[] = [];
    loadConfig({ TZ: 'CET-1CEST', MUSTER_TIME_ZONE: 'Europe/Paris' }, (line) => warnings.push(line));
    expect(warnings).toEqual([]);
  });
});

it('a misspelled variable is named in a warning, with the one that is probably meant', () => {
  const warnings: string[] = [];
  loadConfig({ MUSTER_ORIGIN: 'https://a.example', MUSTER_DEV: '1' }, (line) => warnings.push(line));
  expect(warnings).toEqual([
    'MUSTER_ORIGIN is no variable of Muster and does nothing: do you mean MUSTER_ORIGINS?',
  ]);
});
