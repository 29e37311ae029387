/** Allows one install of a pack at a time, across processes. */
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const NAME = '.lock';
/** ms between two signs of life of the process that holds the lock. */
const BEAT = 5_000;
/** ms without a sign of life after which the holder counts as gone, also on another machine. */
const STALE = 30_000;
/** ms between two checks of a lock that is held. */
const LOOK = 200;

/**
 * Runs `work` while no other process works on `folder`, which must exist; waits until then. Takes over the lock of a
 * process that was killed. `say(text)` is called while it waits.
 */
export async function locked(folder, work, { say = () => {}, stale = STALE } = {}) {
  const file = path.join(folder, NAME);
  await take(file, stale, say);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, BEAT);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function take(file, stale, say) {
  const own = `${process.pid}@${os.hostname()}`;
  for (;;) {
    try {
      await writeFile(file, own, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => null);
    if (holder === null) continue;
    if (await isGone(file, holder, stale)) {
      await drop(file, holder);
      continue;
    }
    say(`waiting for another install of this pack (process ${holder})`);
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

async function isGone(file, holder, stale) {
  const [pid, host] = holder.split('@');
  if (host === os.hostname() && Number(pid) !== process.pid && !runs(Number(pid))) return true;
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > stale;
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists, but belongs to another account.
    return error.code === 'EPERM';
  }
}

/** Several processes may find the same lock stale: one moves it away, and puts it back if it moved a newer one. */
async function drop(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => holder);
  if (moved === holder) await rm(aside, { force: true });
  else await rename(aside, file);
}
