/** `npm run keys` as an operator runs it, while a server is running on the embedded database. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

const execute = promisify(execFile);
const program = path.resolve(import.meta.dirname, '../../server/commands/keys.ts');
const log = pino({ level: 'silent' });
let dataDir: string;
let embedded: EmbeddedDatabase;
let services: DataServices;
let person: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-keys-command-'));
  embedded = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
  services = await openDataServices({ url: embedded.url });
  person = (await services.addConsentedPerson()).id;
  await services.enroll(person, [newTemplate('aggregate', 1)]);
}, 60_000);
afterAll(async () => {
  await services.close();
  await embedded.close();
  await rm(dataDir, { recursive: true });
});

const file = () => path.join(services.keysFolder, 'master.key');
const keyIn = async (where: string) => (await readFile(where, 'utf8')).trim();
const recognized = async () => (await services.templates.loadGallery()).map(({ personId }) => personId);

async function keys(args: string[], env: Record<string, string> = { MUSTER_MASTER_KEY_FILE: file() }) {
  const options = {
    env: {
      PATH: process.env['PATH'],
      MUSTER_DATA_DIR: dataDir,
      MUSTER_KEY_STORE: path.join(services.keysFolder, 'keys'),
      ...env,
    },
  };
  try {
    const { stdout } = await execute(process.execPath, [program, ...args], options);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe('npm run keys', () => {
  it('npm run keys prints the keys in use and the available commands', async () => {
    const id = services.keys.currentId;
    const status = await keys(['status']);
    expect(status.code).toBe(0);
    expect(status.text).toMatch(new RegExp(`In use +${id}`));
    expect(status.text).toContain(`${file()}: ${id}`);
    expect(status.text).toContain('none in progress');
    expect(status.text).toContain(`${os.hostname()} holds ${id} (file)`);
    expect((await keys(['list'])).text).toMatch(new RegExp(`\\* ${id} .*person_key: 1`));
    expect(await keys(['frobnicate'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('COMMAND') as string,
    });
  });

  it('npm run keys creates a new key and writes it only to its file', async () => {
    const out = path.join(services.keysFolder, 'next');
    const made = await keys(['new', '--out', out]);
    expect(made.code).toBe(0);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(made.text).not.toContain(await keyIn(out));
    expect(await keys(['new', '--out', out])).toMatchObject({
      code: 1,
      text: expect.stringContaining('exists already') as string,
    });
    expect((await keys(['new'])).text).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    await rm(out);
  });

  it('npm run keys rotates the key of a running server to the end and replaces the file', async () => {
    const old = { id: services.keys.currentId, text: await keyIn(file()) };
    const { code, text } = await keys(['rotate']);
    expect(text).toContain('1 envelopes re-wrapped');
    expect(text).toContain('opens nothing in the database any more');
    expect(code).toBe(0);
    const now = services.keys.currentId;
    expect(now).not.toBe(old.id);
    expect(await keyIn(`${file()}.${old.id}`)).toBe(old.text);
    expect(await keyIn(file())).not.toBe(old.text);
    for (const key of [old.text, await keyIn(file())]) expect(text).not.toContain(key);
    expect(await recognized()).toEqual([person]);
    const refused = await keys(['rotate'], { MUSTER_MASTER_KEY: old.text });
    expect(refused).toMatchObject({
      code: 1,
      text: expect.stringContaining(`was rotated: use ${now}`) as string,
    });
  }, 60_000);

  it('npm run keys leaves a key from the environment to the operator and stops on request', async () => {
    const text = await keyIn(file());
    const env = { MUSTER_MASTER_KEY: text };
    expect(await keys(['rotate'], env)).toMatchObject({
      code: 1,
      text: expect.stringContaining('--to FILE') as string,
    });
    const out = path.join(services.keysFolder, 'next');
    await keys(['new', '--out', out]);
    const rotated = await keys(['rotate', '--to', out], env);
    expect(rotated).toMatchObject({
      code: 0,
      text: expect.stringContaining('restart them one after another') as string,
    });
    expect(await recognized()).toEqual([person]);
    // The key file of the running server still has the old key.
    const early = await keys(['finish'], env);
    expect(early).toMatchObject({
      code: 1,
      text: expect.stringContaining('would not survive a restart') as string,
    });
    const forced = await keys(['finish', '--force'], { MUSTER_MASTER_KEY: await keyIn(out) });
    expect(forced.code).toBe(0);
    expect(await recognized()).toEqual([person]);
    expect((await readdir(services.keysFolder)).toSorted()).toContain('next');
  }, 60_000);
});
