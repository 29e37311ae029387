/** `npm run keys`: the master key, and how it is changed while servers run. Never prints a key, save that of `new`. */
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

  status               which master key is in use, where it comes from, which servers hold it
  list                 the master keys there were, and what is sealed under each
  new                  prints a new key; changes nothing
    --out FILE         writes it to a file that only you can read
  rotate               to a new master key, while servers run; goes on where an earlier attempt stopped
    --to FILE          to the key in this file; needed where the key comes from the environment or a command
    --destroy-old      keeps no copy of the old key: older backups of the database open with nothing then
  finish               ends a rotation: from then on the old key opens nothing
    --force            although a server would not come back from a restart`;

const COMMANDS = new Set(['status', 'list', 'new', 'rotate', 'finish']);
/** Servers that run take a new key over within one beat; a little more is waited, s. */
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
    throw new OperatorError(`${out} is there already: it is left as it is.`);
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
  if (records.length === 0) console.log('None yet: the first start makes one.');
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
  console.log(`Servers     ${servers.length === 0 ? 'none runs' : ''}`);
  for (const server of servers) console.log(`  ${holderLine(server)}`);
  const [row] = await em.execute<[{ count: number }]>(
    'select count(distinct person_id)::int count from template where unreadable_at is not null',
  );
  if (row.count > 0) console.log(`Unreadable  templates of ${row.count} people: enroll them again`);
  return 0;
}

function rotationWord({ forward, rewrappedAt, previousId }: MasterKeyRecord): string {
  if (!forward) return 'none under way';
  if (!rewrappedAt) return `from ${previousId}, cut off: npm run keys -- rotate`;
  return `from ${previousId}, which still opens: npm run keys -- finish`;
}

function holderLine({ host, source, givenId, keyId }: KeyHolder): string {
  return givenId === keyId
    ? `${host} holds ${keyId} (${source})`
    : `${host} holds ${keyId}, but its ${source} still gives ${givenId}`;
}

async function change(database: Database, source: KeySource, flags: Flags, log: Logger): Promise<number> {
  // So that the key in use is known to the database, and the one of this source is checked against it.
  const held = await hold(database, source);
  const record = await currentRecord(database.fork());
  const resumed = record?.forward && !record.rewrappedAt;
  if (record?.forward && record.rewrappedAt) {
    console.log(`Everything is sealed under ${record.id} already; the rotation only has to be finished.`);
  } else {
    const from = resumed ? held.previous : held.current;
    if (!from) throw new OperatorError('The old master key is not there any more to go on with.');
    const to = resumed ? held.current : await nextKey(source, flags);
    if (from.id === to.id) throw new OperatorError('That is the master key in use already.');
    if (source.path !== undefined) await prepareKeyFile(source.path, to);
    const { sealed, damaged } = await rotate({ database, from, to, log });
    console.log(
      `Rotated from ${from.id} to ${to.id}: ${sealed} envelopes re-wrapped, all of them opened again.`,
    );
    for (const { table, count } of damaged) {
      console.log(`${count} rows of ${table} opened under neither key: they were damaged before.`);
    }
  }
  return await handOver(database, source, flags);
}

/** A file is exchanged here; the environment and a key service are the operator's. */
async function handOver(database: Database, source: KeySource, flags: Flags): Promise<number> {
  const { current, previous } = await hold(database, source);
  const record = await currentRecord(database.fork());
  const oldId = record?.previousId ?? previous?.id ?? '';
  if (source.path === undefined) {
    console.log(
      `Now let ${source.name} give ${current.id} to every server, start them anew one after another, then:`,
    );
    console.log('  npm run keys -- finish');
    return 0;
  }
  const kept = await exchangeKeyFile(source.path, current, { destroyOld: flags['destroy-old'] === true });
  console.log(`Back up ${source.path} now, apart from the database: without it all templates are lost.`);
  if (kept !== null) {
    console.log(`The old key is ${kept}: backups of the database from before need it. Destroy it with them.`);
  } else
    console.log(`No copy of ${oldId} is kept here: backups of the database from before open with nothing.`);
  let state = await finish(database);
  for (let waited = 0; !state.done && waited < PATIENCE; waited += 1) {
    if (waited === 0) console.log('Waiting for the servers to take it over …');
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
  console.log('Not finished yet. These servers would not come back from a restart:');
  for (const server of waitingFor) console.log(`  ${holderLine(server)}`);
  console.log('Give them the new key, then: npm run keys -- finish');
  return 1;
}
