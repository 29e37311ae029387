/** Profiles of files for payroll, and the files. It is written down who took which one. */
import { audit } from '../audit/audit.ts';
import { spanOf } from '../attendance/closed-months.ts';
import type { Database } from '../db/database.ts';
import { PayrollProfile } from '../db/entities/payroll-profile.ts';
import type { FileContent } from '../protocol/endpoint.ts';
import { payrollFault, type PayrollFileQuery, type PayrollProfileRecord } from '../protocol/payroll.ts';
import { FILE_TYPES } from '../protocol/reports.ts';
import { fault, type RecordKind, RecordSet } from '../records/record-set.ts';
import { allSites } from '../sites/site-service.ts';
import { payrollCsv, payrollXlsx } from './payroll-file.ts';
import { payrollColumns, payrollLines } from './payroll-table.ts';
import type { ReportQuery } from './report-query.ts';

export class PayrollService {
  readonly profiles: RecordSet<PayrollProfile, PayrollProfileRecord>;
  readonly #database: Database;
  readonly #query: ReportQuery;

  constructor({ database, query }: { database: Database; query: ReportQuery }) {
    this.#database = database;
    this.#query = query;
    this.profiles = new RecordSet(database, PROFILES);
  }

  /** Throws MusterError `not-found`. */
  async file(profileId: string, { month, department }: PayrollFileQuery): Promise<FileContent> {
    const profile = await this.profiles.get(profileId);
    const scope = await this.#query.scope({ ...spanOf(month), department }, undefined);
    const sites = await allSites(this.#database.fork());
    const siteNames = new Map([['', sites[0]!.name], ...sites.map(({ id, name }) => [id, name] as const)]);
    await this.#database.transaction((em) =>
      audit(em, {
        act: 'payroll.exported',
        object: { kind: 'payroll-profile', id: profileId },
        after: { profile: profile.name, month, department: department ?? null },
      }),
    );
    const lines = payrollLines({ query: this.#query, scope, month, profile, siteNames });
    const columns = payrollColumns(profile);
    return {
      type: FILE_TYPES[profile.format],
      name: `payroll-${month}.${profile.format}`,
      content:
        profile.format === 'csv' ? payrollCsv(columns, lines, profile) : payrollXlsx(columns, lines, profile),
    };
  }
}

const PROFILES: RecordKind<PayrollProfile, PayrollProfileRecord> = {
  entity: PayrollProfile,
  name: 'profile',
  acts: {
    created: 'payroll-profile.created',
    changed: 'payroll-profile.changed',
    removed: 'payroll-profile.removed',
  },
  subject: ({ id }) => ({ kind: 'payroll-profile', id }),
  order: { name: 'asc' },
  fieldsOf: ({ name, settings }) => ({ name, ...settings }),
  rowOf: ({ name, ...settings }) => ({ name, settings }),
  detailOf: (fields) => ({ ...fields }),
  check: async (_em, fields) => {
    const found = payrollFault(fields);
    if (found) throw fault(found.path, found.message);
  },
  unique: { path: 'name', message: 'is the name of another profile' },
};
