/** Windows-1252 (WHATWG Encoding, index windows-1252), which older payroll programs read. The platform only decodes it. */

const BYTE_OF: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [
    new TextDecoder('windows-1252').decode(Uint8Array.of(byte)),
    byte,
  ]),
);
const UNKNOWN = '?'.charCodeAt(0);

/** A letter that it lacks loses its marks (ő becomes o); what is still unknown becomes `?`. */
export function windows1252(text: string): Uint8Array {
  const bytes = Array.from(text.normalize('NFC'), (letter) => {
    const known = BYTE_OF.get(letter);
    if (known !== undefined) return [known];
    const plain = letter.normalize('NFKD').replaceAll(/\p{M}/gu, '');
    return Array.from(plain || '?', (part) => BYTE_OF.get(part) ?? UNKNOWN);
  });
  return Uint8Array.from(bytes.flat());
}
