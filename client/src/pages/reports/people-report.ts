/** The people of a month with whom there is something to talk about: late, gone early, absent, or a punch is missing. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import type { PeopleReportView } from '#protocol/reports.ts';
import { span } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { monthSpan } from '../../components/month-choice.ts';
import { number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { personCell } from './person-cell.ts';
import { ReportElement } from './report-element.ts';

type Row = PeopleReportView['people'][number];

export class MusterPeopleReport extends ReportElement {
  readonly #people = new PagedList<Row>(this, async (page) => {
    const query = { ...page, ...monthSpan(this.month), ...this.ofDepartment, only: 'remarkable' as const };
    const { people, next } = await api.reports.people({ query });
    return { items: people, next };
  });

  protected override refresh() {
    this.#people.refresh();
  }

  override render() {
    return listCard(this.#people, {
      empty: emptyState({
        icon: 'circle-check',
        text: msg('Nobody was late or absent, and no punch is missing.'),
        test: 'nothing-remarkable',
      }),
      table: (rows) =>
        dataTable<Row>({
          test: 'remarkable',
          columns: [
            { label: msg('Name'), cell: ({ person }) => personCell(person, this.month) },
            { label: msg('Department'), kind: 'wide', cell: ({ person }) => person.department },
            { label: msg('Late'), numeric: true, cell: ({ figures }) => times(figures.late) },
            {
              label: msg('Left early'),
              kind: 'wide',
              numeric: true,
              cell: ({ figures }) => times(figures.early),
            },
            { label: msg('Absent'), numeric: true, cell: ({ figures }) => some(figures.absent) },
            {
              label: msg('Missing punches'),
              kind: 'wide',
              numeric: true,
              cell: ({ figures }) => some(figures.incomplete),
            },
          ],
          items: rows,
          key: ({ person }) => person.id,
          row: ({ person }, cells) =>
            html`<tr data-test="remarkable-person" data-person=${person.id}>
              ${cells}
            </tr>`,
        }),
    });
  }
}

function some(count: number): string {
  return count === 0 ? '' : number(count);
}

function times({ times: count, by }: { times: number; by: number }): string {
  return count === 0 ? '' : msg(str`${number(count)} × (${span(by)})`);
}

customElements.define('muster-people-report', MusterPeopleReport);
