/** Occupancy by weekday and hour in a month, and punctuality week by week over three months. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import type { OccupancyView, PunctualityView } from '#protocol/reports.ts';
import { alert } from '../../components/alert.ts';
import { span } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthSpan } from '../../components/month-choice.ts';
import { number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import './bar-chart.ts';
import { occupancyStyles, occupancyTable } from './occupancy-table.ts';
import { ReportElement } from './report-element.ts';

type Span = PunctualityView['spans'][number];
type Content = { occupancy: OccupancyView } | { punctuality: PunctualityView };

/** So many months that a change can be seen. */
const MONTHS = 3;

export class MusterHoursReport extends ReportElement {
  static override properties = { ...ReportElement.properties, kind: {} };
  static override styles = [...ReportElement.styles, occupancyStyles];
  declare kind: 'occupancy' | 'punctuality';
  readonly #content = new Loaded(this, () => this.#load());

  protected override refresh() {
    this.#content.refresh();
  }

  async #load(): Promise<Content> {
    const of = this.ofDepartment;
    return this.kind === 'occupancy'
      ? { occupancy: await api.reports.occupancy({ query: { ...monthSpan(this.month), ...of } }) }
      : {
          punctuality: await api.reports.punctuality({ query: { ...monthSpan(this.month, MONTHS), ...of } }),
        };
  }

  override render() {
    const { value, error } = this.#content;
    return html`${alert(error)}
      <div class="card flush">${value ? this.#shown(value) : nothing}</div>`;
  }

  #shown(content: Content) {
    const isEmpty =
      'occupancy' in content
        ? content.occupancy.cells.every(({ average }) => average === 0)
        : content.punctuality.spans.length === 0;
    if (isEmpty) {
      return html`<div class="empty" data-test="no-report">
        <p>${msg('There is nothing to show in this time.')}</p>
      </div>`;
    }
    if ('occupancy' in content) return occupancyTable(content.occupancy);
    const { spans } = content.punctuality;
    return html`${chart(spans)}${table(spans)}`;
  }
}

function chart(spans: readonly Span[]) {
  const bars = {
    labels: spans.map((one) => one.span),
    sets: [
      { label: msg('On time'), color: 'in' as const, values: spans.map(({ came, late }) => came - late) },
      { label: msg('Late'), color: 'warn' as const, values: spans.map(({ late }) => late) },
      { label: msg('Absent'), color: 'danger' as const, values: spans.map(({ absent }) => absent) },
    ],
    stacked: true,
  };
  return html`<muster-bar-chart .bars=${bars}></muster-bar-chart>`;
}

function table(spans: readonly Span[]) {
  const share = ({ came, late }: Span) =>
    came === 0 ? '' : number((came - late) / came, { style: 'percent' });
  return dataTable<Span>({
    test: 'punctuality',
    columns: [
      { label: msg('Week'), cell: (one) => one.span },
      { label: msg('On time'), numeric: true, cell: share },
      { label: msg('Late'), numeric: true, cell: ({ late }) => number(late) },
      { label: msg('Late by'), kind: 'wide', numeric: true, cell: ({ lateBy }) => span(lateBy) },
      { label: msg('Left early'), kind: 'wide', numeric: true, cell: ({ early }) => number(early) },
      { label: msg('Absent'), numeric: true, cell: ({ absent }) => number(absent) },
    ],
    items: spans,
    key: (one) => one.span,
    row: (_one, cells) =>
      html`<tr>
        ${cells}
      </tr>`,
  });
}

customElements.define('muster-hours-report', MusterHoursReport);
