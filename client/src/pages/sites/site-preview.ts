/** Which days of this month other rules would change. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { SitePreviewView } from '#protocol/sites.ts';
import { longDate, span } from '../../components/format.ts';
import { number, plural } from '../../locales/intl.ts';

export const previewStyles = css`
  .changes {
    max-height: 50vh;
    overflow: auto;
    border: 1px solid var(--m-line);
    border-radius: var(--m-radius);
  }
  .changes table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  .changes th,
  .changes td {
    padding: 0.5rem 0.85rem;
    border-bottom: 1px solid var(--m-line);
    text-align: start;
    vertical-align: top;
  }
  .changes th {
    color: var(--m-quiet);
    font-size: 0.8125rem;
  }
`;

type DayFigures = SitePreviewView['changed'][number]['before'];

export function previewList({ days, changed, total }: SitePreviewView): TemplateResult {
  return html`<div class="stack" data-test="preview" data-total=${total}>
    <p>${totalText(total, days)} ${msg('Closed months stay as they are.')}</p>
    ${
      total === 0
        ? nothing
        : html`<div class="changes" tabindex="0" role="region" aria-label=${msg('Days that would change')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">${msg('Name')}</th>
                  <th scope="col">${msg('Now')}</th>
                  <th scope="col">${msg('By the new rules')}</th>
                </tr>
              </thead>
              <tbody>
                ${changed.map(
                  ({ person, date, before, after }) =>
                    html`<tr>
                      <td>
                        ${person.displayName}
                        <div class="small quiet">${longDate(date)}</div>
                      </td>
                      <td class="number">${figures(before)}</td>
                      <td class="number">${figures(after)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${
      total > changed.length
        ? html`<p class="small quiet">${msg(str`The first ${number(changed.length)} are listed.`)}</p>`
        : nothing
    }
  </div>`;
}

function totalText(total: number, days: number): string {
  if (total === 0) return msg('No day of this month would change.');
  const all = number(days);
  return plural(total, {
    one: msg(str`1 of ${all} work days of this month would change.`),
    other: msg(str`${number(total)} of ${all} work days of this month would change.`),
  });
}

function figures(day: DayFigures) {
  if (day === null) return msg('No work day');
  return html`${span(day.worked)}${
    day.incomplete ? html`<div class="small">${msg('Incomplete')}</div>` : nothing
  }`;
}
