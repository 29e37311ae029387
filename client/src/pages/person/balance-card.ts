/** The overtime account of a person: the balance, and what was entered: openings, payouts and corrections. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { BalanceEntryView, BalanceView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { signedSpan } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { dateText } from '../plan/date-text.ts';
import './balance-dialog.ts';
import { entryKindText } from './balance-text.ts';
import { entryListStyles } from './entry-list.styles.ts';

interface Shown {
  balance: BalanceView;
  entries: readonly BalanceEntryView[];
}

export class MusterBalanceCard extends MusterElement {
  static override properties = { personId: {}, adding: { state: true } };
  static override styles = [shared, entryListStyles];
  declare personId: string;
  declare adding: boolean;
  readonly #shown = new Loaded<Shown>(this, async () => {
    const { personId: id } = this;
    const [balance, entries] = await Promise.all([
      api.balance.get({ params: { id } }),
      allOf((page) => api.balanceEntries.list({ query: { ...page, person: id } }), 'entries'),
    ]);
    return { balance, entries };
  });

  constructor() {
    super();
    this.adding = false;
  }

  override render() {
    const { value, error } = this.#shown;
    return html`<section class="card stack" data-test="balance-card">
        <div class="head">
          <div>
            <h2>${msg('Overtime account')}</h2>
            ${
              value
                ? html`<p class="quiet small">
                    <strong data-test="balance">${signedSpan(value.balance.balance)}</strong> ·
                    ${msg(str`Counted through ${dateText(value.balance.through)}`)}
                  </p>`
                : nothing
            }
          </div>
          ${
            allowed('schedules:write')
              ? html`<wa-button
                  size="s"
                  appearance="outlined"
                  @click=${() => (this.adding = true)}
                  data-test="add-balance-entry"
                >
                  <wa-icon slot="start" name="plus"></wa-icon>${msg('Enter a change')}
                </wa-button>`
              : nothing
          }
        </div>
        ${alert(error)} ${value ? this.#list(value.entries) : nothing}
      </section>
      ${
        this.adding
          ? html`<muster-balance-entry .personId=${this.personId} @done=${this.#done}></muster-balance-entry>`
          : nothing
      }<muster-confirm></muster-confirm>`;
  }

  #list(entries: readonly BalanceEntryView[]) {
    if (entries.length === 0) {
      return html`<p class="quiet" data-test="no-balance-entries">
        ${msg('Nothing was entered: the balance is what was worked, less what was planned.')}
      </p>`;
    }
    return html`<ul>
      ${entries.map(
        (entry) =>
          html`<li data-test="balance-entry" data-kind=${entry.kind}>
            <div>
              ${dateText(entry.date)}: ${entryKindText(entry.kind).title}
              <q class="small quiet">${entry.reason}</q>
              <div class="small quiet">${entry.author}</div>
            </div>
            <span class="number">${signedSpan(entry.kind === 'payout' ? -entry.amount : entry.amount)}</span>
            ${allowed('schedules:write') ? this.#removeButton(entry) : nothing}
          </li>`,
      )}
    </ul>`;
  }

  #removeButton(entry: BalanceEntryView) {
    const name = `${entryKindText(entry.kind).title}, ${dateText(entry.date)}`;
    return html`<div>
      <wa-button
        size="s"
        appearance="outlined"
        @click=${() => this.#remove(entry).catch(toastError)}
        data-test="remove"
      >
        <wa-icon name="trash" label=${msg(str`Remove ${name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  readonly #done = () => {
    this.adding = false;
    this.#shown.refresh();
  };

  async #remove({ id, version, kind, date }: BalanceEntryView) {
    const name = `${entryKindText(kind).title}, ${dateText(date)}`;
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove ${name}?`),
      text: msg('The balance is counted again without it. Closed months stay as they are.'),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.balanceEntries.remove({ params: { id }, version });
    toast(msg('Entry removed'));
    this.#shown.refresh();
  }
}

customElements.define('muster-balance-card', MusterBalanceCard);
