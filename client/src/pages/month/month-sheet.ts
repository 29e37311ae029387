/** The sheet of a month: its sums, what came later about closed months, and its dates. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { MonthSheetDay, MonthSheetView } from '#protocol/reports.ts';
import { clockTime, longDate, signedSpan, span } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { dateFormat, number, plural } from '../../locales/intl.ts';
import { flagText, leaveText } from './sheet-text.ts';

export const sheetStyles = css`
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
    gap: 1rem;
    margin: 0;
  }
  dt {
    color: var(--m-quiet);
    font-size: 0.875rem;
  }
  dd {
    margin: 0;
    font-weight: 620;
    font-variant-numeric: tabular-nums;
  }
  h1 {
    overflow-wrap: anywhere;
  }
  td,
  th {
    padding-block: 0.5rem;
  }
  td.at,
  td.number {
    white-space: nowrap;
  }
  tr[data-free] {
    color: var(--m-quiet);
  }
  .flags {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  @media (max-width: 45rem) {
    td,
    th {
      padding-inline: 0.4rem;
    }
    td.at:not(:first-child) {
      white-space: normal;
    }
  }
`;

function sheetSums({ figures, balance, through, closed }: MonthSheetView) {
  const { planned, worked, credited, overtime, late, absent, incomplete, leave } = figures;
  const facts: (readonly [string, string] | null)[] = [
    [msg('Worked'), span(worked)],
    [msg('Planned'), span(planned)],
    credited > 0 ? [msg('Credited'), span(credited)] : null,
    [msg('Overtime'), signedSpan(overtime)],
    balance && [msg('Balance'), signedSpan(balance.balance)],
    late.times > 0 ? [msg('Late'), timesText(late)] : null,
    absent > 0 ? [msg('Absent'), number(absent)] : null,
    incomplete > 0 ? [msg('Missing punches'), number(incomplete)] : null,
    ...(['vacation', 'sick', 'trip', 'unpaid'] as const).map((kind) =>
      leave[kind] > 0 ? ([leaveText(kind), daysText(leave[kind])] as const) : null,
    ),
  ];
  return html`<dl data-test="month-figures">
      ${facts
        .filter((fact) => fact !== null)
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
    </dl>
    <p class="small quiet">
      ${closed ? html`<span class="chip good">${msg('Closed')}</span>` : nothing}
      ${through === null ? msg('No day of this month is over.') : msg(str`Counted through ${longDate(through)}.`)}
    </p>`;
}

function timesText({ times, by }: { times: number; by: number }): string {
  return plural(times, {
    one: msg(str`once, ${span(by)}`),
    other: msg(str`${number(times)} times, ${span(by)}`),
  });
}

export function daysText(days: number): string {
  return plural(days, { one: msg('1 day'), other: msg(str`${number(days)} days`) });
}

function sheetAdjustments({ adjustments: all }: MonthSheetView) {
  if (all.length === 0) return nothing;
  return html`<section class="card stack" data-test="adjustments">
    <h2>${msg('Adjustments of closed months')}</h2>
    ${all.map(({ date, difference }) => html`<p>${longDate(date)}: ${signedSpan(difference.worked)}</p>`)}
  </section>`;
}

/** @param dateCell what stands for a date; by default the date itself */
function sheetTable(
  { days }: MonthSheetView,
  dateCell: (day: MonthSheetDay) => unknown = ({ date }) => shortDay(date),
) {
  const columns: Column<MonthSheetDay>[] = [
    { label: msg('Date'), kind: 'at', cell: dateCell },
    { label: msg('Plan'), kind: 'wide', cell: plan },
    {
      label: msg('From – to'),
      kind: 'at',
      cell: (day) =>
        html`${times(day)}
          <div class="narrow">${remarks(day)}</div>`,
    },
    {
      label: msg('Breaks'),
      kind: 'wider',
      numeric: true,
      cell: ({ pauses, deducted }) => some(pauses + deducted),
    },
    { label: msg('Worked'), numeric: true, cell: ({ worked }) => some(worked) },
    {
      label: msg('Overtime'),
      numeric: true,
      kind: 'wide',
      cell: ({ over, overtime }) => (over && overtime !== 0 ? signedSpan(overtime) : ''),
    },
    { label: msg('Remarks'), kind: 'wide', cell: remarks },
  ];
  return dataTable({
    test: 'month',
    columns,
    items: days,
    key: ({ date }) => date,
    row: (day, cells) =>
      html`<tr
        data-test="month-day"
        data-date=${day.date}
        ?data-free=${day.planned + day.worked === 0 && day.stays.length === 0}
      >
        ${cells}
      </tr>`,
  });
}

function some(milliseconds: number): string {
  return milliseconds > 0 ? span(milliseconds) : '';
}

function plan({ shifts, holiday }: MonthSheetDay) {
  return html`${holiday ? html`<div>${holiday}</div>` : nothing}${shifts.map(
    ({ name, begin, end }) =>
      html`<div>
        <span class="nowrap">${clockTime(begin)} – ${clockTime(end)}</span>
        <span class="small quiet">${name}</span>
      </div>`,
  )}`;
}

function shown(time: string | null): string {
  return time === null ? '?' : clockTime(time);
}

function times({ stays }: MonthSheetDay) {
  return stays.map(({ arrival, departure }) => html`<div>${shown(arrival)} – ${shown(departure)}</div>`);
}

function remarks({ flags, leave, corrected }: MonthSheetDay) {
  return html`<div class="flags">
    ${leave.map(({ kind }) => html`<span class="chip info">${leaveText(kind)}</span>`)}
    ${flags.map((flag) => html`<span class="chip warn" data-flag=${flag.kind}>${flagText(flag)}</span>`)}
    ${corrected ? html`<span class="chip">${msg('corrected')}</span>` : nothing}
  </div>`;
}

/** @param date YYYY-MM-DD */
export function shortDay(date: string): string {
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

interface SheetCardOptions {
  /** The month that is asked for: the sheet may still be of another one. */
  month: string;
  onDownload: () => void;
  /** Beside the button that downloads the sheet. */
  more?: unknown;
  dateCell?: (day: MonthSheetDay) => unknown;
}

/** The whole sheet, as pages show it. */
export function monthSheet(sheet: MonthSheetView, { month, onDownload, more, dateCell }: SheetCardOptions) {
  return html`<section class="card stack" aria-busy=${String(sheet.month !== month)}>
      ${sheetSums(sheet)}
      <div class="row">
        <wa-button size="s" appearance="outlined" @click=${onDownload} data-test="sheet-pdf">
          <wa-icon slot="start" name="download"></wa-icon>${msg('Month sheet (PDF)')}
        </wa-button>
        ${more ?? nothing}
      </div>
    </section>
    ${sheetAdjustments(sheet)}
    <div class="card flush">${sheetTable(sheet, dateCell)}</div>`;
}
