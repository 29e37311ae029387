/** Corrections: those that wait for the reader, the reader's own that wait, and the past. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { CorrectionView } from '#protocol/corrections.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { countWaitingCorrections } from '../../app/waiting-corrections.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { correctionText, stateKind, stateText } from './correction-text.ts';
import { decisionFault } from './decided-text.ts';
import './refusal-dialog.ts';
import './refused-punches.ts';

export class MusterCorrections extends MusterElement {
  static override properties = { refusing: { state: true }, busy: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      td strong {
        display: block;
        font-weight: 620;
      }
      q {
        overflow-wrap: anywhere;
      }
      @media (max-width: 45rem) {
        .waiting td.actions > div {
          flex-direction: column;
          align-items: stretch;
        }
      }
    `,
  ];
  declare refusing: CorrectionView | null;
  /** Id of the correction that is being decided on. */
  declare busy: string;
  readonly #waiting = new Loaded(this, () =>
    allOf((page) => api.corrections.list({ query: { ...page, state: 'waiting' } }), 'corrections'),
  );
  readonly #past = new PagedList<CorrectionView>(this, async (query) => {
    const { corrections, next } = await api.corrections.list({ query });
    return { items: corrections.filter(({ state }) => state !== 'waiting'), next };
  });

  constructor() {
    super();
    this.refusing = null;
    this.busy = '';
  }

  override render() {
    const { value, error } = this.#waiting;
    const mine = value?.filter(({ mayDecide }) => mayDecide) ?? null;
    const own = value?.filter(({ mayWithdraw }) => mayWithdraw) ?? [];
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Corrections')}</h1>
            <p class="quiet">
              ${msg('Punches that were added, removed or moved by hand. Some wait until a second person approves them.')}
            </p>
          </div>
          <wa-button appearance="outlined" href="/corrections/punches" data-test="remove-several">
            <wa-icon slot="start" name="trash"></wa-icon>${msg('Remove several punches')}
          </wa-button>
        </div>
        ${alert(error)}
        <muster-refused-punches @booked=${() => this.#refresh()}></muster-refused-punches>
        <section class="stack waiting">
          <h2>${msg('Waiting for you')}</h2>
          ${listCard(
            { items: mine, error: null },
            {
              empty: emptyState({
                icon: 'circle-check',
                text: msg('No correction waits for you.'),
                test: 'none-waiting',
              }),
              table: (items) => this.#table('waiting', items, (one) => this.#decisions(one)),
            },
          )}
        </section>
        ${
          own.length > 0
            ? html`<section class="stack waiting">
                <h2>${msg('Your own, waiting for a second person')}</h2>
                ${listCard(
                  { items: own, error: null },
                  {
                    empty: nothing,
                    table: (items) => this.#table('own', items, (one) => this.#withdrawal(one)),
                  },
                )}
              </section>`
            : nothing
        }
        <section class="stack">
          <h2>${msg('Past corrections')}</h2>
          ${listCard(this.#past, {
            empty: emptyState({
              icon: 'corrections',
              text: msg('Corrections are made on the attendance page: add a punch, or click on one.'),
            }),
            table: (items) => this.#table('past', items, null),
          })}
        </section>
      </div>
      ${
        this.refusing
          ? html`<muster-refusal .correction=${this.refusing} @done=${this.#refused}></muster-refusal>`
          : nothing
      }`;
  }

  #table(
    test: string,
    items: readonly CorrectionView[],
    actions: ((correction: CorrectionView) => unknown) | null,
  ) {
    const columns: (Column<CorrectionView> | null)[] = [
      { label: msg('Correction'), cell: what },
      { label: msg('Requested by'), kind: 'wide', cell: author },
      actions ? null : { label: msg('State'), cell: state },
      actions
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (one) => html`<div>${actions(one)}</div>`,
          }
        : null,
    ];
    return dataTable({
      test: `corrections-${test}`,
      columns,
      items,
      key: ({ id }) => id,
      row: ({ id, kind, state: is }, cells) =>
        html`<tr data-test="correction" data-correction=${id} data-kind=${kind} data-state=${is}>
          ${cells}
        </tr>`,
    });
  }

  #decisions(correction: CorrectionView) {
    return html`<wa-button
        size="s"
        variant="brand"
        ?loading=${this.busy === correction.id}
        @click=${() => this.#approve(correction).catch(toastError)}
        data-test="approve"
        >${msg('Approve')}</wa-button
      >
      <wa-button
        size="s"
        appearance="outlined"
        @click=${() => (this.refusing = correction)}
        data-test="refuse"
        >${msg('Refuse …')}</wa-button
      >`;
  }

  #withdrawal(correction: CorrectionView) {
    return html`<wa-button
      size="s"
      appearance="outlined"
      ?loading=${this.busy === correction.id}
      @click=${() => this.#withdraw(correction).catch(toastError)}
      data-test="withdraw"
      >${msg('Withdraw')}</wa-button
    >`;
  }

  async #approve({ id }: CorrectionView) {
    const approve = () => api.corrections.decide({ params: { id }, body: { decision: 'approve' } });
    await this.#run(id, approve, msg('Correction approved'));
  }

  async #withdraw({ id }: CorrectionView) {
    await this.#run(id, () => api.corrections.withdraw({ params: { id } }), msg('Correction withdrawn'));
  }

  /** Somebody else may have decided in the meantime: the lists are fetched again in either case. */
  async #run(id: string, work: () => Promise<unknown>, success: string) {
    this.busy = id;
    try {
      await work();
      toast(success);
    } catch (error) {
      toast(await decisionFault(id, error), 'danger');
    } finally {
      this.busy = '';
      this.#refresh();
    }
  }

  readonly #refused = () => {
    this.refusing = null;
    this.#refresh();
  };

  #refresh() {
    this.#waiting.refresh();
    this.#past.refresh();
    void countWaitingCorrections();
  }
}

function what(correction: CorrectionView) {
  const { person, reason, author: by } = correction;
  return html`<strong>${person?.displayName ?? msg('Several people')}</strong>
    <div>${correctionText(correction)}</div>
    <div class="small quiet"><q>${reason}</q></div>
    <div class="narrow small quiet">${by.name} · ${dateTime(by.at)}</div>`;
}

function author({ author: { name, at } }: CorrectionView) {
  return html`${name}
    <div class="small quiet nowrap">${dateTime(at)}</div>`;
}

function state({ state: is, decision, note, author: by }: CorrectionView) {
  const name = decision && decision.name !== by.name ? decision.name : null;
  return html`<span class="chip ${stateKind(is)}">${stateText(is)}</span>
    ${name === null ? nothing : html`<div class="small quiet">${msg(str`by ${name}`)}</div>`}
    ${note ? html`<div class="small quiet"><q>${note}</q></div>` : nothing}`;
}

customElements.define('muster-corrections', MusterCorrections);
