/**
 * Files that survive a crash and a power cut: whoever reads one finds the old content or the new one, never a part of it,
 * and when the promise resolves the content is on the disk.
 */
import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

export interface DurableFileOptions {
  /** Default 0o600: only the owner reads and writes. */
  mode?: number;
  /** The owner of the file, where it is not this process's; only the superuser may set it. */
  owner?: { uid: number; gid: number };
}

/** Puts the content in place of the file, or makes the file. A fault leaves the old file as it was. */
export async function writeDurably(
  file: string,
  content: string | Uint8Array,
  options: DurableFileOptions = {},
): Promise<void> {
  await withAside(file, content, options, (aside) => rename(aside, file));
}

/** Makes the file. Returns false, and changes nothing, where there is one: of several that try at once, one wins. */
export async function createDurably(
  file: string,
  content: string | Uint8Array,
  options: DurableFileOptions = {},
): Promise<boolean> {
  return withAside(file, content, options, async (aside) => {
    try {
      await link(aside, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  });
}

/** Moves a file within its folder, in place of another one if there is one. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(path.dirname(to));
}

/** Removes a file permanently; a missing file is not an error. */
export async function removeDurably(file: string): Promise<void> {
  await rm(file, { force: true });
  await syncFolder(path.dirname(file));
}

/** Removes what a program that was killed while it wrote this file has left beside it. */
export async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const name = path.basename(file);
  for (const other of await readdir(folder)) {
    if (other.startsWith(`${name}.`) && /^\.\d+\.[0-9a-f]{8}$/.test(other.slice(name.length))) {
      await rm(path.join(folder, other), { force: true });
    }
  }
}

/** Resolves when the names in the folder are on the disk: without it, a power cut may take a new file back. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The content goes into another file first, under a name that no other program uses. */
async function withAside<T>(
  file: string,
  content: string | Uint8Array,
  { mode = 0o600, owner }: DurableFileOptions,
  place: (aside: string) => Promise<T>,
): Promise<T> {
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(aside, 'wx', mode);
    try {
      await handle.writeFile(content);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const result = await place(aside);
    await syncFolder(path.dirname(file));
    return result;
  } finally {
    await rm(aside, { force: true });
  }
}
