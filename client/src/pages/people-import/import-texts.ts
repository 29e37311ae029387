/** The words of an import. */
import { msg, str } from '@lit/localize';
import type {
  CsvDelimiter,
  ImportAct,
  ImportField,
  ImportProblem,
  TextEncoding,
} from '#protocol/people-files.ts';
import { faultText } from '../../components/error-text.ts';

export function fieldText(field: ImportField): string {
  const texts: Record<ImportField, () => string> = {
    number: () => msg('Employee number'),
    givenName: () => msg('Given name'),
    familyName: () => msg('Family name'),
    fullName: () => msg('Full name'),
    department: () => msg('Department'),
    jobTitle: () => msg('Job title'),
    startDate: () => msg('First day'),
    email: () => msg('Email'),
    phone: () => msg('Phone'),
    site: () => msg('Site'),
    status: () => msg('Status'),
  };
  return texts[field]();
}

export function actText(act: ImportAct): string {
  const texts: Record<ImportAct, () => string> = {
    create: () => msg('New', { id: 'import-create', desc: 'The person will be added' }),
    update: () => msg('Changed', { id: 'import-update', desc: 'The person will be changed' }),
    unchanged: () => msg('Unchanged', { id: 'import-unchanged' }),
    'left-out': () => msg('Left out', { id: 'import-left-out', desc: 'The row has problems' }),
  };
  return texts[act]();
}

/** “Email: enter an address such as … (no address)”. */
export function problemText({ field, value, message }: ImportProblem): string {
  const name = fieldText(field);
  const text = faultText({ path: field, message });
  return value === '' ? msg(str`${name}: ${text}`) : msg(str`${name} “${value}”: ${text}`);
}

export function delimiterText(delimiter: CsvDelimiter): string {
  const texts: Record<CsvDelimiter, () => string> = {
    semicolon: () => msg('Semicolon (;)'),
    comma: () => msg('Comma (,)'),
    tab: () => msg('Tab'),
    bar: () => msg('Vertical bar (|)'),
  };
  return texts[delimiter]();
}

export function encodingText(encoding: TextEncoding): string {
  const texts: Record<TextEncoding, () => string> = {
    'utf-8': () => 'UTF-8',
    'utf-16le': () => 'UTF-16',
    'utf-16be': () => 'UTF-16 (big-endian)',
    'windows-1252': () => msg('Western European (Windows-1252)'),
    'windows-1250': () => msg('Central European (Windows-1250)'),
  };
  return texts[encoding]();
}
