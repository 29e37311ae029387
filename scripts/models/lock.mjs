/** One install of a pack at a time, whichever process it runs in. */
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const NAME = '.lock';
/** ms between two signs of life of whoever holds the lock. */
const BEAT = 5_000;
/** ms without one after which its holder counts as gone, on whatever machine it ran. */
const STALE = 30_000;
/** ms between two looks at a lock that is held. */
const LOOK = 200;

/**
 * Runs `work` while no other process works on `folder`, which exists; waits for one that does. The lock of a
 * process that was killed is taken over. `say(text)` hears of the waiting.
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
    say(`waiting for another install of it (process ${holder})`);
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
    // Another account's process is there as well.
    return error.code === 'EPERM';
  }
}

/** Of several processes that find the same lock stale, one moves it away; what it moved must still be that one. */
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
