import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../server/operator-error.ts';
import { ConfigLayers, loadConfig } from './config.ts';
import { SETTING_KEYS, type SettingKey } from '#protocol/settings.ts';
import { SECRET_VARIABLES, settingForm } from './variables.ts';

const loadFaulty = () =>
  loadConfig({
    MUSTER_HTTP_PORT: '80800',
    MUSTER_MASTER_KEY: 'short',
    MUSTER_TIME_ZONE: 'Mars/Olympus',
    MUSTER_TLS_CERT: 'cert.pem',
  });

describe('loadConfig', () => {
  it('the configuration needs no variables: everything has a default', () => {
    const config = loadConfig({});
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.database.url).toBeUndefined();
    expect(config.attendance.minGap).toBe(300_000);
  });

  it('the configuration treats an empty variable as unset', () => {
    expect(loadConfig({ MUSTER_MASTER_KEY: '', MUSTER_HTTP_PORT: '' }).http.port).toBe(8080);
  });

  it('the configuration uses the model pack chosen with `npm run models`, unless the environment names another', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-config-'));
    const env = { MUSTER_DATA_DIR: folder };
    expect(loadConfig(env).models.pack).toBe('faceplugin');
    await writeFile(path.join(folder, 'model-pack'), 'openmodel\n');
    expect(loadConfig(env).models.pack).toBe('openmodel');
    expect(loadConfig({ ...env, MUSTER_MODEL_PACK: 'opencv' }).models.pack).toBe('opencv');
    await rm(folder, { recursive: true });
  });

  it('the configuration finds the former model pack automatically, unless a command or the environment names one', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-config-'));
    const env = { MUSTER_DATA_DIR: folder };
    expect(loadConfig(env).models).toMatchObject({ pack: 'faceplugin', former: 'auto' });
    await writeFile(path.join(folder, 'model-pack'), 'openmodel\nnone\n');
    expect(loadConfig(env).models).toMatchObject({ pack: 'openmodel', former: 'none' });
    expect(loadConfig({ ...env, MUSTER_FORMER_MODEL_PACK: 'opencv' }).models.former).toBe('opencv');
    await rm(folder, { recursive: true });
  });

  it('the configuration takes the decoders that were installed for this machine, and says where one that is wanted is missing', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-config-'));
    const env = { MUSTER_DATA_DIR: folder };
    const pack = path.join(folder, 'codecs', 'node-av');
    const install = (version: string, machine: string) =>
      writeFile(path.join(pack, 'installed.json'), JSON.stringify({ version, machine }));
    const machine = `${process.platform}-${process.arch}`;
    expect(loadConfig(env).analyzer).toMatchObject({ decoderPack: null, h264: 'baseline' });
    expect(() => loadConfig({ ...env, MUSTER_H264_DECODER: 'node-av' })).toThrow(
      'npm run codecs -- install node-av',
    );
    await mkdir(pack, { recursive: true });
    await install('6.1.1', machine);
    expect(loadConfig(env).analyzer).toMatchObject({ decoderPack: pack, h264: 'high' });
    expect(loadConfig({ ...env, MUSTER_H264_DECODER: 'tinyh264' }).analyzer.decoderPack).toBeNull();
    expect(loadConfig({ MUSTER_CODEC_CACHE: path.join(folder, 'codecs') }).analyzer.decoderPack).toBe(pack);
    await install('7.0.0', machine);
    expect(loadConfig(env).analyzer.decoderPack).toBeNull();
    await install('6.1.1', 'plan9-mips');
    expect(loadConfig(env).analyzer.decoderPack).toBeNull();
    await rm(folder, { recursive: true });
  });

  it('the configuration reports all faults at once, each with the name of its variable', () => {
    expect(loadFaulty).toThrow(OperatorError);
    expect(loadFaulty).toThrow(/4 faults/);
    for (const name of ['HTTP_PORT', 'MASTER_KEY', 'TIME_ZONE is not', 'TLS_CERT and MUSTER_TLS_KEY']) {
      expect(loadFaulty).toThrow(new RegExp(name));
    }
  });

  it.each([
    [undefined, '1e-4'],
    ['1e-5', '1e-5'],
    ['strict', '1e-5'],
    ['strictest', '1e-6'],
  ])('the configuration takes the false accept rate %s as %s', (level, far) => {
    expect(loadConfig({ MUSTER_FAR: level }).models.far).toBe(far);
  });

  it.each([
    { MUSTER_ANALYSIS_RATE: '2', MUSTER_CHALLENGE: 'always' },
    { MUSTER_ANALYSIS_RATE: '2', MUSTER_LIVENESS: 'require', MUSTER_CHALLENGE: 'doubtful' },
    { MUSTER_ANALYSIS_RATE: '2' },
  ])('the configuration refuses challenges at an analysis rate too low to follow a movement: %o', (env) => {
    expect(() => loadConfig(env)).toThrow(/MUSTER_ANALYSIS_RATE below 3 needs MUSTER_CHALLENGE=never/);
  });

  it.each([
    { MUSTER_ANALYSIS_RATE: '3', MUSTER_CHALLENGE: 'always' },
    { MUSTER_ANALYSIS_RATE: '3' },
    { MUSTER_ANALYSIS_RATE: '1', MUSTER_CHALLENGE: 'doubtful' },
    { MUSTER_ANALYSIS_RATE: '1', MUSTER_LIVENESS: 'warn', MUSTER_CHALLENGE: 'never' },
  ])('the configuration accepts a low analysis rate if there are no challenges: %o', (env) => {
    expect(loadConfig(env).analyzer.rate).toBe(Number(env.MUSTER_ANALYSIS_RATE));
  });

  it('the configuration keeps the order of the execution providers and refuses an unknown one', () => {
    expect(loadConfig({ MUSTER_PROVIDERS: 'cuda, cpu' }).analyzer.providers).toEqual(['cuda', 'cpu']);
    expect(() => loadConfig({ MUSTER_PROVIDERS: 'cuda, tpu' })).toThrow(
      /MUSTER_PROVIDERS.*may only name cpu, cuda, webgpu, coreml, dml/,
    );
  });

  it('the configuration is an object that cannot be changed', () => {
    const config = loadConfig({ MUSTER_ORIGINS: 'https://a.example, https://b.example' });
    expect(config.origins).toEqual(['https://a.example', 'https://b.example']);
    expect(() => Object.assign(config.https, { port: 1 })).toThrow(TypeError);
  });
});

describe('secrets', () => {
  const keys = {
    MUSTER_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    MUSTER_MASTER_KEY_COMMAND: 'vault read --token s3cret-token',
  };
  const others = {
    DATABASE_URL: 'postgresql://muster:s3cret-password@db.example/muster',
    MUSTER_KEY_STORE: 'postgresql://keys:s3cret-share@keys.example/keys',
    MUSTER_OIDC_CLIENT_SECRET: 's3cret-client',
    MUSTER_SMTP_URL: 'smtps://muster:s3cret-mail@mail.example.org',
    MUSTER_MAIL_FROM: 'muster@example.org',
    MUSTER_MQTT_URL: 'mqtts://mqtt.example.org',
    MUSTER_MQTT_USER: 'muster',
    MUSTER_MQTT_PASSWORD: 's3cret-mqtt',
    MUSTER_OIDC_ISSUER: 'https://login.example.org',
    MUSTER_OIDC_CLIENT_ID: 'muster',
    MUSTER_OIDC_ROLES: 'owner=admins',
  };

  it.each(Object.entries(keys))('%s and all other secrets are masked when printed', (name, value) => {
    const printed = JSON.stringify(new ConfigLayers({ ...others, [name]: value }).masked({}));
    expect(printed).not.toMatch(/s3cret/);
    expect(printed).not.toContain(value);
    expect(printed.match(/\(set\)/g)).toHaveLength(6);
    expect(printed).toContain('https://login.example.org');
  });

  it('secrets are exactly the variables whose values give access to keys, data or accounts', () => {
    expect([...SECRET_VARIABLES].sort()).toEqual([
      'DATABASE_URL',
      'MUSTER_KEY_STORE',
      'MUSTER_MASTER_KEY',
      'MUSTER_MASTER_KEY_COMMAND',
      'MUSTER_MQTT_PASSWORD',
      'MUSTER_MQTT_PASSWORD_COMMAND',
      'MUSTER_OIDC_CLIENT_SECRET',
      'MUSTER_SMTP_URL',
    ]);
  });
});

it('the password of the broker comes from one place', () => {
  const broker = { MUSTER_MQTT_URL: 'mqtts://mqtt.example.org', MUSTER_MQTT_USER: 'muster' };
  expect(() =>
    loadConfig({ ...broker, MUSTER_MQTT_PASSWORD: 'x', MUSTER_MQTT_PASSWORD_FILE: '/run/secrets/mqtt' }),
  ).toThrow('MUSTER_MQTT_PASSWORD, MUSTER_MQTT_PASSWORD_FILE exclude each other');
  expect(loadConfig({ ...broker, MUSTER_MQTT_DISCOVERY: 'off' }).mqtt).toMatchObject({
    discovery: null,
    people: 'counts',
    events: false,
  });
  expect(loadConfig({}).mqtt).toBeNull();
});

describe('renamed variables', () => {
  it('renamed variables work under their former names, each with one warning that gives the new name', () => {
    const warnings: string[] = [];
    const env = { MUSTER_EVIDENCE: 'punches', MUSTER_EVIDENCE_DAYS: '7', MUSTER_ENROLMENT_BINS: '2' };
    const config = loadConfig(env, (line) => warnings.push(line));
    expect(config.analyzer.snapshots).toBe(true);
    expect(config.keepDays.snapshots).toBe(7);
    expect(config.enrollment.requiredBins).toBe(2);
    expect(warnings.sort()).toEqual([
      'MUSTER_ENROLMENT_BINS is now called MUSTER_ENROLLMENT_BINS: please rename it.',
      'MUSTER_EVIDENCE is now called MUSTER_SNAPSHOTS: please rename it.',
      'MUSTER_EVIDENCE_DAYS is now called MUSTER_KEEP_SNAPSHOTS_DAYS: please rename it.',
    ]);
  });

  it('renamed variables are refused if the former and the new name have different values', () => {
    const env = { MUSTER_ENROLMENT_TIMEOUT_SECONDS: '30', MUSTER_ENROLLMENT_TIMEOUT_SECONDS: '60' };
    expect(() => loadConfig(env, () => {})).toThrow(
      /former name of MUSTER_ENROLLMENT_TIMEOUT_SECONDS, and both are set: remove MUSTER_ENROLMENT_TIMEOUT_SECONDS/,
    );
  });

  it('renamed variables are accepted under both names with the same value', () => {
    const env = { MUSTER_ENROLMENT_TIMEOUT_SECONDS: '30', MUSTER_ENROLLMENT_TIMEOUT_SECONDS: '30' };
    expect(loadConfig(env, () => {}).enrollment.timeout).toBe(30_000);
  });
});

/** The value of a setting that was stored, as its variable would be written. */
const textOf = (key: SettingKey, text: string) => new ConfigLayers({}).textsOf({ [key]: text })[key];

describe('settings', () => {
  const stored = { MUSTER_FAR: '1e-5', MUSTER_KEEP_PUNCHES_DAYS: 'never' };

  it('a variable comes before what was set on the page, and that before the default', () => {
    expect(new ConfigLayers({}).config.models.far).toBe('1e-4');
    expect(new ConfigLayers({}).with(stored).models.far).toBe('1e-5');
    const fixed = new ConfigLayers({ MUSTER_FAR: 'convenient' });
    expect(fixed.with(stored).models.far).toBe('1e-3');
    expect(fixed.sourceOf('MUSTER_FAR', stored)).toBe('variable');
    expect(fixed.sourceOf('MUSTER_KEEP_PUNCHES_DAYS', stored)).toBe('page');
    expect(fixed.sourceOf('MUSTER_CHALLENGE', stored)).toBe('default');
  });

  it('an empty variable fixes nothing', () => {
    const layers = new ConfigLayers({ MUSTER_FAR: '' });
    expect(layers.with(stored).models.far).toBe('1e-5');
    expect(layers.sourceOf('MUSTER_FAR', stored)).toBe('page');
  });

  it('the printed configuration says where each value comes from', () => {
    const { models, sources } = new ConfigLayers({ MUSTER_CHALLENGE: 'always' }).masked(stored);
    expect(models).toMatchObject({ far: '1e-5', challenge: 'always' });
    expect(sources).toMatchObject({
      MUSTER_FAR: 'page',
      MUSTER_CHALLENGE: 'variable',
      MUSTER_LIVENESS: 'default',
    });
  });

  it('a setting that contradicts a variable is a fault of both, as between variables', () => {
    const layers = new ConfigLayers({ MUSTER_ANALYSIS_RATE: '2', MUSTER_CHALLENGE: 'doubtful' });
    expect(() => layers.with({ MUSTER_LIVENESS: 'require' })).toThrow(/MUSTER_ANALYSIS_RATE below 3/);
  });

  const choices = SETTING_KEYS.flatMap((key) => {
    const form = settingForm(key);
    return form.kind === 'choice' ? form.options.map((option) => [key, option] as const) : [];
  });
  const ranges = SETTING_KEYS.flatMap((key) => {
    const form = settingForm(key);
    return form.kind === 'choice' ? [] : [[key, form.min, form.max] as const];
  });
  it('what every setting takes is known from its variable', () => {
    expect(new Set([...choices, ...ranges].map(([key]) => key)).size).toBe(SETTING_KEYS.length);
  });

  it.each(choices)('%s takes %s, and stores it as it is', (key, option) => {
    expect(textOf(key, option)).toBe(option);
  });

  it.each(ranges)('%s takes a number from %s to %s, and no other', (key, least, most) => {
    expect([textOf(key, String(least)), textOf(key, String(most))]).toEqual([String(least), String(most)]);
    expect(() => textOf(key, String(least - 1))).toThrow(/one fault/);
    expect(() => textOf(key, String(most + 1))).toThrow(/one fault/);
  });
});
