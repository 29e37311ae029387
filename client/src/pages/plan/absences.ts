/** The absences of a month. Month and filters are in the address, so that Back works and a link can be sent. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { ABSENCE_KINDS, type AbsenceView } from '#protocol/schedules.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { departmentField, loadedDepartments, namesOf } from '../../components/department-field.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress, monthSpan } from '../../components/month-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { pageLinksStyles } from '../../components/page-links.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { leaveText } from '../month/sheet-text.ts';
import { filterStyles } from '../people/people-filters.ts';
import './absence-dialog.ts';
import { absenceDates, absenceText } from './absence-text.ts';
import { editButtons } from './edit-buttons.ts';
import { planLinks } from './plan-links.ts';

export class MusterAbsences extends MusterElement {
  static override properties = { edited: { state: true } };
  static override styles = [
    shared,
    listStyles,
    monthChoiceStyles,
    pageLinksStyles,
    filterStyles,
    css`
      q {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare edited: AbsenceView | 'new' | null;
  readonly controllers = [new ObservableController(this, currentUrl)];
  /** Null for a manager, who sees one department only. */
  readonly #departments = allowed('people:read') ? loadedDepartments(this) : null;
  readonly #list = new PagedList<AbsenceView>(this, async (query) => {
    const { month, department, kind } = this.#address;
    const filters = { ...(department && { department }), ...(kind && { kind }) };
    const { absences, next } = await api.absences.list({
      query: { ...query, ...monthSpan(month), ...filters },
    });
    return { items: absences, next };
  });
  /** The month and filters that were asked for last. */
  #asked = '';

  constructor() {
    super();
    this.edited = null;
  }

  get #address() {
    const parameters = new URLSearchParams(location.search);
    return {
      month: monthOfAddress(parameters),
      department: (parameters.get('department') ?? '').slice(0, 80),
      kind: ABSENCE_KINDS.find((one) => one === parameters.get('kind')) ?? '',
    } as const;
  }

  override willUpdate(_changed: PropertyValues<this>) {
    const asked = Object.values(this.#address).join('/');
    if (asked === this.#asked) return;
    // The first ones are asked for by the controller.
    if (this.#asked !== '') this.#list.restart();
    this.#asked = asked;
  }

  override render() {
    const { edited } = this;
    const { month } = this.#address;
    return html`<div class="page" data-test="absences-page">
        <div class="head">
          <div>
            <h1>${msg('Absences')}</h1>
            <p class="quiet">${msg('Vacation, sickness, trips and unpaid leave.')}</p>
          </div>
          <div class="row">
            ${monthChoice(month, (to) => this.#go({ month: to }))}
            ${
              allowed('schedules:write')
                ? html`<wa-button
                    variant="brand"
                    @click=${() => (this.edited = 'new')}
                    data-test="add-absence"
                  >
                    <wa-icon slot="start" name="plus"></wa-icon>${msg('Add an absence')}
                  </wa-button>`
                : nothing
            }
          </div>
        </div>
        ${planLinks('/plan/absences')} ${this.#filters()}
        ${listCard(this.#list, {
          empty: emptyState({
            icon: 'calendar',
            text: msg('No absence in this month.'),
            test: 'no-absences',
          }),
          table: (items) =>
            dataTable({
              test: 'absences',
              columns: this.#columns(),
              items,
              key: ({ id }) => id,
              row: ({ id, kind, person }, cells) =>
                html`<tr
                  data-test="absence"
                  data-absence=${id}
                  data-kind=${kind}
                  data-name=${person.displayName}
                >
                  ${cells}
                </tr>`,
            }),
        })}
      </div>
      ${
        edited
          ? html`<muster-absence
              .absence=${edited === 'new' ? null : edited}
              @done=${this.#done}
            ></muster-absence>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #filters() {
    const { department, kind } = this.#address;
    return html`<div class="filters" role="group" aria-label=${msg('Filters')}>
      ${
        this.#departments === null
          ? nothing
          : departmentField({
              departments: namesOf(this.#departments),
              value: department,
              size: 's',
              placeholder: msg('All departments'),
              onChange: (to) => this.#go({ department: to }),
            })
      }
      <wa-select
        size="s"
        label=${msg('Kind')}
        placeholder=${msg('All', { id: 'filter-all', desc: 'No filter' })}
        .value=${kind}
        with-clear
        @change=${(event: Event) => this.#go({ kind: (event.target as HTMLSelectElement).value ?? '' })}
        data-test="filter-kind"
      >
        ${ABSENCE_KINDS.map((one) => html`<wa-option value=${one}>${leaveText(one)}</wa-option>`)}
      </wa-select>
    </div>`;
  }

  #columns(): (Column<AbsenceView> | null)[] {
    return [
      { label: msg('Person'), cell: (one) => this.#person(one) },
      { label: msg('Dates'), cell: absenceDates },
      {
        label: msg('Kind'),
        kind: 'wide',
        cell: ({ kind }) => html`<span class="chip info">${leaveText(kind)}</span>`,
      },
      {
        label: msg('Remark'),
        kind: 'wide',
        cell: ({ note }) => (note ? html`<q class="small quiet">${note}</q>` : ''),
      },
      allowed('schedules:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (one) =>
              editButtons(`${one.person.displayName}, ${absenceText(one)}`, {
                onEdit: () => (this.edited = one),
                onRemove: () => this.#remove(one),
              }),
          }
        : null,
    ];
  }

  #person({ person, kind }: AbsenceView) {
    const { month } = this.#address;
    const { id, number, department, displayName } = person;
    return html`<strong><a href="/people/${id}/month?month=${month}">${displayName}</a></strong>
      <div class="small quiet">${[number, department].filter(Boolean).join(' · ')}</div>
      <div class="narrow"><span class="chip info">${leaveText(kind)}</span></div>`;
  }

  #go(change: Record<string, string>) {
    navigate(withQuery(currentUrl.value, change));
  }

  readonly #done = () => {
    this.edited = null;
    this.#list.refresh();
  };

  async #remove(absence: AbsenceView) {
    const { id, version, person } = absence;
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove the absence of ${person.displayName}?`),
      text: msg(str`${absenceText(absence)}. These days are planned as usual again.`),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.absences.remove({ params: { id }, version });
    toast(msg('Absence removed'));
    this.#list.refresh();
  }
}

customElements.define('muster-absences', MusterAbsences);
