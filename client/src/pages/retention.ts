/** How long data is kept, what is removed next, and what was removed. Only owners may read it. */
import { msg, str } from '@lit/localize';
import { html, css } from 'lit';
import type { RetentionLine } from '#protocol/retention.ts';
import { dateTime, shortDate } from '../components/format.ts';
import { type Column, dataTable } from '../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../components/list-page/list-card.ts';
import { Loaded } from '../components/loaded.ts';
import { formStyles } from '../components/form.styles.ts';
import { MusterElement } from '../components/muster-element.ts';
import { list, number, plural } from '../locales/intl.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

type Kind = RetentionLine['what'];

export class MusterRetention extends MusterElement {
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.4rem;
      }
      @media (max-width: 45rem) {
        th,
        td {
          padding-inline: 0.5rem;
          white-space: normal;
          hyphens: auto;
        }
      }
    `,
  ];
  readonly #retention = new Loaded(this, () => api.retention.get());

  override render() {
    const { value, error } = this.#retention;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('Retention')}</h1>
          <p class="quiet">
            ${msg(html`How long data is kept. Checked daily. The number of days is set under <a href="/settings?part=retention">Settings</a>.`)}
          </p>
        </div>
      </div>
      ${listCard(
        { items: value?.next ?? null, error },
        {
          empty: emptyState({ icon: 'clock', text: msg('Nothing is due for deletion.') }),
          table: (lines) =>
            dataTable({
              test: 'retention',
              columns: columns(),
              items: lines,
              key: ({ what }) => what,
              row: ({ what }, cells) =>
                html`<tr data-what=${what}>
                  ${cells}
                </tr>`,
            }),
        },
      )}
      <section class="card stack">
        <h2>${msg('Recent deletions')}</h2>
        ${
          value && value.runs.length > 0
            ? html`<ul data-test="runs">
                ${value.runs.map(({ at, report }) => html`<li>${dateTime(at)}: ${deleted(report)}</li>`)}
              </ul>`
            : html`<p class="quiet">${msg('None yet.')}</p>`
        }
      </section>
    </div>`;
  }
}

function columns(): Column<RetentionLine>[] {
  return [
    {
      label: msg('Data'),
      cell: ({ what }) => title(what),
    },
    { label: msg('Kept for'), cell: ({ keepDays }) => html`<span class="nowrap">${period(keepDays)}</span>` },
    { label: msg('Due for deletion'), cell: due },
  ];
}

function due({ what, before, count }: RetentionLine) {
  if (before === null) return html`<span class="quiet">–</span>`;
  const date = shortDate(before);
  return html`${amount(what, count)}
    <div class="small quiet">
      ${what === 'templates' ? msg(str`left before ${date}`) : msg(str`older than ${date}`)}
    </div>`;
}

function title(what: Kind): string {
  const texts: Record<Kind, string> = {
    templates: msg('Face templates, PIN and badge of people who have left'),
    captures: msg('Faces captured by invitation that nobody has decided on'),
    snapshots: msg('Pictures of punches'),
    decisions: msg('Why faces were recognized or not'),
    punches: msg('Punches'),
    audit: msg('Audit trail'),
  };
  return texts[what];
}

function period(days: number | null): string {
  if (days === null) return msg('Forever');
  const written = number(days);
  return plural(days, { one: msg('1 day'), other: msg(str`${written} days`) });
}

function amount(what: Kind, count: number): string {
  const written = number(count);
  const texts: Record<Kind, string> = {
    templates: plural(count, { one: msg('1 person'), other: msg(str`${written} people`) }),
    captures: plural(count, { one: msg('1 capture'), other: msg(str`${written} captures`) }),
    snapshots: plural(count, { one: msg('1 picture'), other: msg(str`${written} pictures`) }),
    decisions: plural(count, { one: msg('1 decision'), other: msg(str`${written} decisions`) }),
    punches: plural(count, { one: msg('1 punch'), other: msg(str`${written} punches`) }),
    audit: plural(count, { one: msg('1 event'), other: msg(str`${written} events`) }),
  };
  return texts[what];
}

function deleted(report: readonly RetentionLine[]): string {
  const gone = report.filter(({ count }) => count > 0);
  return gone.length === 0
    ? msg('nothing was due')
    : list(gone.map(({ what, count }) => amount(what, count)));
}

customElements.define('muster-retention', MusterRetention);
