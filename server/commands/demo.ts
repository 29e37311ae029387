/** `npm run demo`: makes a demonstration office in a data folder of its own, once. The server is started afterwards. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ConfigLayers } from '../../config/config.ts';
import { openAccess } from '../composition/access.ts';
import { openRecords } from '../composition/records.ts';
import { takeLayers } from '../composition/take-config.ts';
import { type DemoAccount, fillDemoOffice } from '../demo/demo-office.ts';
import { writeDurably } from '../files/durable-file.ts';
import { OperatorError } from '../operator-error.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import { loadPack } from '../vision/pack.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run demo [-- --new] [--people N]

  --new          makes the office again, so that its three months end today
  --people N     how many work there; 300 by default`;
/** The passwords, for whoever may read the data folder. */
const ACCOUNTS = 'demo-accounts.json';

const account = z.object({
  username: z.string(),
  name: z.string(),
  role: z.enum(['owner', 'hr', 'manager', 'employee']),
  password: z.string(),
});

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { values } = parseArgs({
    options: {
      new: { type: 'boolean' },
      people: { type: 'string', default: '300' },
      help: { type: 'boolean' },
    },
  });
  const people = Number(values.people);
  if (values.help || !Number.isInteger(people) || people < 1 || people > 5_000) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const layers = takeLayers();
  const { config } = layers;
  const file = path.join(config.dataDir, ACCOUNTS);
  const team = (await known(file)) ?? (await fill({ layers, file, people, log }));
  console.log(`\nA demonstration office of people who do not exist. Sign in as:`);
  for (const { username, password, role } of team) {
    console.log(`  ${username.padEnd(8)} ${password}  (${role})`);
  }
  console.log('');
  return 0;
}

async function known(file: string): Promise<DemoAccount[] | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const team = z.array(account).safeParse(JSON.parse(text));
  if (!team.success) throw new OperatorError(`${file} is not the list of accounts: npm run demo -- --new`);
  return team.data;
}

async function fill({
  layers,
  file,
  people,
  log,
}: {
  layers: ConfigLayers;
  file: string;
  people: number;
  log: Logger;
}): Promise<DemoAccount[]> {
  await using opened = new AsyncDisposableStack();
  const { config } = layers;
  const { contract, thresholds } = await loadPack(config.models.pack);
  const { core } = await openRecords({ layers, contract, onDown: rethrow, log }, opened);
  const { accounts, devices } = await openAccess(config, { ...core, log }, opened);
  const setupToken = accounts.takeSetupToken();
  if (setupToken === null) throw new OperatorError(`${config.dataDir} holds an office already.`);
  const team = await fillDemoOffice({
    core,
    accounts,
    setupToken,
    devices,
    people,
    now: Date.now(),
    timeZone: config.attendance.timeZone,
    policy: evidencePolicy(thresholds, config.models.far),
    say: (text) => console.log(`  demonstration office: ${text}`),
  });
  await writeDurably(file, `${JSON.stringify(team, null, 2)}\n`);
  return team;
}

function rethrow(error: Error): never {
  throw error;
}
