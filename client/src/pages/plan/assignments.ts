/** Who works by which rota, and from when; of one rota, or of all. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { AssignmentView, RotaView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './assignment-dialog.ts';
import { datesText, dateText } from './date-text.ts';
import { editButtons } from './edit-buttons.ts';

export class MusterAssignments extends MusterElement {
  static override properties = {
    rotas: { attribute: false },
    rota: { state: true },
    edited: { state: true },
  };
  static override styles = [
    shared,
    listStyles,
    css`
      .filters {
        align-items: end;
      }
    `,
  ];
  declare rotas: readonly RotaView[];
  /** Id of the rota whose assignments are shown; blank for all. */
  declare rota: string;
  declare edited: AssignmentView | 'new' | null;
  readonly #list = new PagedList<AssignmentView>(this, async (query) => {
    const { assignments, next } = await api.assignments.list({
      query: { ...query, ...(this.rota && { rota: this.rota }) },
    });
    return { items: assignments, next };
  });

  constructor() {
    super();
    this.rotas = [];
    this.rota = '';
    this.edited = null;
  }

  override updated(changed: PropertyValues<this>) {
    if (changed.has('rota') && changed.get('rota') !== undefined) this.#list.restart();
  }

  override render() {
    const { edited } = this;
    const writes = allowed('schedules:write');
    return html`<section class="stack" data-test="assignments-section">
        <div class="head">
          <div>
            <h2>${msg('Who works by which rota')}</h2>
            ${
              writes
                ? html`<p class="quiet small">
                    ${msg('To give a rota to several people at once, select them in the list of people.')}
                    <a href="/people">${msg('People')}</a>
                  </p>`
                : nothing
            }
          </div>
          <div class="row filters">
            <wa-select
              size="s"
              label=${msg('Rota')}
              placeholder=${msg('All rotas')}
              .value=${this.rota}
              with-clear
              @change=${(event: Event) => (this.rota = (event.target as HTMLSelectElement).value ?? '')}
              data-test="filter-rota"
            >
              ${this.rotas.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
            </wa-select>
            ${
              writes
                ? html`<wa-button
                    size="s"
                    appearance="outlined"
                    @click=${() => (this.edited = 'new')}
                    data-test="assign"
                  >
                    <wa-icon slot="start" name="plus"></wa-icon>${msg('Assign a rota')}
                  </wa-button>`
                : nothing
            }
          </div>
        </div>
        ${listCard(this.#list, {
          empty: emptyState({
            icon: 'users',
            text: msg('Nobody works by a rota yet.'),
            test: 'no-assignments',
          }),
          table: (items) =>
            dataTable({
              test: 'assignments',
              columns: this.#columns(),
              items,
              key: ({ id }) => id,
              row: (one, cells) =>
                html`<tr data-test="assignment" data-assignment=${one.id} data-name=${nameOf(one)}>
                  ${cells}
                </tr>`,
            }),
        })}
      </section>
      ${
        edited
          ? html`<muster-assignment
              .assignment=${edited === 'new' ? null : edited}
              .rotas=${this.rotas}
              @done=${this.#done}
            ></muster-assignment>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #columns(): (Column<AssignmentView> | null)[] {
    return [
      { label: msg('Who'), cell: who },
      {
        label: msg('Rota'),
        cell: ({ rotaId, from, until }) =>
          html`${this.rotas.find(({ id }) => id === rotaId)?.name ?? '–'}
            <div class="narrow small quiet">
              ${until === null ? msg(str`From ${dateText(from)}`) : datesText(from, until)}
            </div>`,
      },
      { label: msg('From'), kind: 'wide', cell: ({ from }) => dateText(from) },
      { label: msg('Until'), kind: 'wide', cell: ({ until }) => (until === null ? '–' : dateText(until)) },
      allowed('schedules:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (one) =>
              editButtons(nameOf(one), {
                onEdit: () => (this.edited = one),
                onRemove: () => this.#remove(one),
              }),
          }
        : null,
    ];
  }

  readonly #done = () => {
    this.edited = null;
    this.#list.refresh();
  };

  async #remove(one: AssignmentView) {
    const name = nameOf(one);
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove the assignment of ${name}?`),
      text: msg(
        'What was planned by it is planned no more, also on past days. To end it on a date, change it and enter the last day.',
      ),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.assignments.remove({ params: { id: one.id }, version: one.version });
    toast(msg('Assignment removed'));
    this.#list.refresh();
  }
}

function nameOf({ person, department }: AssignmentView): string {
  return person?.displayName ?? department ?? '–';
}

function who(one: AssignmentView) {
  const { person } = one;
  if (!person) {
    return html`<strong>${nameOf(one)}</strong>
      <div class="small quiet">${msg('Department')}</div>`;
  }
  return html`<strong
      >${
        allowed('people:read')
          ? html`<a href="/people/${person.id}">${person.displayName}</a>`
          : person.displayName
      }</strong
    >
    <div class="small quiet">${[person.number, person.department].filter(Boolean).join(' · ')}</div>`;
}

customElements.define('muster-assignments', MusterAssignments);
