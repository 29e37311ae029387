/** Reports as files. It is written down who took which one. */
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { DECIMALS, DELIMITERS } from '../export/csv.ts';
import { csvTable, xlsxTable } from '../export/table.ts';
import { MusterError } from '../protocol/error.ts';
import type { FileContent } from '../protocol/endpoint.ts';
import { FILE_TYPES, type ReportFileQuery } from '../protocol/reports.ts';
import { monthSheetsPdf } from './month-sheet-pdf.ts';
import type { ReportQuery } from './report-query.ts';
import { reportTable } from './report-tables.ts';

export class ReportFiles {
  readonly #database: Database;
  readonly #query: ReportQuery;

  constructor({ database, query }: { database: Database; query: ReportQuery }) {
    this.#database = database;
    this.#query = query;
  }

  /** Throws MusterError `forbidden`, and `not-found` for a person who is not there in the span. */
  async open(file: ReportFileQuery, departments: readonly string[] | undefined): Promise<FileContent> {
    const { report, format, from, to, department, person } = file;
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
      content: this.#content(file, scope),
    };
  }

  #content(
    { report, format, from, language, delimiter, decimal, paper }: ReportFileQuery,
    scope: Awaited<ReturnType<ReportQuery['scope']>>,
  ): AsyncIterable<string | Uint8Array> {
    const month = from.slice(0, 7);
    if (report === 'month-sheets') {
      return monthSheetsPdf(this.#query.monthSheets(month, scope), { paper, language });
    }
    const table = reportTable(report, { query: this.#query, scope, month, language });
    if (format === 'xlsx') return xlsxTable(table);
    const usual = language === 'en' ? 'comma' : 'semicolon';
    const style = {
      delimiter: DELIMITERS[delimiter ?? usual],
      decimal: DECIMALS[decimal ?? (language === 'en' ? 'point' : 'comma')],
    };
    return csvTable(table, style);
  }
}
