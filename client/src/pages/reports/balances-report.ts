/** The overtime of each person in a month, and the balance at its end. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import type { BalancesReportView } from '#protocol/reports.ts';
import { signedSpan, span } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { api } from '../../session/api.ts';
import { personCell } from './person-cell.ts';
import { ReportElement } from './report-element.ts';

type Row = BalancesReportView['people'][number];

export class MusterBalancesReport extends ReportElement {
  readonly #people = new PagedList<Row>(this, async (page) => {
    const query = { ...page, month: this.month, ...this.ofDepartment };
    const { people, next } = await api.reports.balances({ query });
    return { items: people, next };
  });

  protected override refresh() {
    this.#people.refresh();
  }

  override render() {
    return listCard(this.#people, {
      empty: emptyState({
        icon: 'users',
        text: msg('Nobody worked here in this month.'),
        test: 'no-balances',
      }),
      table: (rows) =>
        dataTable<Row>({
          test: 'balances',
          columns: [
            { label: msg('Name'), cell: ({ person }) => personCell(person, this.month) },
            { label: msg('Department'), kind: 'wide', cell: ({ person }) => person.department },
            {
              label: msg('Carried over'),
              kind: 'wide',
              numeric: true,
              cell: ({ balance }) => (balance ? signedSpan(balance.carried) : ''),
            },
            {
              label: msg('Worked'),
              kind: 'wide',
              numeric: true,
              cell: ({ balance }) => (balance ? span(balance.worked) : ''),
            },
            {
              label: msg('Overtime'),
              numeric: true,
              cell: ({ balance }) => (balance ? signedSpan(balance.overtime) : ''),
            },
            {
              label: msg('Balance'),
              numeric: true,
              cell: ({ balance }) =>
                balance
                  ? html`<strong>${signedSpan(balance.balance)}</strong>`
                  : html`<span class="quiet">${msg('not begun')}</span>`,
            },
          ],
          items: rows,
          key: ({ person }) => person.id,
          row: ({ person }, cells) =>
            html`<tr data-test="balance" data-person=${person.id}>
              ${cells}
            </tr>`,
        }),
    });
  }
}

customElements.define('muster-balances-report', MusterBalancesReport);
