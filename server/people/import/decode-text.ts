/** Bytes of a text file as text. Spreadsheets and HR programs write UTF-8, UTF-16, or the code page of their country. */
import type { TextEncoding } from '../../protocol/people-files.ts';

const MARKS: readonly [TextEncoding, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** How many bytes are looked at for the zeros of a UTF-16 file that has no byte order mark. */
const LOOKED_AT = 4_096;

/** @param wanted in place of the guess; a byte order mark is left out in any case */
export function decodeText(
  bytes: Uint8Array,
  wanted?: TextEncoding,
): { text: string; encoding: TextEncoding } {
  const encoding = wanted ?? guess(bytes);
  return { encoding, text: new TextDecoder(encoding).decode(bytes) };
}

function guess(bytes: Uint8Array): TextEncoding {
  for (const [encoding, mark] of MARKS) {
    if (mark.every((byte, i) => bytes[i] === byte)) return encoding;
  }
  const looked = bytes.subarray(0, LOOKED_AT);
  const [even, odd] = zeros(looked);
  // Latin letters have one zero byte each, at the second or the first place.
  const many = looked.length / 4;
  if (odd > many && even === 0) return 'utf-16le';
  if (even > many && odd === 0) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    // Letters of a code page are hardly ever valid UTF-8 by chance.
    return 'windows-1252';
  }
}

function zeros(bytes: Uint8Array): [even: number, odd: number] {
  const counts: [number, number] = [0, 0];
  for (const [i, byte] of bytes.entries()) if (byte === 0) counts[i % 2]! += 1;
  return counts;
}
