/** What an import of a calendar file would do, date by date, and which of its events are left out. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import type { HolidayImportAct, HolidayImportPreview } from '#protocol/holidays.ts';
import { number, plural } from '../../locales/intl.ts';
import { dayText, importActText, leftOutText } from './holiday-text.ts';

export const holidayPreviewStyles = css`
  .preview {
    display: grid;
    gap: 1.25rem;
  }
  .preview h3 {
    font-size: 1rem;
    margin-bottom: 0.4rem;
  }
  .preview ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .preview li {
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 0.75rem;
    padding: 0.4rem 0;
    border-top: 1px solid var(--m-line);
    overflow-wrap: anywhere;
  }
  .preview li > span:first-child {
    min-width: 9.5rem;
    font-variant-numeric: tabular-nums;
  }
  .preview li > span:last-child {
    margin-inline-start: auto;
  }
`;

const CHIPS: Record<HolidayImportAct, string> = { add: 'good', change: 'info', unchanged: '', kept: 'warn' };

export function holidayPreview({ holidays, removed, leftOut, leftOutTotal }: HolidayImportPreview) {
  return html`<div class="preview" data-test="holiday-preview">
    ${
      holidays.length === 0
        ? html`<p role="status" data-test="no-events">
            ${msg('The file has no whole-day event on these dates.')}
          </p>`
        : html`<ul>
            ${holidays.map(
              ({ date, name, act, before }) =>
                html`<li data-test="preview-holiday" data-act=${act} data-date=${date}>
                  <span>${dayText(date)}</span><strong>${name}</strong>
                  <span class="chip ${CHIPS[act]}">${importActText(act, before)}</span>
                </li>`,
            )}
          </ul>`
    }
    ${
      removed.length === 0
        ? nothing
        : html`<section>
            <h3>${msg('Removed, because they came from an earlier file and are not in this one')}</h3>
            <ul>
              ${removed.map(
                ({ date, name }) =>
                  html`<li data-test="preview-removed" data-date=${date}>
                    <span>${dayText(date)}</span><span>${name}</span>
                  </li>`,
              )}
            </ul>
          </section>`
    }
    ${
      leftOutTotal === 0
        ? nothing
        : html`<section>
            <h3>
              ${plural(leftOutTotal, {
                one: msg('1 event is left out'),
                other: msg(str`${number(leftOutTotal)} events are left out`),
              })}
            </h3>
            <ul>
              ${leftOut.map((event) => html`<li data-test="preview-left-out">${leftOutText(event)}</li>`)}
            </ul>
            ${
              leftOutTotal > leftOut.length
                ? html`<p class="small quiet">
                    ${msg(str`and ${number(leftOutTotal - leftOut.length)} more`)}
                  </p>`
                : nothing
            }
          </section>`
    }
  </div>`;
}
