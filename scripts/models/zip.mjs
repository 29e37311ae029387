/** Extracts one file from a ZIP archive (PKWARE APPNOTE 6.3): stored or deflated, under 4 GiB. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

/**
 * Writes the entry `name` of `archive` to `to`. An entry with the same file name in another folder is used if there is
 * only one. No file is written under a name from the archive.
 * @throws Error if the archive is damaged or has no such entry.
 */
export async function extract(archive, name, to) {
  const file = await open(archive, 'r');
  let entry;
  let start;
  try {
    const entries = await readEntries(file);
    const alike = entries.filter((e) => path.posix.basename(e.name) === path.posix.basename(name));
    entry = entries.find((e) => e.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
    if (!entry) throw new Error(`${path.basename(archive)} holds no file ${name}`);
    const local = await read(file, entry.offset, 30);
    if (local.readUInt32LE(0) !== LOCAL) throw new Error(`${path.basename(archive)} is damaged`);
    start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  } finally {
    await file.close();
  }
  if (entry.size === 0) throw new Error(`${name} is empty in ${path.basename(archive)}`);
  const steps = [createReadStream(archive, { start, end: start + entry.packed - 1 })];
  if (entry.method === 8) steps.push(createInflateRaw());
  else if (entry.method !== 0) throw new Error(`${name} is compressed with an unknown method`);
  await pipeline(...steps, exactly(entry.size, name), createWriteStream(to));
}

/** Passes exactly `size` bytes on, so that a damaged or hostile entry cannot fill the disk. */
function exactly(size, name) {
  let got = 0;
  return new Transform({
    transform(chunk, _, done) {
      got += chunk.length;
      done(got > size ? new Error(`${name} is longer than its archive says`) : null, chunk);
    },
    flush(done) {
      done(got === size ? null : new Error(`${name} is shorter than its archive says`));
    },
  });
}

async function readEntries(file) {
  const { size } = await file.stat();
  const tailLength = Math.min(size, END_LENGTH + LONGEST_COMMENT);
  const tail = await read(file, size - tailLength, tailLength);
  let end = tail.length - END_LENGTH;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('this is not a ZIP archive, or it is truncated');
  const length = tail.readUInt32LE(end + 12);
  const directory = await read(file, tail.readUInt32LE(end + 16), length);
  const entries = [];
  for (let at = 0; at + 46 <= length && directory.readUInt32LE(at) === CENTRAL;) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function read(file, position, length) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new Error('the archive is truncated');
  return buffer;
}
