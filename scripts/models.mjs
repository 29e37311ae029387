/** npm run models -- COMMAND: lists, installs and verifies model packs, and chooses the one that the server runs. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installPack } from './models/install.mjs';
import { choiceFile, chosenPack, isPart, packFolder, packIds, readManifest } from './models/manifest.mjs';
import { fileState, readRecord } from './models/record.mjs';
import { main, step, SetupError } from './setup/step.mjs';
import { writeWhole } from './setup/whole-file.mjs';

const USAGE = `npm run models -- COMMAND

  list                    list the packs and the liveness part: license, size, installed, verified; * is in use
  info PACK               show license, files, thresholds and measured accuracy
  install PACK            download the missing files; continue where an earlier attempt stopped
    --from DIR            take the files by name from a folder, without a network
    --accept-license      accept a license that forbids commercial use; your account and the time are recorded
  use PACK                run this pack from the next start of the server; people enrolled with the previous pack
                          stay recognizable until they are enrolled again
    --drop-old            stop running the previous pack at once: its people must be enrolled again first
  finish                  stop running the previous pack from the next start of the server
  verify                  check the files of every installed pack against their sums; exit code 1 if one is wrong`;

const PART_USE =
  'It works with any pack from the next start of the server. MUSTER_LIVENESS says what the server does with its result:' +
  ' warn (the default), require or off.';

await main(async () => {
  const { words, options } = parse(process.argv.slice(2));
  const [command, id, ...rest] = words;
  const takesPack = ['info', 'install', 'use'].includes(command);
  const known = takesPack || ['list', 'verify', 'finish'].includes(command);
  if (!known || rest.length > 0 || takesPack !== (id !== undefined)) {
    console.log(USAGE);
    return command === undefined || options.help ? 0 : 1;
  }
  if (command === 'list') return await list();
  if (command === 'verify') return await verify();
  if (command === 'finish') return await finish();
  const manifest = await readManifest(id);
  if (command === 'info') return await info(manifest);
  if (command === 'use') return await use(manifest, options);
  return await install(manifest, options);
});

function parse(args) {
  // cspell:ignore licence
  // Releases before 0.2 spelled the option with a c.
  const spelled = args.map((arg) => (arg === '--accept-licence' ? '--accept-license' : arg));
  try {
    const { values, positionals } = parseArgs({
      args: spelled,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        'accept-license': { type: 'boolean' },
        'drop-old': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const options = {
      acceptLicense: values['accept-license'],
      dropOld: values['drop-old'],
      help: values.help,
      from: values.from === undefined ? undefined : path.resolve(values.from),
    };
    return { words: positionals, options };
  } catch (error) {
    // The first sentence names the option; more follows about positional arguments.
    throw new SetupError(`${error.message.split('. ')[0].replace(/\.$/, '')}.`, USAGE);
  }
}

async function list() {
  const chosen = await chosenPack();
  const rows = [['', 'pack', 'license', 'commercial use', 'size', 'installed', 'verified', 'LFW', 'models']];
  for (const id of await packIds()) {
    const manifest = await readManifest(id);
    const lfw = manifest.accuracy.find((a) => a.data.startsWith('LFW') && a.metric === 'accuracy');
    rows.push([
      (await inUse(manifest, chosen)) ? '*' : '',
      id,
      // `info` shows the full name.
      manifest.license.spdx ?? manifest.license.name.split(':')[0],
      { true: 'yes', false: 'no', null: 'not stated' }[manifest.license.commercial],
      sizeOf(manifest.files.map(({ bytes }) => bytes)),
      await installedWord(manifest),
      verifiedWord(manifest),
      lfw ? `${(lfw.value * 100).toFixed(2)} %${/not checked/.test(lfw.from) ? ' claimed' : ''}` : '-',
      manifest.title,
    ]);
  }
  table(rows);
  console.log('\nMore about one: npm run models -- info PACK');
  return 0;
}

/** Total size of files with these numbers of bytes; null: the size of a file is not known. */
function sizeOf(bytes) {
  if (bytes.includes(null)) return 'not known';
  return `${(bytes.reduce((sum, n) => sum + n, 0) / 1e6).toFixed(1)} MB`;
}

/** A part that works with any pack is in use as soon as it is installed, unless it is turned off. */
async function inUse(manifest, chosen) {
  if (!isPart(manifest)) return manifest.id === chosen;
  return process.env.MUSTER_LIVENESS !== 'off' && (await installedWord(manifest)) === 'yes';
}

/** Whether these files, or only other builds of them, were run by the authors of this project. */
function verifiedWord({ files }) {
  if (files.every((file) => file.verified !== false)) return 'yes';
  return files.every(ranInSomeBuild) ? 'other builds' : 'not yet';
}

function ranInSomeBuild(file) {
  return file.verified !== false || (file.equivalents ?? []).length > 0;
}

async function installedWord(manifest) {
  const states = await statesOf(manifest);
  if (states.every((s) => s === 'ready')) return 'yes';
  if (states.includes('different')) return 'damaged';
  return states.includes('ready') ? 'in part' : 'no';
}

async function statesOf(manifest) {
  const folder = packFolder(manifest.id);
  const record = await readRecord(folder);
  return await Promise.all(manifest.files.map((file) => fileState(folder, file, record)));
}

async function info(manifest) {
  const { id, version, title, license, files, thresholds, thresholdsFrom, accuracy } = manifest;
  const folder = packFolder(id);
  const record = await readRecord(folder);
  console.log(`${id} ${version}: ${title}\n`);
  const use = { true: 'allowed', false: 'not allowed', null: 'not stated' }[license.commercial];
  console.log(`License   ${license.name}; commercial use ${use}\n          ${license.url}`);
  if (license.note) console.log(`          ${license.note}`);
  const accepted = record.license?.accepted;
  if (accepted) console.log(`          accepted by ${accepted.by} at ${accepted.at}`);
  for (const file of files) {
    console.log(
      `\n${file.role}: ${file.name} (size ${sizeOf([file.bytes])}), ${await fileState(folder, file, record)}`,
    );
    console.log(`  from     ${originOf(file.source)}`);
    const origin = record.files[file.name]?.from;
    if (origin) console.log(`  is       ${origin}`);
    console.log(`  sha256   ${file.sha256 ?? 'not known: the first install records it'}`);
    console.log(`  input    ${inputOf(file)}`);
    if (file.crop) console.log(`  input is the box of the face × ${file.crop}`);
    if (file.length) console.log(`  output   ${file.length} numbers; aligned by ${file.alignment.name}`);
    if (file.verified === false)
      console.log('  verified no: the authors of this project never ran this file');
    if (file.note) console.log(`  note     ${file.note}`);
    for (const build of file.equivalents ?? []) console.log(`  or       ${build.name}: ${build.note}`);
  }
  if (thresholds) console.log('\nThresholds (cosine)');
  for (const [far, value] of Object.entries(thresholds ?? {}))
    console.log(`  false accepts ${far}: ${value}`);
  if (thresholdsFrom) console.log(`  ${thresholdsFrom}`);
  console.log('\nAccuracy');
  for (const { data, protocol, metric, value, from } of accuracy) {
    console.log(`  ${value}  ${metric}; ${data}; ${protocol}${from ? ` (${from})` : ''}`);
  }
  if (accuracy.length === 0) console.log('  not measured');
  return 0;
}

function originOf(source) {
  if (source.npm) return `npm ${source.npm.package}@${source.npm.version}, ${source.npm.path}`;
  if (source.zip) return `${source.zip.url}, ${source.zip.path} in it`;
  if (source.url) return source.url;
  const how = [source.local.how, source.local.url].filter(Boolean).join('\n');
  return `not available ready-made.\n${how}`.replaceAll('\n', '\n           ');
}

function inputOf({ input }) {
  const { size } = input;
  const shape =
    'width' in size ? `${size.width}×${size.height}` : `the size of the picture, at most ${size.longest}`;
  return `${input.name}, ${input.layout} ${input.channels}, (x − ${input.mean.join(', ')}) / ${input.scale}, ${shape}`;
}

async function install(manifest, options) {
  await step(`model pack ${manifest.id}`, async (say) => {
    const count = await installPack(manifest, packFolder(manifest.id), { ...options, say });
    return count === 0 ? 'already installed' : `${count} file${count === 1 ? '' : 's'} installed`;
  });
  if (isPart(manifest)) console.log(`→ ${PART_USE}`);
  else if (manifest.id !== (await chosenPack()))
    console.log(`→ Run it: npm run models -- use ${manifest.id}`);
  return 0;
}

async function use(manifest, { dropOld = false }) {
  if (isPart(manifest)) throw new SetupError(`${manifest.id} is not a pack of its own.`, PART_USE);
  const states = await statesOf(manifest);
  if (!states.every((s) => s === 'ready')) {
    throw new SetupError(
      `The model pack ${manifest.id} is not installed.`,
      `npm run models -- install ${manifest.id}`,
    );
  }
  const before = await chosenPack();
  await choose(manifest.id, { alone: dropOld });
  console.log(`The server runs ${manifest.id} from its next start.`);
  if (before !== manifest.id) {
    console.log(
      `It cannot compare faces enrolled with ${before}: those people must be enrolled again. The page People lists them. ${
        dropOld
          ? 'Until then they are not recognized.'
          : `Until then ${before} runs beside it and recognizes them. To end that: npm run models -- finish`
      }\nTo go back: npm run models -- use ${before}`,
    );
  }
  if (verifiedWord(manifest) !== 'yes') {
    console.log(
      `The authors of this project have not run all of its files: npm run models -- info ${manifest.id}`,
    );
  }
  const forced = process.env.MUSTER_MODEL_PACK;
  if (forced && forced !== manifest.id) {
    console.log(`MUSTER_MODEL_PACK is set to ${forced} and overrides this choice: unset it.`);
  }
  return 0;
}

async function choose(id, { alone }) {
  const file = choiceFile();
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, alone ? `${id}\nnone\n` : `${id}\n`);
}

async function finish() {
  const id = await chosenPack();
  await choose(id, { alone: true });
  console.log(`From its next start the server recognizes people with ${id} only.`);
  console.log('People who are not enrolled again by then are not recognized: the page People lists them.');
  const forced = process.env.MUSTER_FORMER_MODEL_PACK;
  if (forced && forced !== 'none') {
    console.log(`MUSTER_FORMER_MODEL_PACK is set to ${forced} and overrides this: unset it.`);
  }
  return 0;
}

/** Checks every pack with an installed file, and always the one that the server would run. */
async function verify() {
  let faults = 0;
  const chosen = await chosenPack();
  await readManifest(chosen);
  for (const id of await packIds()) {
    const manifest = await readManifest(id);
    const states = await statesOf(manifest);
    const needed = id === chosen;
    // A pack that is not installed is not an error.
    if (!needed && states.every((s) => s === 'missing')) continue;
    for (const [i, file] of manifest.files.entries()) {
      const good = states[i] === 'ready';
      if (!good) faults += 1;
      console.log(`${good ? '✓' : '✗'} ${id} ${file.name}${good ? '' : `: ${states[i]}`}`);
    }
  }
  if (faults > 0)
    throw new SetupError(
      `${faults} file${faults === 1 ? ' is' : 's are'} missing or wrong.`,
      'npm run models -- install PACK',
    );
  return 0;
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    console.log(row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join('  '));
  }
}
