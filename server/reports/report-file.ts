/** Reports as files. It is written down who took which one. */
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { DECIMALS, delimiterOf, type ExportDefaults } from '../export/csv.ts';
import { csvTable } from '../export/table.ts';
import { xlsxTable } from '../export/xlsx.ts';
import { MusterError } from '../protocol/error.ts';
import type { FileContent } from '../protocol/endpoint.ts';
import { FILE_TYPES, type ReportFileQuery } from '../protocol/reports.ts';
import { monthSheetsPdf } from './month-sheet-pdf.ts';
import type { ReportQuery } from './report-query.ts';
import { reportTable } from './report-tables.ts';

export interface ReportFilesOptions {
  database: Database;
  query: ReportQuery;
  /** `config.exports` at the moment. */
  defaults: () => ExportDefaults;
}

export class ReportFiles {
  readonly #database: Database;
  readonly #query: ReportQuery;

  readonly #defaults: () => ExportDefaults;

  constructor({ database, query, defaults }: ReportFilesOptions) {
    this.#database = database;
    this.#query = query;
    this.#defaults = defaults;
  }

  /** Throws MusterError `forbidden`, and `not-found` for a person who is not there in the span. */
  async open(file: ReportFileQuery, departments: readonly string[] | undefined): Promise<FileContent> {
    const { report, from, to, department, person } = file;
    const format = file.format ?? this.#defaults().format;
    const scope = await this.#query.scope({ from, to, department }, departments);
    if (person !== undefined) {
      scope.people = scope.people.filter(({ id }) => id === person);
      if (scope.people.length === 0) throw new MusterError('not-found', 'There is no such person.');
    }
    await this.#database.transaction((em) =>
      audit(em, {
        act: 'report.exported',
        ...(person !== undefined && { object: { kind: 'person', id: person } }),
        after: { report, format, from, to, department: department ?? null },
      }),
    );
    return {
      type: FILE_TYPES[format],
      name: `${report}-${from}-${to}.${format}`,
      content: this.#content(file, format, scope),
    };
  }

  #content(
    { report, from, language, delimiter, decimal, paper }: ReportFileQuery,
    format: keyof typeof FILE_TYPES,
    scope: Awaited<ReturnType<ReportQuery['scope']>>,
  ): AsyncIterable<string | Uint8Array> {
    const month = from.slice(0, 7);
    if (report === 'month-sheets') {
      return monthSheetsPdf(this.#query.monthSheets(month, scope), { paper, language });
    }
    const table = reportTable(report, { query: this.#query, scope, month, language });
    if (format === 'xlsx') return xlsxTable(table);
    const style = {
      delimiter: delimiterOf(delimiter, this.#defaults(), language),
      decimal: DECIMALS[decimal ?? (language === 'en' ? 'point' : 'comma')],
    };
    return csvTable(table, style);
  }
}
