/** The absences and corrections that an employee asked for: those that wait can be withdrawn, and the past. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { toast, toastError } from '../../app/toasts.ts';
import { dateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import {
  answerText,
  type Asked,
  askedAbsence,
  askedCorrection,
  askedText,
  reasonText,
  stateChip,
} from '../corrections/request-text.ts';
import './own-absence.ts';

export class MusterOwnRequests extends MusterElement {
  static override properties = { busy: { state: true }, asking: { state: true } };
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
  /** Id of what is being withdrawn. */
  declare busy: string;
  /** Whether the dialog that asks for an absence is open. */
  declare asking: boolean;
  readonly #absences = new PagedList<Asked>(this, async (query) => {
    const { requests, next } = await api.own.absenceRequests({ query });
    return { items: requests.map(askedAbsence), next };
  });
  readonly #corrections = new PagedList<Asked>(this, async (query) => {
    const { corrections, next } = await api.own.corrections({ query });
    return { items: corrections.map(askedCorrection), next };
  });

  constructor() {
    super();
    this.busy = '';
    this.asking = false;
  }

  override render() {
    return html`<div class="page" data-test="own-requests">
        <div class="head">
          <div>
            <h1>${msg('My requests')}</h1>
            <p class="quiet">${msg('Each waits until somebody else approves it.')}</p>
          </div>
          <div class="row">
            <wa-button variant="brand" @click=${() => (this.asking = true)} data-test="ask-absence">
              <wa-icon slot="start" name="plus"></wa-icon>${msg('Ask for absence')}
            </wa-button>
            <wa-button appearance="outlined" href="/my/month">${msg('Ask for a correction')}</wa-button>
          </div>
        </div>
        <section class="stack">
          <h2>${msg('Absences')}</h2>
          ${listCard(this.#absences, {
            empty: emptyState({
              icon: 'calendar',
              text: msg('You have not asked for an absence yet.'),
              test: 'no-own-absences',
            }),
            table: (items) => this.#table(msg('Absence'), 'own-absence', items),
          })}
        </section>
        <section class="stack">
          <h2>${msg('Corrections')}</h2>
          ${listCard(this.#corrections, {
            empty: emptyState({
              icon: 'corrections',
              text: msg('You have not asked for a correction yet. Choose a day of your month to do so.'),
            }),
            table: (items) => this.#table(msg('Correction'), 'own-correction', items),
          })}
        </section>
      </div>
      ${
        this.asking
          ? html`<muster-own-absence
              @requested=${() => this.#absences.refresh()}
              @done=${() => (this.asking = false)}
            ></muster-own-absence>`
          : nothing
      }`;
  }

  /** @param test `data-test` of each row */
  #table(label: string, test: string, items: readonly Asked[]) {
    const columns: Column<Asked>[] = [
      { label, cell: what },
      { label: msg('State'), cell: (one) => this.#state(one) },
    ];
    return dataTable({
      test: `${test}s`,
      columns,
      items,
      key: ({ id }) => id,
      row: ({ id, of }, cells) =>
        html`<tr data-test=${test} data-request=${id} data-kind=${of.kind} data-state=${of.state}>
          ${cells}
        </tr>`,
    });
  }

  #state(asked: Asked) {
    const { id } = asked;
    const { decision, author, mayWithdraw } = asked.of;
    const { kind, text } = stateChip(asked);
    const by = decision && decision.name !== author.name ? decision.name : '';
    const answer = answerText(asked);
    return html`<div class="state">
      <span class="chip ${kind}">${text}</span>
      ${by ? html`<span class="small quiet">${msg(str`by ${by}`)}</span>` : nothing}
      ${answer ? html`<span class="small quiet"><q>${answer}</q></span>` : nothing}
      ${
        mayWithdraw
          ? html`<wa-button
              size="s"
              appearance="outlined"
              ?loading=${this.busy === id}
              @click=${() => this.#withdraw(asked).catch(toastError)}
              data-test="withdraw"
              >${msg('Withdraw')}</wa-button
            >`
          : nothing
      }
    </div>`;
  }

  async #withdraw({ is, id }: Asked) {
    this.busy = id;
    const list = is === 'absence' ? this.#absences : this.#corrections;
    try {
      if (is === 'absence') await api.own.withdrawAbsenceRequest({ params: { id } });
      else await api.own.withdrawCorrection({ params: { id } });
      toast(is === 'absence' ? msg('Request withdrawn') : msg('Correction withdrawn'));
    } finally {
      this.busy = '';
      // Somebody may have decided in the meantime.
      list.refresh();
    }
  }
}

function what(asked: Asked) {
  const { author } = asked.of;
  const reason = reasonText(asked);
  return html`<strong>${askedText(asked)}</strong>
    ${reason ? html`<div class="small quiet"><q>${reason}</q></div>` : nothing}
    <div class="small quiet">${author.name} · ${dateTime(author.at)}</div>`;
}

customElements.define('muster-own-requests', MusterOwnRequests);
