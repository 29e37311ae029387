/**
 * Another program beside a whole server, as docs/api.md tells its author: over HTTP alone, with a token, and with what the
 * page says to type.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { MusterServer } from '../support/muster-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { Browser, listen } from '../support/rest-server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const page = await readFile(path.join(ROOT, 'docs/api.md'), 'utf8');
const run = promisify(execFile);

let database: TestDatabase;
let server: MusterServer;
let owner: Browser;
/** Where the other program lives: outside of the code of the server, with what npm would have installed. */
let home: string;
let token: string;
let siteId: string;
let api: string;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: true });
  server = await MusterServer.start({
    databaseUrl: database.url,
    env: { MUSTER_TIME_ZONE: 'UTC', MUSTER_DAY_TURNS_AT: '0' },
  });
  api = `${server.url}/api/v1`;
  owner = new Browser(server.url);
  const [name, password] = ['ada', 'correct horse battery'];
  await owner.json('POST', '/api/v1/setup', { token: server.setupToken, username: name, name, password });
  const scopes = [
    'people:read',
    'people:write',
    'attendance:read',
    'presence:read',
    'reports:read',
    'schedules:write',
  ];
  token = await newToken(scopes);
  const { sites } = await owner.json<{ sites: { id: string }[] }>('GET', '/api/v1/sites');
  siteId = sites[0]!.id;
  await mkdir(path.join(ROOT, 'test-results'), { recursive: true });
  home = await mkdtemp(path.join(ROOT, 'test-results/outsider-'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(home, 'node_modules'));
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
  if (home) await rm(home, { recursive: true, force: true });
});

async function newToken(scopes: string[]): Promise<string> {
  const made = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
    name: 'Outsider',
    scopes,
    days: 1,
  });
  return made.secret;
}

interface Person {
  id: string;
  number: string;
  displayName: string;
  department: string;
  status: string;
  version: string;
}

const add = (number: string, givenName: string) =>
  owner.json<Person>('POST', '/api/v1/people', { number, givenName, familyName: 'Hopper' });

const everybody = async () =>
  Object.fromEntries(
    (await owner.json<{ people: Person[] }>('GET', '/api/v1/people')).people.map((person) => [
      person.number,
      person,
    ]),
  );

/** A person is in the building from now on. */
async function arrives(number: string): Promise<void> {
  const [date, time] = new Date().toISOString().split('T');
  await owner.json('POST', '/api/v1/corrections', {
    kind: 'add',
    number,
    siteId,
    date,
    time: time!.slice(0, 5),
    says: 'in',
    reason: 'A test',
  });
}

/** The fenced blocks of a language, in the order of the page. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text!);

const numbers = (people: string) =>
  (JSON.parse(people) as { people: { number: string }[] }).people.map(({ number }) => number);

const node = (file: string, env: Record<string, string>) =>
  run(process.execPath, [file], { cwd: home, env: { PATH: process.env['PATH'], ...env } });

describe(`the examples of docs/api.md (${needsProgram('curl')})`, () => {
  it.skipIf(!hasProgram('curl'))('each of the ten common tasks does what it says', async () => {
    const commands = blocks('sh');
    expect(commands).toHaveLength(10);
    const { id: PERSON } = await add('E-1004', 'Rosa');
    await arrives('E-1004');
    await writeFile(path.join(home, 'muster.curl'), `header = "Authorization: Bearer ${token}"\n`, {
      mode: 0o600,
    });
    await writeFile(
      path.join(home, 'people.csv'),
      'number,given name,family name,department\n77,Alan,Turing,Theory\n',
    );
    const answers: string[] = [];
    for (const command of commands) {
      const { stdout } = await run('sh', ['-c', command], {
        cwd: home,
        env: { PATH: process.env['PATH'], MUSTER: api, PERSON },
      });
      answers.push(stdout);
    }
    const [health, list, found, added, left, imported, present, punches, , absence] = answers;
    expect(JSON.parse(health!)).toMatchObject({ status: 'ok' });
    expect(numbers(list!)).toEqual(['E-1004']);
    expect(numbers(found!)).toEqual(['E-1004']);
    expect(JSON.parse(added!)).toMatchObject({ number: 'E-1005', displayName: 'Grace Hopper' });
    expect(JSON.parse(left!)).toMatchObject({ id: PERSON, status: 'left' });
    expect(JSON.parse(imported!.trim().split('\n').at(-1)!)).toHaveProperty('result');
    expect((await everybody())['77']).toMatchObject({ displayName: 'Alan Turing', department: 'Theory' });
    expect(JSON.parse(present!)).toHaveProperty('people');
    expect(punches).toContain(PERSON);
    const workbook = await readFile(path.join(home, 'november.xlsx'));
    expect(workbook.subarray(0, 2).toString()).toBe('PK');
    expect(JSON.parse(absence!)).toMatchObject({ kind: 'sick', from: '2026-11-30', to: '2026-12-02' });
  });
});

describe('a typed client of the API', () => {
  it('is made of what the server says of itself, compiles without a fault, and asks a real server', async () => {
    const [program] = blocks('ts');
    const oazapfts = path.join(ROOT, 'node_modules/.bin/oazapfts');
    await run(process.execPath, [oazapfts, '--optimistic', `${api}/openapi.json`, 'muster.ts'], {
      cwd: home,
    });
    await writeFile(path.join(home, 'who-is-in.ts'), program!);
    const wrong = program!
      .replace('person.number', 'person.salary')
      .replace('presenceGet()', 'presenceGet({ unknown: "x" })');
    await writeFile(path.join(home, 'wrong.ts'), wrong);
    await writeFile(
      path.join(home, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(ROOT, 'tsconfig.json'),
        compilerOptions: { types: ['node'], incremental: false, noUnusedParameters: false },
        include: ['*.ts'],
      }),
    );
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const faults = await run(process.execPath, [tsc, '--project', home], { cwd: home }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    // The types know what there is: the two mistakes of the wrong program, and no other.
    expect(
      faults.split('\n').flatMap((line) => /^(\S+?)\(.*?error TS\d+: (.*)$/.exec(line)?.slice(1) ?? []),
    ).toEqual([
      'wrong.ts',
      expect.stringContaining("'unknown' does not exist"),
      'wrong.ts',
      expect.stringContaining("'salary' does not exist"),
    ]);
    await add('E-1', 'Katherine');
    await arrives('E-1');
    const { stdout } = await node('who-is-in.ts', { MUSTER: api, TOKEN: token });
    expect(stdout).toMatch(/^E-1\tKatherine Hopper\t[^\t]+\t\d{4}-/m);
    const narrow = await newToken(['devices:read']);
    await expect(node('who-is-in.ts', { MUSTER: api, TOKEN: narrow })).rejects.toMatchObject({
      stderr: expect.stringContaining('forbidden: This needs the permission "presence:read"'),
    });
  });
});

describe('the recipe that pulls people from another system', () => {
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const user = (number: string, givenName: string, more: object = {}, department = 'Compilers') => ({
    userName: number,
    active: true,
    name: { givenName, familyName: 'Lovelace' },
    emails: [{ value: `${number.toLowerCase()}@example.org`, primary: true }],
    [ENTERPRISE]: { employeeNumber: number, department },
    ...more,
  });

  it('adds, changes and lets people leave, writes nothing a second time, and touches nobody else', async () => {
    const other = await add('OWN-1', 'Only here');
    let users = Array.from({ length: 150 }, (_, index) => user(`S-${index}`, `Given ${index}`));
    let claimed: number | null = null;
    const system = http.createServer((req, res) => {
      const url = new URL(req.url!, 'http://system');
      const from = Number(url.searchParams.get('startIndex')) - 1;
      const known = req.headers.authorization === 'Bearer secret-of-there' && url.pathname === '/scim/Users';
      res.writeHead(known ? 200 : 401, { 'content-type': 'application/scim+json' });
      const Resources = users.slice(from, from + Number(url.searchParams.get('count')));
      res.end(JSON.stringify({ totalResults: claimed ?? users.length, startIndex: from + 1, Resources }));
    });
    const SCIM = `${await listen(system, 'http')}/scim`;
    await cp(path.join(ROOT, 'docs/recipes/pull-people.mjs'), path.join(home, 'pull-people.mjs'));
    const pull = () =>
      run(process.execPath, ['pull-people.mjs'], {
        cwd: home,
        env: { MUSTER: api, TOKEN: token, SCIM, SCIM_TOKEN: 'secret-of-there' },
      });
    try {
      expect((await pull()).stdout).toBe('150 added, 0 changed, 0 failed, of 150\n');
      const before = await owner.json<Person>('GET', `/api/v1/people/${other.id}`);
      users = users.map((one, index) => {
        if (index === 0) return { ...one, active: false };
        return index === 1 ? user('S-1', 'Augusta', {}, 'Engines') : one;
      });
      users.push(user('S-150', 'Twice', { emails: [{ value: 'no address' }] }));
      const second = await pull().catch((error: { stdout: string; stderr: string }) => error);
      expect(second.stdout).toBe('0 added, 2 changed, 1 failed, of 151\n');
      expect(second.stderr).toContain('S-150: ');
      const { people } = await owner.json<{ people: Person[] }>('GET', '/api/v1/people?search=S-&limit=200');
      const now = new Map(people.map((person) => [person.number, person]));
      expect(now.get('S-0')).toMatchObject({ status: 'left' });
      expect(now.get('S-1')).toMatchObject({ displayName: 'Augusta Lovelace', department: 'Engines' });
      users.pop();
      expect((await pull()).stdout).toBe('0 added, 0 changed, 0 failed, of 150\n');
      claimed = 500;
      await expect(pull()).rejects.toMatchObject({
        stderr: expect.stringContaining('The list there is not whole'),
      });
      expect(await owner.json<Person>('GET', `/api/v1/people/${other.id}`)).toEqual(before);
    } finally {
      system.close();
    }
  });
});
