/** Shares as files, `<folder>/<person>/<key>`: for one server, or for several servers that share a folder. */
import { mkdir, open, readdir, readFile, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder, writeDurably } from '../../files/durable-file.ts';
import type { KeyStore, ShareName } from './shares.ts';
import { OperatorError } from '../../operator-error.ts';

/** How often a folder may be taken away while a share is written into it. */
const TRIES = 5;
const ID = /^[0-9a-f-]{36}$/i;

export class FolderKeyStore implements KeyStore {
  readonly name: string;

  private constructor(folder: string) {
    this.name = folder;
  }

  /** Makes the folder, readable only by its owner. Throws OperatorError where it cannot. */
  static async open(folder: string): Promise<FolderKeyStore> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await readdir(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new OperatorError(
        `The key store ${folder} cannot be used (${code}): set MUSTER_KEY_STORE to another folder`,
        {
          cause: error,
        },
      );
    }
    return new FolderKeyStore(folder);
  }

  async put(name: ShareName, share: Uint8Array): Promise<void> {
    const folder = this.#folder(name.personId);
    for (let tries = 1; ; tries++) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeDurably(this.#file(name), share);
        break;
      } catch (error) {
        // Somebody who destroyed the person's last key at this moment took the folder away.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === TRIES) throw error;
      }
    }
    await syncFolder(this.name);
  }

  get(names: readonly ShareName[]): Promise<(Buffer | null)[]> {
    return Promise.all(names.map((name) => readFile(this.#file(name)).catch(nullIfMissing)));
  }

  async destroy(personId: string, keyIds?: readonly string[]): Promise<void> {
    const folder = this.#folder(personId);
    const files = await readdir(folder).catch(nullIfMissing);
    if (!files) return;
    for (const file of files) {
      if (keyIds && !keyIds.some((id) => file.startsWith(id.toLowerCase()))) continue;
      await overwrite(path.join(folder, file)).catch(nullIfMissing);
      await unlink(path.join(folder, file)).catch(nullIfMissing);
    }
    // Missing where the last two keys of the person are destroyed at the same moment.
    await syncFolder(folder).catch(nullIfMissing);
    // The folder stays while it holds another key of the person.
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
    });
    await syncFolder(this.name);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  #folder(personId: string): string {
    if (!ID.test(personId)) throw new Error(`${personId} is not an id`);
    return path.join(this.name, personId.toLowerCase());
  }

  #file({ personId, keyId }: ShareName): string {
    if (!ID.test(keyId)) throw new Error(`${keyId} is not an id`);
    return path.join(this.#folder(personId), keyId.toLowerCase());
  }
}

/** Overwrites the file in place. A copy-on-write file system, or a worn disk, may still keep the old content. */
async function overwrite(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.write(Buffer.alloc(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
