/** The decoders that a user has added (`npm run codecs`), as far as this machine can use them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Releases of node-av whose functions server/analyzer/h264/node-av-decoder.ts knows. */
const MAJOR = '6';

/** @returns the folder of the pack `node-av`; null if it is not installed, or is of another release or another machine */
export function nodeAvPack(codecs: string): string | null {
  const folder = path.join(codecs, 'node-av');
  try {
    const text = readFileSync(path.join(folder, 'installed.json'), 'utf8');
    const { version, machine } = JSON.parse(text) as { version?: unknown; machine?: unknown };
    const fits = String(version).split('.')[0] === MAJOR && machine === `${process.platform}-${process.arch}`;
    return fits ? folder : null;
  } catch {
    return null;
  }
}
