/** The hours of each department in a month. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import type { DepartmentsReportView } from '#protocol/reports.ts';
import { signedSpan, span } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthSpan } from '../../components/month-choice.ts';
import { number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import './bar-chart.ts';
import { ReportElement } from './report-element.ts';

type Row = DepartmentsReportView['departments'][number];

export class MusterDepartmentsReport extends ReportElement {
  readonly #report = new Loaded(this, () =>
    api.reports.departments({ query: { ...monthSpan(this.month), ...this.ofDepartment } }),
  );

  protected override refresh() {
    this.#report.refresh();
  }

  override render() {
    const { value, error } = this.#report;
    return html`<div class="stack">
      ${listCard(
        { items: value?.departments ?? null, error },
        {
          empty: emptyState({
            icon: 'reports',
            text:
              value?.through === null
                ? msg('No day of this month is over.')
                : msg('Nobody worked here in this month.'),
            test: 'no-report',
          }),
          table: (rows) => html`${chart(rows)}${this.#table(rows)}`,
        },
      )}
    </div>`;
  }

  #table(rows: readonly Row[]) {
    return dataTable<Row>({
      test: 'departments',
      columns: [
        { label: msg('Department'), cell: ({ department }) => this.#link(department) },
        { label: msg('People'), kind: 'wide', numeric: true, cell: ({ people }) => number(people) },
        { label: msg('Planned'), kind: 'wide', numeric: true, cell: ({ figures }) => span(figures.planned) },
        { label: msg('Worked'), numeric: true, cell: ({ figures }) => span(figures.worked) },
        { label: msg('Overtime'), numeric: true, cell: ({ figures }) => signedSpan(figures.overtime) },
        {
          label: msg('Late'),
          kind: 'wide',
          numeric: true,
          cell: ({ figures }) => number(figures.late.times),
        },
        { label: msg('Absent'), kind: 'wide', numeric: true, cell: ({ figures }) => number(figures.absent) },
        {
          label: msg('Missing punches'),
          kind: 'wider',
          numeric: true,
          cell: ({ figures }) => number(figures.incomplete),
        },
      ],
      items: rows,
      key: ({ department }) => department,
      row: ({ department }, cells) =>
        html`<tr data-test="department" data-department=${department}>
          ${cells}
        </tr>`,
    });
  }

  #link(department: string) {
    if (department === '') return msg('Without a department');
    const query = new URLSearchParams({ report: 'people', month: this.month, department });
    return html`<a href="/reports?${query.toString()}">${department}</a>`;
  }
}

const HOUR = 3_600_000;

function hours(milliseconds: number): number {
  return Math.round(milliseconds / HOUR);
}

function chart(rows: readonly Row[]) {
  const bars = {
    labels: rows.map(({ department }) => department || msg('Without a department')),
    sets: [
      {
        label: msg('Planned (h)'),
        color: 'out' as const,
        values: rows.map((row) => hours(row.figures.planned)),
      },
      {
        label: msg('Worked (h)'),
        color: 'in' as const,
        values: rows.map((row) => hours(row.figures.worked)),
      },
    ],
  };
  return html`<muster-bar-chart .bars=${bars}></muster-bar-chart>`;
}

customElements.define('muster-departments-report', MusterDepartmentsReport);
