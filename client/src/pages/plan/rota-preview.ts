/** The next weeks of a rota, day by day, without holidays and absences. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import { mondayOf, weekOf } from '#protocol/rota-weeks.ts';
import type { RotaRecord, ShiftView } from '#protocol/schedules.ts';
import { addDays } from '../../components/format.ts';
import { dateFormat } from '../../locales/intl.ts';
import { shortDay } from '../month/month-sheet.ts';
import { hoursText } from './shift-text.ts';

/** At least as many weeks, so that a rota of one week does not look like a single one. */
const LEAST = 2;
const MOST = 6;
/** Shifts are told apart by as many colors. */
const COLORS = 4;

export const previewStyles = css`
  .weeks,
  .week {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .weeks {
    display: grid;
    gap: 0.6rem;
  }
  .week {
    display: grid;
    grid-template-columns: repeat(7, minmax(0, 1fr));
    gap: 0.3rem;
    margin-top: 0.2rem;
  }
  .week li {
    padding: 0.35rem 0.5rem;
    border-radius: 8px;
    background: var(--m-chip);
    color: var(--m-quiet);
    font-size: 0.8125rem;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  .week .date,
  .week b {
    display: block;
  }
  .week b {
    font-weight: 620;
  }
  .week [data-color='0'] {
    background: var(--m-in-soft);
    color: var(--m-in);
  }
  .week [data-color='1'] {
    background: var(--m-out-soft);
    color: var(--m-out);
  }
  .week [data-color='2'] {
    background: var(--m-already-soft);
    color: var(--m-already);
  }
  .week [data-color='3'] {
    background: var(--m-accent-soft);
    color: var(--m-accent);
  }
  @media (max-width: 45rem) {
    .week {
      grid-template-columns: 1fr;
    }
    .week li {
      display: grid;
      grid-template-columns: 5.5rem minmax(0, 1fr);
    }
    .week li > * {
      grid-column: 2;
    }
    .week li > .date {
      grid-column: 1;
      grid-row: 1 / span 4;
    }
  }
`;

/** @param from any date of the first week that is shown, YYYY-MM-DD */
export function rotaPreview(
  { weeks, anchor }: Pick<RotaRecord, 'weeks' | 'anchor'>,
  shifts: readonly ShiftView[],
  from: string,
) {
  const used = [...new Set(weeks.flat(2))];
  const count = Math.min(Math.max(weeks.length, LEAST), MOST);
  return html`<ol class="weeks" data-test="rota-preview">
    ${Array.from({ length: count }, (_, i) => addDays(mondayOf(from), 7 * i)).map((monday) => {
      const week = weekOf({ weeks, anchor }, monday);
      return html`<li>
        <span class="small quiet">${weekLabel(monday, weeks.length > 1 ? week + 1 : null)}</span>
        <ol class="week">
          ${weeks[week]?.map((ids, day) => {
            const worked = ids.flatMap((id) => shifts.find((shift) => shift.id === id) ?? []);
            const color = ids[0] === undefined ? nothing : used.indexOf(ids[0]) % COLORS;
            return html`<li data-color=${color} data-date=${addDays(monday, day)}>
              <span class="date">${shortDay(addDays(monday, day))}</span>
              ${
                worked.length === 0
                  ? html`<span>${msg('free')}</span>`
                  : worked.map((shift) => html`<span><b>${shift.name}</b>${hoursText(shift)}</span>`)
              }
            </li>`;
          })}
        </ol>
      </li>`;
    })}
  </ol>`;
}

function weekLabel(monday: string, number: number | null): string {
  const date = dateFormat({ day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${monday}T00:00:00Z`),
  );
  return number === null ? msg(str`From ${date}`) : msg(str`From ${date} · week ${number}`);
}
