/** How many people are there, by weekday and hour: a table whose cells are the deeper the fuller the house is. */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import type { OccupancyView } from '#protocol/reports.ts';
import { dateFormat, number } from '../../locales/intl.ts';
import { groupBy } from '../../session/group-by.ts';

export const occupancyStyles = css`
  .occupancy table {
    font-size: 0.8125rem;
    table-layout: fixed;
    min-width: 44rem;
  }
  .occupancy th,
  .occupancy td {
    padding: 0.35rem 0.1rem;
    text-align: center;
    border: 0;
  }
  .occupancy tbody th {
    width: 4rem;
    text-align: start;
    padding-inline-start: 1rem;
  }
  .occupancy td {
    font-variant-numeric: tabular-nums;
  }
`;

/** A Monday. */
const MONDAY = Date.parse('2024-01-01T00:00:00Z');
const DAY = 86_400_000;

export function occupancyTable({ cells }: OccupancyView) {
  const most = Math.max(1, ...cells.map(({ average }) => average));
  const used = cells.filter(({ average }) => average > 0).map(({ hour }) => hour);
  const hours = Array.from({ length: 24 }, (_, hour) => hour).filter(
    (hour) => hour >= Math.min(...used) && hour <= Math.max(...used),
  );
  const rows = groupBy(cells, ({ weekday }) => weekday);
  return html`<div class="table occupancy" tabindex="0">
    <table data-test="occupancy">
      <caption class="sr">
        ${msg('People there on average, by weekday and hour')}
      </caption>
      <thead>
        <tr>
          <th scope="col"><span class="sr">${msg('Weekday')}</span></th>
          ${hours.map((hour) => html`<th scope="col">${hour}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${[...rows].map(
          ([weekday, of]) =>
            html`<tr>
              <th scope="row">${weekdayText(weekday)}</th>
              ${of.filter(({ hour }) => hours.includes(hour)).map((cell) => occupancyCell(cell, most))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function occupancyCell({ average, most: highest }: OccupancyView['cells'][number], most: number) {
  const share = Math.round((average / most) * 55);
  const background = `color-mix(in srgb, var(--m-accent) ${share}%, transparent)`;
  return html`<td style=${styleMap({ background })} title=${msg(str`At most ${count(highest)}`)}>
    ${average === 0 ? '' : count(average)}
  </td>`;
}

function count(people: number): string {
  return number(people, { maximumFractionDigits: people < 10 ? 1 : 0 });
}

function weekdayText(weekday: number): string {
  return dateFormat({ weekday: 'short', timeZone: 'UTC' }).format(MONDAY + (weekday - 1) * DAY);
}
