/** `npm run audit`: checks or exports the audit trail. The exit code is 1 where the trail is not complete. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { takeConfig } from '../composition/take-config.ts';
import { withDatabase } from '../db/command-database.ts';
import { readAnchor } from '../audit/anchor.ts';
import { audit } from '../audit/audit.ts';
import { exportAudit } from '../audit/audit-view.ts';
import { verifyAudit } from '../audit/verify.ts';
import { runCommand } from './run-command.ts';
import { OperatorError } from '../operator-error.ts';

const USAGE = `npm run audit -- COMMAND

  verify                       checks that no event was changed or removed
    --head SEQ:HASH            also compares with an end of the trail that you kept elsewhere
  export                       writes the trail to the terminal
    --format csv|jsonl         jsonl by default
    --out FILE                 to a file`;

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      head: { type: 'string' },
      format: { type: 'string', default: 'jsonl' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [command] = positionals;
  if (values.help || positionals.length !== 1 || (command !== 'verify' && command !== 'export')) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const config = takeConfig();
  return await withDatabase(config, log, async (database) => {
    if (command === 'verify') {
      const anchor = values.head === undefined ? await readAnchor(config.dataDir) : parseHead(values.head);
      const verdict = await verifyAudit(database, anchor);
      const { events, first, last, head, faults } = verdict;
      if (faults.length === 0) {
        console.log(
          events === 0 ? 'The audit trail is empty.' : `The audit trail is whole: ${events} events.`,
        );
        if (events > 0) console.log(`Events ${first} to ${last}; its end: ${last}:${head}`);
        if (anchor === null)
          console.log('No end of the trail was kept outside the database, so its end is not proven.');
        return 0;
      }
      console.log(`The audit trail is not whole: ${faults.length} fault(s) in ${events} events.`);
      for (const { seq, what } of faults) console.log(`  event ${seq}: ${what}`);
      return 1;
    }
    const { format } = values;
    if (format !== 'csv' && format !== 'jsonl') throw new OperatorError('--format must be csv or jsonl.');
    await database.transaction((em) =>
      audit(em, { act: 'audit.exported', after: { format, by: 'command' } }),
    );
    const lines = Readable.from(exportAudit(database, {}, format));
    if (values.out === undefined) await pipeline(lines, process.stdout, { end: false });
    else await pipeline(lines, createWriteStream(values.out, { flags: 'wx', mode: 0o600 }));
    return 0;
  });
}

function parseHead(text: string) {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new OperatorError('--head must be SEQ:HASH, as verify prints it.');
  return { seq: Number(seq), hash };
}
