/** npm run codecs -- COMMAND: lists, installs and removes decoders that are not part of Muster. */
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { installCodec, removeCodec } from './codecs/install.mjs';
import { codecIds, installedWord, packFolder, readCodec } from './codecs/pack.mjs';
import { main, step, SetupError } from './setup/step.mjs';

const USAGE = `npm run codecs -- COMMAND

  list                    list the decoders: what they decode, license, size, installed
  install NAME            fetch one by npm, after its license was accepted
    --accept-license      accept the license without being asked; your account and the time are recorded
    --from DIR            take the packages from a folder, without a network
  remove NAME             delete it again; the server goes back to its own decoder from its next start`;

await main(async () => {
  const { words, options } = parse(process.argv.slice(2));
  const [command, id, ...rest] = words;
  const takesName = ['install', 'remove'].includes(command);
  if ((!takesName && command !== 'list') || rest.length > 0 || takesName !== (id !== undefined)) {
    console.log(USAGE);
    return command === undefined || options.help ? 0 : 1;
  }
  if (command === 'list') return await list();
  const manifest = await readCodec(id);
  return command === 'install' ? await install(manifest, options) : await remove(manifest);
});

function parse(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { from: { type: 'string' }, 'accept-license': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    return { words: positionals, options: values };
  } catch (error) {
    throw new SetupError(`${error.message.split('. ')[0].replace(/\.$/, '')}.`, USAGE);
  }
}

async function list() {
  console.log(
    'tinyh264   built in   H.264 of the profile constrained baseline, without B-frames; Apache-2.0',
  );
  for (const id of await codecIds()) {
    const manifest = await readCodec(id);
    const { title, license, megabytes, package: one } = manifest;
    const word = await installedWord(manifest, packFolder(id));
    console.log(`${id}    ${word === 'yes' ? 'installed' : `installed: ${word}`}   ${title}`);
    console.log(`           ${license.name}`);
    console.log(
      `           version ${one.version}, ${megabytes.fetched} MB to fetch, ${megabytes.installed} MB installed`,
    );
    console.log(`           ${packFolder(id)}`);
  }
  console.log(
    '\nMUSTER_H264_DECODER says which one the server uses; by default the fullest that is installed.',
  );
  return 0;
}

async function install(manifest, options) {
  const { id, license } = manifest;
  if ((await installedWord(manifest, packFolder(id))) === 'yes') {
    console.log(`${id} is installed.`);
    return 0;
  }
  console.log(`${license.name}\n${license.url}\n\n${license.note}\n`);
  if (!options['accept-license'] && !(await agreed())) {
    throw new SetupError(
      'Nothing was installed: the license was not accepted.',
      `If you accept it: npm run codecs -- install ${id} --accept-license`,
    );
  }
  await step(`decoders ${id}`, async (say) => {
    const from = options.from === undefined ? undefined : path.resolve(options.from);
    const done = await installCodec(manifest, packFolder(id), { from, say });
    return done ? 'installed' : 'already installed';
  });
  console.log('→ The server uses it from its next start. Analyzers on other hosts need it there too.');
  return 0;
}

/** Asks in a terminal; elsewhere nobody can answer. */
async function agreed() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question('Do you accept this license? Type yes to go on: ')).trim() === 'yes';
  } finally {
    terminal.close();
  }
}

async function remove(manifest) {
  const there = await removeCodec(packFolder(manifest.id));
  console.log(there ? `${manifest.id} was removed.` : `${manifest.id} is not installed.`);
  return 0;
}
