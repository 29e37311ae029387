/** `npm run retention`: what the server removes once a day, told beforehand, or done now. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { takeConfig } from '../composition/take-config.ts';
import { withCore } from './with-core.ts';
import type { RetentionLine } from '../protocol/retention.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run retention [-- --dry-run]

  --dry-run    says what would go, and changes nothing
  without      does today's run now, where no server has yet`;

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  return await withCore(takeConfig(), log, async ({ retention }) => {
    if (values['dry-run']) {
      console.log('Would go now:');
      table(await retention.preview());
      return 0;
    }
    const report = await retention.run();
    if (report) {
      console.log('Gone:');
      table(report);
    } else console.log("Today's run was done already: npm run retention -- --dry-run says what is due.");
    return 0;
  });
}

function table(lines: readonly RetentionLine[]): void {
  for (const { what, keepDays, before, count } of lines) {
    const amount = what === 'templates' ? `${count} people who left` : String(count);
    console.log(
      before === null
        ? `  ${what.padEnd(10)} kept for ever`
        : `  ${what.padEnd(10)} ${amount}, before ${before.slice(0, 10)} (kept ${keepDays} days)`,
    );
  }
}
