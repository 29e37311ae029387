/** `npm run retention`: shows what the server would delete in its daily run, or does that run now. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { takeLayers } from '../composition/take-config.ts';
import { withCore } from './with-core.ts';
import type { RetentionLine } from '../protocol/retention.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run retention [-- --dry-run]

  --dry-run    shows what would be deleted, and changes nothing
  no option    deletes what is due now, unless a server has done it today`;

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  return await withCore(takeLayers(), log, async ({ retention }) => {
    if (values['dry-run']) {
      console.log('Would be deleted now:');
      table(await retention.preview());
      return 0;
    }
    const report = await retention.run();
    if (report) {
      console.log('Deleted:');
      table(report);
    } else
      console.log('The run of today was done already. To see what is due: npm run retention -- --dry-run');
    return 0;
  });
}

function table(lines: readonly RetentionLine[]): void {
  for (const { what, keepDays, before, count } of lines) {
    const amount = what === 'templates' ? `${count} people who left` : String(count);
    console.log(
      before === null
        ? `  ${what.padEnd(10)} kept forever`
        : `  ${what.padEnd(10)} ${amount}, before ${before.slice(0, 10)} (kept ${keepDays} days)`,
    );
  }
}
