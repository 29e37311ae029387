/** What a step prints when it cannot continue: one sentence, and what to do about it. */
import os from 'node:os';
import path from 'node:path';
import { cacheDir, root } from './paths.mjs';

/** A step that cannot continue. `why` is one sentence; `remedy` says what to type or do. */
export class SetupError extends Error {
  constructor(why, remedy, options) {
    super(why, options);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);
const NO_FOLDER = new Set(['ENOTDIR', 'EEXIST']);

const FREE_SPACE = 'Free some space, then run the same command again.';

/** A SetupError for a missing permission, a full disk or a file in the way; null for any other error. */
export function systemFault(error) {
  const place = error.dest ?? error.path;
  const options = { cause: error };
  if (FULL.has(error.code)) {
    const why =
      place === undefined
        ? `A disk is full (${error.code}): the one that holds ${root}, ${os.tmpdir()} or npm's cache.`
        : `The disk that holds ${place} is full (${error.code}).`;
    return new SetupError(why, FREE_SPACE, options);
  }
  if (error.syscall === 'uv_os_homedir') {
    return new SetupError('This account has no home folder.', 'Set HOME or XDG_CACHE_HOME.', options);
  }
  if (typeof place !== 'string') return null;
  if (error.code === 'ENOENT' && error.syscall === 'mkdtemp') {
    const why = `The folder for temporary files, ${path.dirname(place)}, does not exist.`;
    return new SetupError(why, 'Make it, or set TMPDIR to another.', options);
  }
  if (REFUSED.has(error.code)) {
    // The error of a copy or a move does not say which of the two places refused it.
    const places = error.dest === undefined ? place : `${error.path} or ${place}`;
    const why = `This account may not use ${places} (${error.code}).`;
    return new SetupError(why, `chown it to this account, or ${orElse(place)}.`, options);
  }
  if (NO_FOLDER.has(error.code)) {
    const why = `${place} cannot be made: a file stands where a folder must (${error.code}).`;
    return new SetupError(why, `Move that file away, or ${orElse(place)}.`, options);
  }
  return null;
}

/** The same for the output of a program that failed; null where the output names no such fault. */
export function spokenFault({ out, err }) {
  const words = `${err}\n${out}`;
  // As Node prints it: EACCES: permission denied, mkdir '/elsewhere/dist'
  const [, code, place] =
    /\b(EACCES|EPERM|EROFS|ENOSPC|EDQUOT): [^\n]*?, \w+(?: '([^'\n]+)')?/.exec(words) ?? [];
  if (code !== undefined) return systemFault({ code, path: place });
  return /No space left on device/i.test(words) ? systemFault({ code: 'ENOSPC' }) : null;
}

function orElse(place) {
  const models = process.env.MUSTER_MODEL_CACHE;
  if (models && within(place, path.resolve(root, models))) return 'set MUSTER_MODEL_CACHE to another folder';
  // A parent folder of the cache that cannot be created counts as the cache.
  if (within(place, cacheDir()) || within(cacheDir(), place)) {
    return 'set XDG_CACHE_HOME to a folder that it may write to';
  }
  if (within(place, root)) return 'run as the owner of this checkout';
  return 'run as its owner';
}

function within(place, folder) {
  return (
    path.resolve(place) === path.resolve(folder) ||
    path.resolve(place).startsWith(path.resolve(folder) + path.sep)
  );
}
