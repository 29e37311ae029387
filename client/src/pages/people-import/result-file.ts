/** The outcome of an import as a file: what was done with each row, and what is wrong with those that were left out. */
import { msg } from '@lit/localize';
import { writeCsv } from 'hucre/csv';
import type { ImportRow } from '#protocol/people-files.ts';
import { language } from '../../locales/language.ts';
import { actText, fieldText, problemText } from './import-texts.ts';

export function resultFile(rows: readonly ImportRow[]): Blob {
  const header = [
    msg('Row'),
    msg('Employee number'),
    msg('Name'),
    msg('Result', { id: 'import-result' }),
    msg('Changed fields'),
    msg('Problems'),
  ];
  const lines = rows.map(({ row, number, name, act, changes, problems }) => [
    row,
    number,
    name,
    actText(act),
    changes.map(fieldText).join(', '),
    problems.map(problemText).join('\n'),
  ]);
  const delimiter = language() === 'en' ? ',' : ';';
  // A spreadsheet runs text that begins like a formula, and the text may be a name of the file.
  const text = writeCsv([header, ...lines], { delimiter, bom: true, escapeFormulae: true });
  return new Blob([text], { type: 'text/csv' });
}
