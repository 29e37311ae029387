/** npm run analyzers -- enroll NAME | server: makes keys for analyzers on other hosts. */
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { inRoot, node24 } from './setup/paths.mjs';
import { main } from './setup/step.mjs';

await main(async () => {
  await dependencies({ dev: false });
  const program = inRoot('server', 'commands', 'analyzers.ts');
  return await foreground(node24, [program, ...process.argv.slice(2)], process.env);
});
