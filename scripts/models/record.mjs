/** Records which files were installed into a pack's folder, where they came from, and which license was accepted. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeWhole } from '../setup/whole-file.mjs';

const NAME = 'installed.json';

/**
 * { license?: { accepted: { text, by, at } }, files: { [name]: { sha256, bytes, from, at } } }.
 * The server reads `files` for sums that are not in the manifest.
 */
export async function readRecord(folder) {
  try {
    const record = JSON.parse(await readFile(path.join(folder, NAME), 'utf8'));
    // cspell:ignore licence
    // Releases before 0.2 spelled it `licence`: a license that was accepted then stays accepted.
    const { licence, license = licence, ...rest } = record;
    return { ...rest, ...(license && { license }), files: record.files ?? {} };
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    return { files: {} };
  }
}

export async function writeRecord(folder, record) {
  await writeWhole(path.join(folder, NAME), `${JSON.stringify(record, null, 2)}\n`);
}

/** The text that a person accepts. Changed terms must be accepted again. */
export function licenseText({ name, url, note }) {
  return [name, url, note].filter(Boolean).join('\n');
}

export function osUser() {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a user id without a name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

export async function fileSum(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** The sums that a file of a manifest may have: its own and those of its equivalents, or else the recorded one. */
export function acceptedSums(file, record) {
  const sums = [file, ...(file.equivalents ?? [])].map((build) => build.sha256).filter(Boolean);
  if (!file.sha256 && record.files[file.name]) sums.push(record.files[file.name].sha256);
  return sums;
}

/** 'ready', 'missing' or 'different' for a file of the manifest in the pack's folder. */
export async function fileState(folder, file, record) {
  const at = path.join(folder, file.name);
  try {
    await stat(at);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return 'missing';
  }
  return acceptedSums(file, record).includes(await fileSum(at)) ? 'ready' : 'different';
}
