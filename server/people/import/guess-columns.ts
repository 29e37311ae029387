// cspell:ignore Pers Vorname
/** Which column of a file is which field, by the names that HR programs give to columns in English and German. */
import {
  IMPORT_FIELDS,
  IMPORT_LIMITS,
  type ImportColumns,
  type ImportField,
} from '../../protocol/people-files.ts';

// cspell:disable
/** Folded as `fold` does it. The earlier a name stands, the surer it is. */
const NAMES: Record<ImportField, readonly string[]> = {
  number: [
    'employee number',
    'personnel number',
    'personalnummer',
    'employee id',
    'employee no',
    'personnel no',
    'personnel id',
    'staff number',
    'staff no',
    'staff id',
    'payroll number',
    'payroll id',
    'worker id',
    'person number',
    'pers nr',
    'persnr',
    'personal nr',
    'personalnr',
    'pnr',
    'perno',
    'mitarbeiternummer',
    'mitarbeiter nr',
    'mitarbeiternr',
    'ma nr',
    'manr',
    'mitarbeiter id',
    'angestelltennummer',
    'stammnummer',
    'ausweisnummer',
    'badge number',
    'emp id',
    'emp no',
    'empno',
    'employee',
    'number',
    'nummer',
    'nr',
    'no',
    'id',
  ],
  givenName: [
    'given name',
    'given names',
    'first name',
    'firstname',
    'forename',
    'christian name',
    'vorname',
    'vornamen',
    'rufname',
    'preferred name',
    'prename',
    'first',
    'given',
  ],
  familyName: [
    'family name',
    'last name',
    'lastname',
    'surname',
    'nachname',
    'familienname',
    'zuname',
    'second name',
    'last',
    'family',
  ],
  fullName: [
    'full name',
    'name',
    'employee name',
    'display name',
    'vollstandiger name',
    'name vorname',
    'nachname vorname',
    'vorname nachname',
    'mitarbeitername',
    'mitarbeiter',
    'mitarbeiterin',
    'anzeigename',
    'person',
    'worker',
  ],
  department: [
    'department',
    'abteilung',
    'department name',
    'abteilungsname',
    'dept',
    'abt',
    'organizational unit',
    'org unit',
    'organisationseinheit',
    'orgeinheit',
    'unit',
    'team',
    'bereich',
    'division',
    'fachbereich',
    'kostenstelle',
    'cost center',
    'cost centre',
  ],
  jobTitle: [
    'job title',
    'position',
    'title',
    'job',
    'role',
    'function',
    'funktion',
    'stelle',
    'stellenbezeichnung',
    'berufsbezeichnung',
    'tatigkeit',
    'beruf',
    'rolle',
  ],
  startDate: [
    'first day',
    'start date',
    'hire date',
    'date of hire',
    'entry date',
    'date of entry',
    'joining date',
    'date of joining',
    'joined',
    'employed since',
    'eintrittsdatum',
    'eintritt',
    'einstellungsdatum',
    'beschaftigt seit',
    'beginn',
    'erster tag',
    'erster arbeitstag',
    'startdatum',
    'start',
    'since',
    'seit',
  ],
  email: [
    'email',
    'e mail',
    'email address',
    'e mail address',
    'mail',
    'work email',
    'business email',
    'email adresse',
    'e mail adresse',
    'mailadresse',
    'dienstliche e mail',
  ],
  phone: [
    'phone',
    'phone number',
    'telephone',
    'work phone',
    'business phone',
    'mobile',
    'mobile phone',
    'telefon',
    'telefonnummer',
    'tel',
    'rufnummer',
    'durchwahl',
    'mobil',
    'handy',
    'handynummer',
    'mobiltelefon',
    'mobilnummer',
  ],
  site: [
    'site',
    'location',
    'work location',
    'office',
    'standort',
    'niederlassung',
    'betriebsstatte',
    'werk',
    'arbeitsort',
    'plant',
  ],
  status: [
    'status',
    'state',
    'employment status',
    'employee status',
    'beschaftigungsstatus',
    'mitarbeiterstatus',
    'zustand',
    'active',
    'aktiv',
  ],
};

// cspell:enable

/** Letters and digits in lower case without accents, words apart: `Pers.-Nr.` is `pers nr`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The column of each field that has one. Each column is at most one field. */
export function guessColumns(header: readonly string[], rows: readonly (readonly string[])[]): ImportColumns {
  const found = header.slice(0, IMPORT_LIMITS.columns).flatMap((name, i) =>
    IMPORT_FIELDS.flatMap((field) => {
      const rank = rankOf(field, fold(name));
      return rank === null ? [] : [{ column: i + 1, field, rank }];
    }),
  );
  const columns: ImportColumns = {};
  const taken = new Set<number>();
  const take = (field: ImportField, column: number) => {
    if (columns[field] !== undefined || taken.has(column)) return;
    columns[field] = column;
    taken.add(column);
  };
  for (const { field, column } of found.toSorted((a, b) => a.rank - b.rank || a.column - b.column)) {
    take(field, column);
  }
  const addresses = header.findIndex((_, i) => isAddresses(rows.map((row) => row[i] ?? '')));
  if (addresses !== -1) take('email', addresses + 1);
  return sensible(columns);
}

/** The row with the most names that are known, or the first row that is not blank. The first row is 1. */
export function guessHeaderRow(rows: readonly (readonly string[])[]): number {
  const known = rows
    .slice(0, IMPORT_LIMITS.headerRows)
    .map((row) => Object.keys(guessColumns(row, [])).length);
  const most = Math.max(0, ...known);
  const index = most > 1 ? known.indexOf(most) : rows.findIndex((row) => row.some((cell) => cell !== ''));
  return Math.max(0, index) + 1;
}

/** The smaller, the surer; null where the name says nothing. A name that only contains a known one is less sure. */
function rankOf(field: ImportField, name: string): number | null {
  const names = NAMES[field];
  const exact = names.indexOf(name);
  if (exact !== -1) return exact;
  const compact = names.findIndex((one) => one.replaceAll(' ', '') === name.replaceAll(' ', ''));
  if (compact !== -1) return compact;
  const within = names.findIndex((one) => one.length > 4 && ` ${name} `.includes(` ${one} `));
  return within === -1 ? null : 1_000 + within;
}

function isAddresses(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => /^[^\s@]+@[^\s@]+$/.test(cell));
}

/** `Name` beside `Vorname` is the family name alone. */
function sensible({ fullName, ...columns }: ImportColumns): ImportColumns {
  if (fullName === undefined) return columns;
  const { givenName, familyName } = columns;
  if (givenName === undefined && familyName === undefined) return { ...columns, fullName };
  if (givenName !== undefined && familyName === undefined) return { ...columns, familyName: fullName };
  return columns;
}
