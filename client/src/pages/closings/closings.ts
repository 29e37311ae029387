/** Closing a month: what is open comes first, then what closing freezes, then who closed it and when. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ClosingPreviewView, ClosingView, OpenItemView } from '#protocol/closings.ts';
import type { DepartmentView } from '#protocol/departments.ts';
import { currentUrl } from '../../app/navigation.ts';
import { account, allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { departmentField, loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dateTime, longDate, span } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress, monthText } from '../../components/month-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { openItemText } from './closing-text.ts';
import './reopening-dialog.ts';

export class MusterClosings extends MusterElement {
  static override properties = {
    month: { state: true },
    department: { state: true },
    accepted: { state: true },
    reopening: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    monthChoiceStyles,
    css`
      .department {
        max-width: 20rem;
      }
    `,
  ];
  /** YYYY-MM. */
  declare month: string;
  /** Empty for everybody. */
  declare department: string;
  /** Whether the open items are to be frozen as they are. */
  declare accepted: boolean;
  declare reopening: ClosingView | null;
  readonly #form = new FormState(this);
  /** Null for a manager, who closes no month and sees one department only. */
  readonly #departments = allowed('people:read') ? loadedDepartments(this) : null;
  readonly #preview = new Loaded(this, () => {
    const { month, department } = this;
    return api.closings.preview({ query: { month, ...(department && { department }) } });
  });
  readonly #closings = new PagedList<ClosingView>(this, async (query) => {
    const { closings, next } = await api.closings.list({ query: { ...query, month: this.month } });
    return { items: closings, next };
  });

  constructor() {
    super();
    this.month = monthOfAddress(new URLSearchParams(currentUrl.value.replace(/^[^?]*/, '')), 1);
    this.department = (account()?.role === 'manager' && account()?.department) || '';
    this.accepted = false;
    this.reopening = null;
  }

  override render() {
    const { value, error } = this.#preview;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Close a month')}</h1>
            <p class="quiet">
              ${msg('A closed month is frozen. What comes later, such as a correction, counts as an adjustment in the next month.')}
            </p>
          </div>
          <div class="row">
            ${
              allowed('payroll:export')
                ? html`<wa-button
                    href="/payroll?month=${this.month}"
                    appearance="outlined"
                    data-test="payroll"
                  >
                    <wa-icon slot="start" name="download"></wa-icon>${msg('Payroll')}
                  </wa-button>`
                : nothing
            }
            ${monthChoice(this.month, this.#go)}
          </div>
        </div>
        ${alert(error)} ${this.#departments ? this.#departmentChoice(this.#departments) : nothing}
        ${value ? this.#state(value) : nothing}
        <section class="stack">
          <h2>${msg('Closings of this month')}</h2>
          ${listCard(this.#closings, {
            empty: emptyState({
              icon: 'calendar',
              text: msg('This month was not closed yet.'),
              test: 'not-closed',
            }),
            table: (closings) => this.#table(closings),
          })}
        </section>
      </div>
      ${
        this.reopening
          ? html`<muster-reopening .closing=${this.reopening} @done=${this.#reopened}></muster-reopening>`
          : nothing
      }`;
  }

  #departmentChoice(departments: Loaded<DepartmentView[]>) {
    return html`<div class="department">
      ${departmentField({
        departments: namesOf(departments),
        value: this.department,
        placeholder: msg('Everyone who is not closed yet'),
        onChange: (department) => {
          this.department = department;
          this.#refresh();
        },
      })}
    </div>`;
  }

  #state(preview: ClosingPreviewView) {
    const { over, people, alreadyClosed, openItems, figures, adjustments } = preview;
    return html`<section class="stack" data-test="closing-preview">
      ${openItems.length > 0 ? this.#openItems(openItems) : nothing}
      <div class="card stack">
        <p data-test="closing-state">
          ${people === 0 ? msg('Nobody is left to close.') : peopleText(people, span(figures.worked))}
          ${alreadyClosed > 0 ? closedText(alreadyClosed) : nothing}
          ${adjustments.length > 0 ? adjustmentsText(adjustments.length) : nothing}
        </p>
        ${alert(this.#form.message)}
        ${over ? nothing : html`<p class="quiet">${msg('The month is not over yet: it can be closed then.')}</p>`}
        ${over && people > 0 && allowed('months:close') ? this.#closeForm(openItems.length) : nothing}
      </div>
    </section>`;
  }

  #openItems(items: readonly OpenItemView[]) {
    return html`<h2>${msg('Open items')}</h2>
      <div class="card flush">
        ${dataTable<OpenItemView>({
          test: 'open-items',
          columns: [
            {
              label: msg('Name'),
              cell: ({ person }) =>
                html`<strong>${person.displayName}</strong>
                  <div class="small quiet">${person.number} ${person.department}</div>`,
            },
            { label: msg('Work day'), cell: ({ date }) => (date === null ? '–' : longDate(date)) },
            {
              label: msg('What is open'),
              cell: ({ kind }) => html`<span data-kind=${kind}>${openItemText(kind)}</span>`,
            },
          ],
          items,
          key: ({ kind, person, date }) => `${kind} ${person.id} ${date}`,
          row: (_item, cells) =>
            html`<tr data-test="open-item">
              ${cells}
            </tr>`,
        })}
      </div>`;
  }

  #closeForm(open: number) {
    const month = monthText(this.month);
    return html`${
        open > 0
          ? html`<wa-checkbox
              .checked=${this.accepted}
              @change=${(event: Event) => (this.accepted = (event.target as HTMLInputElement).checked)}
              data-test="accept"
              >${acceptText(open)}</wa-checkbox
            >`
          : nothing
      }
      <div>
        <wa-button
          variant="brand"
          ?disabled=${open > 0 && !this.accepted}
          ?loading=${this.#form.busy}
          @click=${() => this.#close().catch(reportUnexpected)}
          data-test="close-month"
          >${msg(str`Close ${month}`)}</wa-button
        >
      </div>`;
  }

  #table(closings: readonly ClosingView[]) {
    const columns: (Column<ClosingView> | null)[] = [
      { label: msg('Department'), cell: ({ department }) => department ?? msg('Everyone') },
      { label: msg('State'), cell: state },
      { label: msg('People'), kind: 'wide', numeric: true, cell: ({ people }) => number(people) },
      { label: msg('Worked'), numeric: true, cell: worked },
      allowed('months:reopen')
        ? { label: msg('Actions'), hiddenLabel: true, kind: 'actions', cell: (one) => this.#actions(one) }
        : null,
    ];
    return dataTable({
      test: 'closings',
      columns,
      items: closings,
      key: ({ id }) => id,
      row: ({ id, reopened }, cells) =>
        html`<tr data-test="closing" data-closing=${id} ?data-inactive=${reopened !== null}>
          ${cells}
        </tr>`,
    });
  }

  #actions(closing: ClosingView) {
    if (closing.reopened) return nothing;
    return html`<div>
      <wa-button size="s" appearance="outlined" @click=${() => (this.reopening = closing)} data-test="reopen"
        >${msg('Reopen …')}</wa-button
      >
    </div>`;
  }

  async #close() {
    const { month, department, accepted: accept } = this;
    const closed = await this.#form.submit(() =>
      api.closings.create({ body: { month, department: department || null, accept } }),
    );
    if (!closed) return;
    toast(msg(str`${monthText(month)} is closed`));
    this.#refresh();
  }

  readonly #reopened = () => {
    this.reopening = null;
    this.#refresh();
  };

  readonly #go = (month: string) => {
    this.month = month;
    this.#refresh();
  };

  #refresh() {
    this.accepted = false;
    this.#form.clear();
    this.#preview.refresh();
    this.#closings.refresh();
  }
}

function state({ closed, reopened, openItems }: ClosingView) {
  const { name, at } = reopened ?? closed;
  return html`<span class="chip ${reopened ? 'warn' : 'good'}"
      >${reopened ? msg('Reopened') : msg('Closed')}</span
    >
    <div class="small quiet">${name} · ${dateTime(at)}</div>
    ${reopened ? html`<div class="small quiet"><q>${reopened.reason}</q></div>` : nothing}
    ${openItems > 0 ? html`<div class="small quiet">${acceptedText(openItems)}</div>` : nothing}`;
}

function worked({ frozen, adjusted }: ClosingView) {
  const more = adjusted.worked;
  return html`${span(frozen.worked)}${
    more === 0
      ? nothing
      : html`<div class="small quiet">
          ${more > 0 ? msg(str`and ${span(more)} adjusted`) : msg(str`less ${span(-more)} adjusted`)}
        </div>`
  }`;
}

function peopleText(people: number, hours: string): string {
  return plural(people, {
    one: msg(str`Closing freezes the month of 1 person with ${hours} of work.`),
    other: msg(str`Closing freezes the month of ${number(people)} people with ${hours} of work.`),
  });
}

function closedText(people: number): string {
  return plural(people, {
    one: msg('The month of 1 person is closed already.'),
    other: msg(str`The month of ${number(people)} people is closed already.`),
  });
}

function adjustmentsText(adjustments: number): string {
  return plural(adjustments, {
    one: msg('1 adjustment of an earlier month counts in this one.'),
    other: msg(str`${number(adjustments)} adjustments of earlier months count in this one.`),
  });
}

function acceptText(open: number): string {
  return plural(open, {
    one: msg('Close although 1 item is open: it is frozen as it is'),
    other: msg(str`Close although ${number(open)} items are open: they are frozen as they are`),
  });
}

function acceptedText(open: number): string {
  return plural(open, {
    one: msg('1 open item was accepted'),
    other: msg(str`${number(open)} open items were accepted`),
  });
}

customElements.define('muster-closings', MusterClosings);
