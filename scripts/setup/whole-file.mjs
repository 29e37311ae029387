/** Files that appear whole or not at all: two starts at once, or a full disk, must not leave half of one. */
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export async function writeWhole(file, data) {
  await appear(file, (temporary) => writeFile(temporary, data));
}

export async function copyWhole(from, file) {
  await appear(file, (temporary) => copyFile(from, temporary));
}

/** Beside its place, under a name that is this process's own, then there in one move. */
async function appear(file, make) {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    await make(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    // A write that finds the disk full does not say of which file.
    error.path ??= file;
    throw error;
  }
}
