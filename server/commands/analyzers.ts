/**
 * `npm run analyzers`: makes the keys with which servers and analyzers on other hosts sign in to the message broker, and prints
 * what the broker and the host need. It keeps nothing: the broker's configuration is the list of who may sign in.
 */
import { createUser } from '@nats-io/nkeys';
import { analyzerUser, serverUser, userLines } from '../broker/permissions.ts';
import { OperatorError } from '../operator-error.ts';
import { token } from '../protocol/fleet.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run analyzers -- enroll NAME   a key for an analyzer of this name
npm run analyzers -- server        a key for the servers`;

await runCommand(async () => {
  const [act, name] = process.argv.slice(2);
  const pair = createUser();
  const key = pair.getPublicKey();
  const seed = new TextDecoder().decode(pair.getSeed());
  if (act === 'server') {
    print(userLines(serverUser(key)), seed, 'every server', []);
    return 0;
  }
  if (act !== 'enroll' || name === undefined) {
    console.error(USAGE);
    return 1;
  }
  if (!token.safeParse(name).success) {
    throw new OperatorError('A name has lower-case letters, digits and hyphens, such as hall-1.');
  }
  print(userLines(analyzerUser(name, key)), seed, 'the host of the analyzer', [
    `MUSTER_ANALYZER_NAME=${name}`,
  ]);
  return 0;
});

function print(lines: string, seed: string, where: string, variables: string[]): void {
  console.log(`# 1. In the configuration of the broker, under authorization { users: [ … ] }; then: nats-server --signal reload
${lines}

# 2. On ${where}, in a file that only Muster's account can read (it is not shown again):
${seed}

# 3. There, in the environment:
${['MUSTER_NATS_URL=tls://BROKER:4222', 'MUSTER_NATS_SEED_FILE=FILE', ...variables].join('\n')}

# To revoke it, remove the entry from the configuration and reload: the broker ends its connection at once.`);
}
