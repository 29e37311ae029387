/** What a badge's code says to the camera: with a word before it, so that no other code is taken for a badge. */
const PREFIX = 'MUSTER:';

export function badgeText(code: string): string {
  return `${PREFIX}${code}`;
}

/** The code of a badge, or null where the text is of something else. */
export function codeOfBadge(text: string): string | null {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : null;
}
