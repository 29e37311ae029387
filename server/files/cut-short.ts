/**
 * Whether a file of ours that makes no sense was not written to its end, as by an older version or a full disk: it is empty,
 * holds zeros, which some file systems leave after a power cut, or lacks the end of line that every whole one has. Anything else
 * that is wrong with it was written by somebody.
 */
export function isCutShort(text: string): boolean {
  return text.trim() === '' || text.includes('\0') || !text.endsWith('\n');
}
