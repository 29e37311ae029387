/** Escapes the text, so that as a LIKE pattern it matches exactly this text. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
