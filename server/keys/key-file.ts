/** Exchanges the file that holds the master key, in steps that survive a crash between them. */
import { chown, link, rm, stat } from 'node:fs/promises';
import { renameDurably } from '../files/durable-file.ts';
import { readKeyFile, writeKeyFile } from './key-source.ts';
import { MasterKey } from './master-key.ts';

/** Puts the next key beside the file, before anything is sealed under it. */
export async function prepareKeyFile(file: string, next: MasterKey): Promise<void> {
  const current = await readKeyFile(file);
  if (current && new MasterKey(current).id === next.id) return;
  // Nothing was ever sealed under a key that still waits here: its rotation did not begin.
  const waiting = await readKeyFile(nextTo(file));
  if (waiting && new MasterKey(waiting).id !== next.id) await rm(nextTo(file));
  await writeKeyFile(nextTo(file), next.bytes());
  const { uid, gid } = await stat(file);
  if (process.getuid?.() === 0) await chown(nextTo(file), uid, gid);
}

/**
 * Makes the file hold `next`, which waits beside it or is already in it. Returns the name of the file that keeps the old
 * key (`FILE.ID`), or null where the old key is not kept.
 */
export async function exchangeKeyFile(
  file: string,
  next: MasterKey,
  { destroyOld }: { destroyOld: boolean },
): Promise<string | null> {
  const bytes = await readKeyFile(file);
  const current = bytes && new MasterKey(bytes);
  if (current?.id === next.id) return null;
  await prepareKeyFile(file, next);
  const kept = current && !destroyOld ? `${file}.${current.id}` : null;
  if (kept !== null) {
    await link(file, kept).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  await renameDurably(nextTo(file), file);
  return kept;
}

function nextTo(file: string): string {
  return `${file}.next`;
}
