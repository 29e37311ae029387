/** Reads a .tgz in memory: a machine with npm does not always have tar. */
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * Yields { path, data } for every regular file of a gzipped POSIX (ustar or pax) archive, as npm packs
 * them. Links, folders and devices are skipped. Nothing is written here, so no path can escape.
 */
export function* readTgz(bytes) {
  const tar = gunzipSync(bytes);
  let longPath = null;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header[0] === 0) break;
    const size = Number.parseInt(text(header, 124, 12) || '0', 8);
    const type = String.fromCharCode(header[156] || 48);
    const data = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (data.length !== size) throw new Error('the archive is truncated');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x') {
      longPath = paxPath(data);
    } else if (type === 'L') {
      longPath = text(data, 0, size);
    } else if (type === '0') {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      yield { path: longPath ?? (prefix === '' ? name : `${prefix}/${name}`), data };
      longPath = null;
    } else if (type !== 'g') {
      longPath = null;
    }
  }
}

function text(bytes, from, length) {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field
    .subarray(0, end === -1 ? length : end)
    .toString('utf8')
    .trim();
}

/** A pax header is a list of "LENGTH KEY=VALUE\n", where LENGTH counts the whole record in bytes. */
function paxPath(data) {
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number.parseInt(data.subarray(at, space).toString(), 10);
    if (!Number.isInteger(length) || length <= 0) return null;
    const record = data.subarray(space + 1, at + length - 1).toString('utf8');
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return null;
}
