/** `npm run keys`: shows and changes the master key while servers run. Only `new` ever prints a key. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { takeConfig } from '../composition/take-config.ts';
import { withDatabase } from '../db/command-database.ts';
import type { Database } from '../db/database.ts';
import { type KeyHolder, MasterKeyRecord } from '../db/entities/key.ts';
import { KEY_BYTES } from '../crypto/envelope.ts';
import { currentRecord, hold } from '../keys/key-ring.ts';
import { finish, holders, rotate } from '../keys/key-rotation.ts';
import { type KeySource, keySource, readKeyFile, writeKeyFile } from '../keys/key-source.ts';
import { exchangeKeyFile, prepareKeyFile } from '../keys/key-file.ts';
import { storeAddress } from '../keys/key-store.ts';
import { MasterKey } from '../keys/master-key.ts';
import { SEALED_THINGS, type SealedThing } from '../keys/sealed-things.ts';
import { runCommand } from './run-command.ts';
import { OperatorError } from '../operator-error.ts';

const USAGE = `npm run keys -- COMMAND

  status               shows which master key is in use, where it comes from, and which servers hold it
  list                 lists all master keys, and what is sealed under each
  new                  prints a new key and changes nothing
    --out FILE         writes it to a file that only you can read
  rotate               changes to a new master key while servers run; continues an interrupted rotation
    --to FILE          uses the key in this file; needed if the key comes from the environment or a command
    --destroy-old      keeps no copy of the old key: older database backups then open with no key
  finish               ends a rotation: from then on the old key opens nothing
    --force            also if a running server would not survive a restart`;

const COMMANDS = new Set(['status', 'list', 'new', 'rotate', 'finish']);
/** Running servers take over a new key within one beat. The command waits somewhat longer, s. */
const PATIENCE = 20;

await runCommand(run);

interface Flags {
  to?: string;
  out?: string;
  'destroy-old'?: boolean;
  force?: boolean;
}

async function run(log: Logger): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      out: { type: 'string' },
      'destroy-old': { type: 'boolean' },
      force: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [command = ''] = positionals;
  if (values.help || positionals.length !== 1 || !COMMANDS.has(command)) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  if (command === 'new') return await newKey(values);
  const config = takeConfig();
  return await withDatabase(config, log, async (database) => {
    if (command === 'list') return await list(database);
    if (command === 'status') return await status(database, config);
    if (command === 'finish') return await end(database, values);
    return await change(database, keySource(config), values, log);
  });
}

async function newKey({ out }: Flags): Promise<number> {
  const key = new MasterKey(randomBytes(KEY_BYTES));
  if (out === undefined) {
    console.log(key.bytes().toString('base64'));
    return 0;
  }
  const written = await writeKeyFile(out, key.bytes());
  if (new MasterKey(written).id !== key.id)
    throw new OperatorError(`${out} exists already, and was not changed: name a new file.`);
  console.log(`${out} holds the new master key ${key.id}.`);
  return 0;
}

async function list(database: Database): Promise<number> {
  const em = database.fork();
  const records = await em.find(MasterKeyRecord, {}, { orderBy: { createdAt: 'desc' } });
  const counts = new Map<string, string[]>();
  for (const { table } of Object.values(SEALED_THINGS) as SealedThing[]) {
    const rows = await em.execute<{ id: string; count: number }[]>(
      `select master_key_id id, count(*)::int count from ${table} group by 1`,
    );
    for (const { id, count } of rows) counts.set(id, [...(counts.get(id) ?? []), `${table}: ${count}`]);
  }
  for (const record of records) {
    const { id, createdAt } = record;
    console.log(`${record.current ? '*' : ' '} ${id}  since ${createdAt.toISOString()}  ${contents(id)}`);
  }
  const known = new Set(records.map(({ id }) => id));
  for (const id of counts.keys()) if (!known.has(id)) console.log(`? ${id}  ${contents(id)}`);
  if (records.length === 0) console.log('There is no master key yet: the first start makes one.');
  return 0;

  function contents(id: string): string {
    return counts.get(id)?.join(', ') ?? 'seals nothing';
  }
}

async function status(database: Database, config: Config): Promise<number> {
  const em = database.fork();
  const record = await currentRecord(em);
  if (!record) {
    console.log('No master key is in use yet: the first start makes one.');
    return 0;
  }
  const source = keySource(config);
  const given = await source.read().catch((error: Error) => error);
  console.log(`In use      ${record.id}, since ${record.createdAt.toISOString()}`);
  console.log(
    `Source      ${source.name}: ${given instanceof MasterKey ? given.id : (given?.message ?? 'missing')}`,
  );
  console.log(`Key store   ${storeAddress(config).name}`);
  console.log(`Rotation    ${rotationWord(record)}`);
  const servers = await holders(em);
  console.log(`Servers     ${servers.length === 0 ? 'none is running' : ''}`);
  for (const server of servers) console.log(`  ${holderLine(server)}`);
  const [row] = await em.execute<[{ count: number }]>(
    'select count(distinct person_id)::int count from template where unreadable_at is not null',
  );
  if (row.count > 0) console.log(`Unreadable  templates of ${row.count} people: enroll them again`);
  return 0;
}

function rotationWord({ forward, rewrappedAt, previousId }: MasterKeyRecord): string {
  if (!forward) return 'none in progress';
  if (!rewrappedAt) return `from ${previousId}, interrupted: npm run keys -- rotate`;
  return `from ${previousId}, which still opens: npm run keys -- finish`;
}

function holderLine({ host, source, givenId, keyId }: KeyHolder): string {
  return givenId === keyId
    ? `${host} holds ${keyId} (${source})`
    : `${host} holds ${keyId}, but its ${source} still gives ${givenId}`;
}

async function change(database: Database, source: KeySource, flags: Flags, log: Logger): Promise<number> {
  // Records the key in use in the database, and checks the key of this source against it.
  const held = await hold(database, source);
  const record = await currentRecord(database.fork());
  const resumed = record?.forward && !record.rewrappedAt;
  if (record?.forward && record.rewrappedAt) {
    console.log(`Everything is already sealed under ${record.id}; the rotation only has to be finished.`);
  } else {
    const from = resumed ? held.previous : held.current;
    if (!from)
      throw new OperatorError(
        'The old master key is needed to continue the rotation, and is not available: restore it first.',
      );
    const to = resumed ? held.current : await nextKey(source, flags);
    if (from.id === to.id)
      throw new OperatorError(
        'This key is already the master key in use: make another one (npm run keys -- new --out FILE).',
      );
    if (source.path !== undefined) await prepareKeyFile(source.path, to);
    const { sealed, damaged } = await rotate({ database, from, to, log });
    console.log(
      `Rotated from ${from.id} to ${to.id}: ${sealed} envelopes re-wrapped, all of them opened again.`,
    );
    for (const { table, count } of damaged) {
      console.log(`${count} rows of ${table} opened under neither key: they were already damaged.`);
    }
  }
  return await handOver(database, source, flags);
}

/** Exchanges a key file. Where the key comes from the environment or a key service, the operator has to do that. */
async function handOver(database: Database, source: KeySource, flags: Flags): Promise<number> {
  const { current, previous } = await hold(database, source);
  const record = await currentRecord(database.fork());
  const oldId = record?.previousId ?? previous?.id ?? '';
  if (source.path === undefined) {
    console.log(
      `Now make ${source.name} give ${current.id} to every server, restart them one after another, and then run:`,
    );
    console.log('  npm run keys -- finish');
    return 0;
  }
  const kept = await exchangeKeyFile(source.path, current, { destroyOld: flags['destroy-old'] === true });
  console.log(
    `Back up ${source.path} now, apart from the database. Without this key all templates are lost.`,
  );
  if (kept !== null) {
    console.log(
      `The old key is in ${kept}: older backups of the database need it. Destroy it together with them.`,
    );
  } else console.log(`No copy of ${oldId} is kept here: older backups of the database open with no key.`);
  let state = await finish(database);
  for (let waited = 0; !state.done && waited < PATIENCE; waited += 1) {
    if (waited === 0) console.log('Waiting for the servers to take over the new key …');
    await sleep(1000);
    state = await finish(database);
  }
  return ended(state);
}

async function nextKey(source: KeySource, { to }: Flags): Promise<MasterKey> {
  if (to !== undefined) {
    const bytes = await readKeyFile(to);
    if (!bytes) throw new OperatorError(`${to} is missing: make it with npm run keys -- new --out ${to}`);
    return new MasterKey(bytes);
  }
  if (source.path === undefined) {
    throw new OperatorError(
      `The master key comes from ${source.name}: make the new one (npm run keys -- new --out FILE), then npm run keys -- rotate --to FILE`,
    );
  }
  return new MasterKey(randomBytes(KEY_BYTES));
}

async function end(database: Database, { force }: Flags): Promise<number> {
  return ended(await finish(database, { force: force === true }));
}

function ended({ done, waitingFor }: Awaited<ReturnType<typeof finish>>): number {
  if (done) {
    console.log('The rotation is finished: the old key opens nothing in the database any more.');
    return 0;
  }
  console.log('Not finished yet. These servers would not survive a restart:');
  for (const server of waitingFor) console.log(`  ${holderLine(server)}`);
  console.log('Give them the new key, then run: npm run keys -- finish');
  return 1;
}
