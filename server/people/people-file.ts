/** The people of a list as a file, in the shape that an import takes. It is written down who took it. */
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { delimiterOf, type ExportDefaults } from '../export/csv.ts';
import { csvTable, type Table, type TableCell } from '../export/table.ts';
import { xlsxTable } from '../export/xlsx.ts';
import type { ModelContract } from '../protocol/analyzer.ts';
import type { FileContent } from '../protocol/endpoint.ts';
import type { Language } from '../protocol/language.ts';
import type { PeopleFileQuery } from '../protocol/people-files.ts';
import type { PersonStatus } from '../protocol/people.ts';
import { FILE_TYPES } from '../protocol/reports.ts';
import { type FilterBasis, findPeople, type PeopleFilter } from './people-query.ts';

/** People that are read at once. */
const PAGE = 1_000;

interface FileTexts {
  name: string;
  columns: readonly [
    number: string,
    givenName: string,
    familyName: string,
    department: string,
    jobTitle: string,
    startDate: string,
    email: string,
    phone: string,
    site: string,
    status: string,
  ];
  status: Record<PersonStatus, string>;
}

/** An import knows all of them. */
const TEXTS: Record<Language, FileTexts> = {
  en: {
    name: 'People',
    columns: [
      'Employee number',
      'Given name',
      'Family name',
      'Department',
      'Job title',
      'First day',
      'Email',
      'Phone',
      'Site',
      'Status',
    ],
    status: { active: 'Active', suspended: 'Suspended', left: 'Left' },
  },
  // cspell:disable
  de: {
    name: 'Personen',
    columns: [
      'Personalnummer',
      'Vorname',
      'Nachname',
      'Abteilung',
      'Position',
      'Erster Arbeitstag',
      'E-Mail',
      'Telefon',
      'Standort',
      'Status',
    ],
    status: { active: 'Aktiv', suspended: 'Gesperrt', left: 'Ausgeschieden' },
  },
  // cspell:enable
};

export interface PeopleFileOptions {
  database: Database;
  /** Of the model pack in use, by which a filter tells who is enrolled. */
  contract: ModelContract;
  consentTexts: FilterBasis['consentTexts'];
  /** `config.exports` at the moment. */
  defaults: () => ExportDefaults;
}

export class PeopleFile {
  readonly #database: Database;
  readonly #basis: FilterBasis;
  readonly #defaults: () => ExportDefaults;

  constructor({ database, contract, consentTexts, defaults }: PeopleFileOptions) {
    this.#database = database;
    this.#basis = { contract, consentTexts };
    this.#defaults = defaults;
  }

  async open({ language, delimiter, ...query }: PeopleFileQuery): Promise<FileContent> {
    const { format = this.#defaults().format, ...filter } = query;
    await this.#database.transaction((em) =>
      audit(em, { act: 'people.exported', after: { format, filters: filtersOf(filter) } }),
    );
    const texts = TEXTS[language];
    const table: Table = {
      name: texts.name,
      columns: texts.columns.map((header, i) => ({ header, kind: i === START ? 'date' : 'text' })),
      rows: this.#rows(filter, texts),
    };
    return {
      type: FILE_TYPES[format],
      name: `people.${format}`,
      content:
        format === 'xlsx'
          ? xlsxTable(table)
          : csvTable(table, { delimiter: delimiterOf(delimiter, this.#defaults(), language), decimal: '.' }),
    };
  }

  async *#rows(filter: PeopleFilter, { status }: FileTexts): AsyncGenerator<readonly TableCell[]> {
    const em = this.#database.fork();
    let after: string | undefined;
    do {
      const page = await findPeople(em, { ...filter, limit: PAGE, after }, this.#basis);
      const rows = await em.execute<{ cells: (string | null)[]; status: PersonStatus }[]>(
        `select array[p.number, p.given_name, p.family_name, p.department, p.job_title, p.start_date::text, p.email,
                      p.phone, site.name] cells, p.status
         from unnest(?::uuid[]) with ordinality as wanted (id, place) join person p on p.id = wanted.id
         left join site on site.id = p.site_id order by wanted.place`,
        [`{${page.ids.join(',')}}`],
      );
      for (const { cells, ...row } of rows) {
        yield [...cells.map((cell) => (cell === '' ? null : cell)), status[row.status]];
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
}

/** Their names only: what was searched for may be a name. */
function filtersOf(filter: PeopleFilter): string[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [name],
  );
}

/** The place of the only column that holds dates. */
const START = 5;
