import { letters } from '../locales/intl.ts';

/**
 * At most two letters that stand for a name, as in the circle before it: those of its first and last word. One for a single
 * name or one without spaces. Whole letters as readers count them: an emoji or a letter with a mark is not cut.
 */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const of = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return of.map((word) => letters(word)[0]).join('');
}
