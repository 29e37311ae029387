/** The outcome of an import as a file: what was done with each row, and what is wrong with those that were left out. */
import { msg } from '@lit/localize';
import type { ImportRow } from '#protocol/people-files.ts';
import { csvLine, type CsvStyle } from '../../../../server/export/csv.ts';
import { language } from '../../locales/language.ts';
import { actText, fieldText, problemText } from './import-texts.ts';

export function resultFile(rows: readonly ImportRow[]): Blob {
  const style: CsvStyle = { delimiter: language() === 'en' ? ',' : ';', decimal: '.' };
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
  const text = [header, ...lines].map((cells) => csvLine(cells, style)).join('');
  return new Blob([`\uFEFF${text}`], { type: 'text/csv' });
}
