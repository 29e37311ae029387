/** Writes files completely or not at all: two starts at once, or a full disk, must not leave half a file. */
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export async function writeWhole(file, data) {
  await appear(file, (temporary) => writeFile(temporary, data));
}

export async function copyWhole(from, file) {
  await appear(file, (temporary) => copyFile(from, temporary));
}

/** Writes next to the target under a name of this process, then moves the file into place. */
async function appear(file, make) {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    await make(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    // The error of a full disk does not name the file.
    error.path ??= file;
    throw error;
  }
}
