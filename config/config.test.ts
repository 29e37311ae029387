import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { configTable } from './table.ts';

/** The formatter pads the columns of a table. */
const plain = (text: string) => text.replaceAll(/[ -]+/g, ' ');

const faulty = () =>
  loadConfig({
    MUSTER_HTTP_PORT: '80800',
    MUSTER_MASTER_KEY: 'short',
    MUSTER_TIME_ZONE: 'Mars/Olympus',
    MUSTER_TLS_CERT: 'cert.pem',
  });

describe('loadConfig', () => {
  it('runs on defaults alone', () => {
    const config = loadConfig({});
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.database.url).toBeUndefined();
    expect(config.attendance.minGap).toBe(300_000);
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ MUSTER_MASTER_KEY: '', MUSTER_HTTP_PORT: '' }).http.port).toBe(8080);
  });

  it('takes the model pack that was chosen by command, unless the environment names one', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-config-'));
    const env = { MUSTER_DATA_DIR: folder };
    expect(loadConfig(env).models.pack).toBe('faceplugin');
    await writeFile(path.join(folder, 'model-pack'), 'openmodel\n');
    expect(loadConfig(env).models.pack).toBe('openmodel');
    expect(loadConfig({ ...env, MUSTER_MODEL_PACK: 'opencv' }).models.pack).toBe('opencv');
    await rm(folder, { recursive: true });
  });

  it('lets the former pack be found, unless a command or the environment names one', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-config-'));
    const env = { MUSTER_DATA_DIR: folder };
    expect(loadConfig(env).models).toMatchObject({ pack: 'faceplugin', former: 'auto' });
    await writeFile(path.join(folder, 'model-pack'), 'openmodel\nnone\n');
    expect(loadConfig(env).models).toMatchObject({ pack: 'openmodel', former: 'none' });
    expect(loadConfig({ ...env, MUSTER_FORMER_MODEL_PACK: 'opencv' }).models.former).toBe('opencv');
    await rm(folder, { recursive: true });
  });

  it('tells all faults at once, by the names of the variables', () => {
    expect(faulty).toThrow(/4 fault/);
    for (const name of [
      'HTTP_PORT',
      'MASTER_KEY',
      'TIME_ZONE Mars|TIME_ZONE is not',
      'TLS_CERT and MUSTER_TLS_KEY',
    ]) {
      expect(faulty).toThrow(new RegExp(name));
    }
  });

  it.each([
    [undefined, '1e-4'],
    ['1e-5', '1e-5'],
    ['strict', '1e-5'],
    ['strictest', '1e-6'],
  ])('takes the security level %s for %s', (level, far) => {
    expect(loadConfig({ MUSTER_FAR: level }).models.far).toBe(far);
  });

  it.each([
    { MUSTER_ANALYSIS_RATE: '2', MUSTER_CHALLENGE: 'always' },
    { MUSTER_ANALYSIS_RATE: '2', MUSTER_LIVENESS: 'require' },
  ])('refuses challenges that nobody could pass: %o', (env) => {
    expect(() => loadConfig(env)).toThrow(/MUSTER_ANALYSIS_RATE under 3 needs MUSTER_CHALLENGE=never/);
  });

  it.each([
    { MUSTER_ANALYSIS_RATE: '3', MUSTER_CHALLENGE: 'always' },
    { MUSTER_ANALYSIS_RATE: '1' },
    { MUSTER_ANALYSIS_RATE: '1', MUSTER_LIVENESS: 'warn', MUSTER_CHALLENGE: 'never' },
  ])('takes a low rate of pictures where none is asked: %o', (env) => {
    expect(loadConfig(env).analyzer.rate).toBe(Number(env.MUSTER_ANALYSIS_RATE));
  });

  it('takes execution providers in order, and none that there is not', () => {
    expect(loadConfig({ MUSTER_PROVIDERS: 'cuda, cpu' }).analyzer.providers).toEqual(['cuda', 'cpu']);
    expect(() => loadConfig({ MUSTER_PROVIDERS: 'cuda, tpu' })).toThrow(
      /MUSTER_PROVIDERS.*may only name cpu, cuda, webgpu, coreml, dml/,
    );
  });

  it('cannot be changed', () => {
    const config = loadConfig({ MUSTER_ORIGINS: 'https://a.example, https://b.example' });
    expect(config.origins).toEqual(['https://a.example', 'https://b.example']);
    expect(() => Object.assign(config.https, { port: 1 })).toThrow(TypeError);
  });
});

it('the README has the table that `npm run config -- --markdown` prints', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(plain(readme)).toContain(plain(configTable()));
});
