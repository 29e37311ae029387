/** The shifts of which rotas are made. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ShiftView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { pageLinksStyles } from '../../components/page-links.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { editButtons } from './edit-buttons.ts';
import { loadedShifts } from './loaded-plan.ts';
import { planLinks } from './plan-links.ts';
import './shift-dialog.ts';
import { breaksText, flexibleText, hoursText, isOvernight } from './shift-text.ts';

export class MusterShifts extends MusterElement {
  static override properties = { edited: { state: true } };
  static override styles = [shared, listStyles, pageLinksStyles];
  declare edited: ShiftView | 'new' | null;
  readonly #shifts = loadedShifts(this);

  constructor() {
    super();
    this.edited = null;
  }

  override render() {
    const { value, error } = this.#shifts;
    const { edited } = this;
    return html`<div class="page" data-test="shifts-page">
        <div class="head">
          <div>
            <h1>${msg('Shifts')}</h1>
            <p class="quiet">${msg('The hours of one day of work. Rotas are made of them.')}</p>
          </div>
          ${
            allowed('schedules:write')
              ? html`<wa-button variant="brand" @click=${() => (this.edited = 'new')} data-test="add-shift">
                  <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a shift')}
                </wa-button>`
              : nothing
          }
        </div>
        ${planLinks('/plan/shifts')}
        ${listCard(
          { items: value, error },
          {
            empty: emptyState({
              icon: 'clock',
              title: msg('No shifts yet'),
              text: msg('Add the hours that people work, such as an early and a late shift.'),
              test: 'no-shifts',
            }),
            table: (shifts) =>
              dataTable({
                test: 'shifts',
                columns: this.#columns(),
                items: shifts,
                key: ({ id }) => id,
                row: ({ id, name }, cells) =>
                  html`<tr data-test="shift" data-shift=${id} data-name=${name}>
                    ${cells}
                  </tr>`,
              }),
          },
        )}
      </div>
      ${
        edited
          ? html`<muster-shift .shift=${edited === 'new' ? null : edited} @done=${this.#done}></muster-shift>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #columns(): (Column<ShiftView> | null)[] {
    return [
      {
        label: msg('Name'),
        cell: (shift) =>
          html`<strong>${shift.name}</strong>
            <div class="narrow small quiet">${breaksText(shift.breaks)}</div>`,
      },
      { label: msg('Hours'), cell: hours },
      { label: msg('Breaks'), kind: 'wide', cell: ({ breaks }) => breaksText(breaks) },
      allowed('schedules:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (shift) =>
              editButtons(shift.name, {
                onEdit: () => (this.edited = shift),
                onRemove: () => this.#remove(shift),
              }),
          }
        : null,
    ];
  }

  readonly #done = () => {
    this.edited = null;
    this.#shifts.refresh();
  };

  async #remove({ id, name, version }: ShiftView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove ${name}?`),
      text: msg('A shift can be removed while no rota and no exception uses it.'),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.shifts.remove({ params: { id }, version });
    toast(msg(str`${name} was removed`));
    this.#shifts.refresh();
  }
}

function hours(shift: ShiftView) {
  const flexible = flexibleText(shift);
  return html`<div class="number">${hoursText(shift)}</div>
    ${isOvernight(shift) ? html`<div class="small quiet">${msg('ends on the next day')}</div>` : nothing}
    ${flexible ? html`<div class="small quiet">${flexible}</div>` : nothing}`;
}

customElements.define('muster-shifts', MusterShifts);
