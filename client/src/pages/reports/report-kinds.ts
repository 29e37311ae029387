/** The reports of the page: their names, and the files that belong to them. */
import { msg } from '@lit/localize';

export const REPORTS = ['departments', 'people', 'balances', 'occupancy', 'punctuality'] as const;
export type ReportKind = (typeof REPORTS)[number];

export function reportText(kind: ReportKind): string {
  const texts: Record<ReportKind, string> = {
    departments: msg('Departments'),
    people: msg('Late and absent'),
    balances: msg('Overtime and balances'),
    occupancy: msg('Occupancy'),
    punctuality: msg('Punctuality'),
  };
  return texts[kind];
}

export function isReport(kind: string | null): kind is ReportKind {
  return REPORTS.some((report) => report === kind);
}
