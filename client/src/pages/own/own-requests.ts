/** Corrections of the own punches: those that wait, which their author can withdraw, and the past. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { CorrectionView } from '#protocol/corrections.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { dateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { correctionText, stateKind, stateText } from '../corrections/correction-text.ts';

export class MusterOwnRequests extends MusterElement {
  static override properties = { busy: { state: true } };
  static override styles = [
    shared,
    listStyles,
    css`
      .page {
        max-width: 56rem;
      }
      q {
        overflow-wrap: anywhere;
      }
      .state {
        display: grid;
        gap: 0.3rem;
        justify-items: start;
      }
    `,
  ];
  /** Id of the correction that is being withdrawn. */
  declare busy: string;
  readonly #corrections = new PagedList<CorrectionView>(this, async (query) => {
    const { corrections, next } = await api.own.corrections({ query });
    return { items: corrections, next };
  });

  constructor() {
    super();
    this.busy = '';
  }

  override render() {
    return html`<div class="page" data-test="own-requests">
      <div class="head">
        <div>
          <h1>${msg('My requests')}</h1>
          <p class="quiet">
            ${msg('Corrections of your punches. Each waits until somebody else approves it.')}
          </p>
        </div>
        <wa-button appearance="outlined" href="/my/month">${msg('Ask for a correction')}</wa-button>
      </div>
      ${listCard(this.#corrections, {
        empty: emptyState({
          icon: 'corrections',
          text: msg('You have not asked for a correction yet. Choose a day of your month to do so.'),
        }),
        table: (items) => this.#table(items),
      })}
    </div>`;
  }

  #table(items: readonly CorrectionView[]) {
    const columns: Column<CorrectionView>[] = [
      { label: msg('Correction'), cell: what },
      { label: msg('State'), cell: (one) => this.#state(one) },
    ];
    return dataTable({
      test: 'own-corrections',
      columns,
      items,
      key: ({ id }) => id,
      row: ({ id, kind, state }, cells) =>
        html`<tr data-test="own-correction" data-correction=${id} data-kind=${kind} data-state=${state}>
          ${cells}
        </tr>`,
    });
  }

  #state(correction: CorrectionView) {
    const { state, decision, note, author, mayWithdraw, id } = correction;
    const by = decision && decision.name !== author.name ? decision.name : '';
    return html`<div class="state">
      <span class="chip ${stateKind(state)}">${stateText(state)}</span>
      ${by ? html`<span class="small quiet">${msg(str`by ${by}`)}</span>` : nothing}
      ${note ? html`<span class="small quiet"><q>${note}</q></span>` : nothing}
      ${
        mayWithdraw
          ? html`<wa-button
              size="s"
              appearance="outlined"
              ?loading=${this.busy === id}
              @click=${() => this.#withdraw(correction).catch(toastError)}
              data-test="withdraw"
              >${msg('Withdraw')}</wa-button
            >`
          : nothing
      }
    </div>`;
  }

  async #withdraw({ id }: CorrectionView) {
    this.busy = id;
    try {
      await api.own.withdrawCorrection({ params: { id } });
      toast(msg('Correction withdrawn'));
    } finally {
      this.busy = '';
      // Somebody may have decided in the meantime.
      this.#corrections.refresh();
    }
  }
}

function what(correction: CorrectionView) {
  const { reason, author } = correction;
  return html`<strong>${correctionText(correction)}</strong>
    <div class="small quiet"><q>${reason}</q></div>
    <div class="small quiet">${author.name} · ${dateTime(author.at)}</div>`;
}

customElements.define('muster-own-requests', MusterOwnRequests);
