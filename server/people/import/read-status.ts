import type { PersonStatus } from '../../protocol/people.ts';
import { fold } from './guess-columns.ts';

// cspell:disable
const WORDS: Record<PersonStatus, readonly string[]> = {
  active: ['active', 'aktiv', 'employed', 'beschaftigt', 'angestellt'],
  suspended: [
    'suspended',
    'gesperrt',
    'on leave',
    'inactive',
    'inaktiv',
    'ruhend',
    'beurlaubt',
    'freigestellt',
  ],
  left: [
    'left',
    'ausgeschieden',
    'ausgetreten',
    'terminated',
    'former',
    'ehemalig',
    'gekundigt',
    'resigned',
    'retired',
    'pensioniert',
  ],
};

// cspell:enable

/** Null for a word that is not known. */
export function readStatus(text: string): PersonStatus | null {
  const word = fold(text);
  const [status] = Object.entries(WORDS).find(([, words]) => words.includes(word)) ?? [];
  return (status as PersonStatus | undefined) ?? null;
}
