/** What a step says when it cannot go on: one sentence, and what to type. */
import path from 'node:path';
import { cacheDir, root } from './paths.mjs';

/** A step that cannot go on. `why` is one sentence; `remedy` says what to type or do. */
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

/** A missing right, a full disk or a file in the way as SetupError; null for any other error. */
export function systemFault(error) {
  const place = error.dest ?? error.path;
  const options = { cause: error };
  if (FULL.has(error.code)) {
    const disk = place === undefined ? 'A disk' : `The disk that holds ${place}`;
    return new SetupError(`${disk} is full (${error.code}).`, FREE_SPACE, options);
  }
  if (error.syscall === 'uv_os_homedir') {
    return new SetupError('This account has no home folder.', 'Set HOME or XDG_CACHE_HOME.', options);
  }
  if (typeof place !== 'string') return null;
  if (REFUSED.has(error.code)) {
    // Of a copy or a move, nothing says which of its two places refused it.
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

/** What to do about a program that failed, as far as its words tell of the disk; else `otherwise`. */
export function remedyOf({ out, err }, otherwise) {
  return /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i.test(out + err)
    ? `The disk is full. ${FREE_SPACE}`
    : otherwise;
}

function orElse(place) {
  if (within(place, cacheDir())) return 'set XDG_CACHE_HOME to a folder that it may write to';
  if (within(place, root)) return 'run as the owner of this checkout';
  return 'run as its owner';
}

function within(place, folder) {
  return path.resolve(place) === path.resolve(folder) || path.resolve(place).startsWith(folder + path.sep);
}
