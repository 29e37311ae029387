/** The links of many people as a file. Loaded when it is asked for: writing a workbook is much code. */
import { msg } from '@lit/localize';
import { writeCsv } from 'hucre/csv';
import { writeXlsx } from 'hucre/xlsx';
import { FILE_TYPES } from '#protocol/reports.ts';
import { dateTime } from '../../components/format.ts';
import { language } from '../../locales/language.ts';
import type { InvitationLink } from './invitation-links.ts';

export async function linksFile(links: readonly InvitationLink[], format: 'xlsx' | 'csv'): Promise<Blob> {
  const header = [msg('Name'), msg('Employee number'), msg('Link'), msg('Works until')];
  const rows = [
    header,
    ...links.map(({ name, number, link, expiresAt }) => [name, number, link, dateTime(expiresAt)]),
  ];
  if (format === 'csv') {
    const delimiter = language() === 'en' ? ',' : ';';
    const text = writeCsv(rows, { delimiter, bom: true, escapeFormulae: true });
    return new Blob([text], { type: 'text/csv' });
  }
  const workbook = await writeXlsx({
    sheets: [{ name: msg('Invitations'), rows, columns: [28, 18, 80, 22].map((width) => ({ width })) }],
  });
  return new Blob([new Uint8Array(workbook)], { type: FILE_TYPES.xlsx });
}
