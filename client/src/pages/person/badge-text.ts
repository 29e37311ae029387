/** Stands before the code in a badge's QR code, so that no other QR code is mistaken for a badge. */
const PREFIX = 'MUSTER:';

export function badgeText(code: string): string {
  return `${PREFIX}${code}`;
}

/** The code of a badge, or null for the text of any other QR code. */
export function codeOfBadge(text: string): string | null {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : null;
}
