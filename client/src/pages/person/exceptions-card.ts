/** The days on which a person works other shifts than those of the rota, from last month on. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ExceptionView, ShiftView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { addDays } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { dateText, today } from '../plan/date-text.ts';
import { editButtons } from '../plan/edit-buttons.ts';
import { dayText } from '../plan/holiday-text.ts';
import { loadedShifts } from '../plan/loaded-plan.ts';
import { shiftsText } from '../plan/rota-text.ts';
import { entryListStyles } from './entry-list.styles.ts';
import './exception-dialog.ts';

/** Days before and after today whose exceptions are shown. */
const BEFORE = 31;
const AFTER = 330;

export class MusterExceptionsCard extends MusterElement {
  static override properties = { personId: {}, edited: { state: true } };
  static override styles = [shared, entryListStyles];
  declare personId: string;
  declare edited: ExceptionView | 'new' | null;
  readonly #shifts = loadedShifts(this);
  readonly #exceptions = new Loaded(this, () => {
    const now = today();
    const query = { from: addDays(now, -BEFORE), to: addDays(now, AFTER), person: this.personId };
    return allOf((page) => api.exceptions.list({ query: { ...page, ...query } }), 'exceptions');
  });

  constructor() {
    super();
    this.edited = null;
  }

  override render() {
    const { value, error } = this.#exceptions;
    const shifts = this.#shifts.value;
    const { edited } = this;
    return html`<section class="card stack" data-test="exceptions-card">
        <div class="head">
          <div>
            <h2>${msg('Other shifts on single days')}</h2>
            <p class="quiet small">${msg('Days that differ from the rota.')}</p>
          </div>
          ${
            allowed('schedules:write') && shifts
              ? html`<wa-button
                  size="s"
                  appearance="outlined"
                  @click=${() => (this.edited = 'new')}
                  data-test="add-exception"
                >
                  <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a day')}
                </wa-button>`
              : nothing
          }
        </div>
        ${alert(error ?? this.#shifts.error)} ${value && shifts ? this.#list(value, shifts) : nothing}
      </section>
      ${
        edited && shifts
          ? html`<muster-exception
              .exception=${edited === 'new' ? null : edited}
              .personId=${this.personId}
              .shifts=${shifts}
              @done=${this.#done}
            ></muster-exception>`
          : nothing
      }<muster-confirm></muster-confirm>`;
  }

  #list(exceptions: readonly ExceptionView[], shifts: readonly ShiftView[]) {
    if (exceptions.length === 0) {
      return html`<p class="quiet" data-test="no-exceptions">${msg('Every day is as the rota says.')}</p>`;
    }
    return html`<ul>
      ${exceptions.map(
        (one) =>
          html`<li data-test="exception" data-date=${one.date}>
            <div>${dayText(one.date)} <q class="small quiet">${one.reason}</q></div>
            <span class="chip ${one.shiftIds.length === 0 ? '' : 'info'}"
              >${shiftsText(one.shiftIds, shifts)}</span
            >
            ${
              allowed('schedules:write')
                ? editButtons(dateText(one.date), {
                    onEdit: () => (this.edited = one),
                    onRemove: () => this.#remove(one),
                  })
                : nothing
            }
          </li>`,
      )}
    </ul>`;
  }

  readonly #done = () => {
    this.edited = null;
    this.#exceptions.refresh();
  };

  async #remove({ id, version, date }: ExceptionView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('Remove this exception?'),
      text: msg(str`${dateText(date)} is planned as the rota says again.`),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.exceptions.remove({ params: { id }, version });
    toast(msg('Exception removed'));
    this.#exceptions.refresh();
  }
}

customElements.define('muster-exceptions-card', MusterExceptionsCard);
