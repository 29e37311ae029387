/** `npm run person`: exports everything about one person, or erases one person. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { takeLayers } from '../composition/take-config.ts';
import type { Database } from '../db/database.ts';
import { withCore } from './with-core.ts';
import { runCommand } from './run-command.ts';
import { OperatorError } from '../operator-error.ts';

const USAGE = `npm run person -- COMMAND NUMBER

  export NUMBER --out DIR    writes everything stored about the person into a new folder
    --embeddings             also the numbers that describe the face
  erase NUMBER --yes         destroys templates, keys, PIN, badge and every personal field; punches stay
                             under a pseudonym. Without --yes it only shows the name of the person.`;

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      embeddings: { type: 'boolean', default: false },
      yes: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [command, number] = positionals;
  const { out } = values;
  const whole = number !== undefined && positionals.length === 2;
  if (values.help || !whole || !(command === 'erase' || (command === 'export' && out !== undefined))) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  return await withCore(takeLayers(), log, async ({ database, people, personalData }) => {
    const { id, name } = await find(database, number);
    if (command === 'export') {
      // Made first, so that an export is not recorded when its folder cannot be made.
      await mkdir(out!, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        throw new OperatorError(
          error.code === 'EEXIST'
            ? `${out} exists already: name a new folder.`
            : `${out} cannot be made (${error.code}): name a folder that may be written.`,
        );
      });
      const files = await personalData.export(id, values);
      for (const [file, data] of Object.entries(files)) {
        await writeFile(path.join(out!, file), data, { mode: 0o600, flag: 'wx' });
      }
      console.log(`${name}: ${Object.keys(files).length} files in ${path.resolve(out!)}.`);
      return 0;
    }
    if (!values.yes) {
      console.log(`This would erase ${name} (${number}) for good. To do it, add --yes.`);
      return 1;
    }
    await people.erase(id);
    console.log(`${number} is erased. Running servers forget the face within two seconds.`);
    return 0;
  });
}

async function find(database: Database, number: string): Promise<{ id: string; name: string }> {
  const [person] = await database.fork().execute<{ id: string; name: string }[]>(
    `select id, display_name as name from person
       where lower(number) = lower(?) and erased_at is null`,
    [number],
  );
  if (!person) throw new OperatorError(`Nobody has the number ${number}.`);
  return person;
}
