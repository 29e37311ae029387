/** Corrections and requests for absence: those that wait for the reader, the reader's own that wait, and the past. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { toast, toastError } from '../../app/toasts.ts';
import { countWaitingDecisions } from '../../app/waiting-decisions.ts';
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
import { decisionFault } from './decided-text.ts';
import './refusal-dialog.ts';
import './refused-punches.ts';
import {
  answerText,
  type Asked,
  askedAbsence,
  askedCorrection,
  askedText,
  byTime,
  personText,
  reasonText,
  stateChip,
} from './request-text.ts';
import './vacation-left.ts';

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
  declare refusing: Asked | null;
  /** Id of what is being decided on. */
  declare busy: string;
  readonly #waiting = new Loaded(this, waiting);
  readonly #past = new PagedList<Asked>(this, async (query) => {
    const { corrections, next } = await api.corrections.list({ query });
    return { items: corrections.filter(({ state }) => state !== 'waiting').map(askedCorrection), next };
  });
  readonly #pastAbsences = new PagedList<Asked>(this, async (query) => {
    const { requests, next } = await api.absenceRequests.list({ query });
    return { items: requests.filter(({ state }) => state !== 'waiting').map(askedAbsence), next };
  });

  constructor() {
    super();
    this.refusing = null;
    this.busy = '';
  }

  override render() {
    const { value, error } = this.#waiting;
    const mine = value?.filter(({ of }) => of.mayDecide) ?? null;
    const own = value?.filter(({ of }) => of.mayWithdraw) ?? [];
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Requests')}</h1>
            <p class="quiet">
              ${msg('Corrections of punches, and absences that employees ask for. They wait until a second person approves them.')}
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
                text: msg('Nothing waits for you.'),
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
        ${
          this.#pastAbsences.items?.length === 0
            ? nothing
            : html`<section class="stack">
                <h2>${msg('Past requests for absence')}</h2>
                ${listCard(this.#pastAbsences, {
                  empty: nothing,
                  table: (items) => this.#table('past-absences', items, null),
                })}
              </section>`
        }
      </div>
      ${
        this.refusing
          ? html`<muster-refusal .asked=${this.refusing} @done=${this.#refused}></muster-refusal>`
          : nothing
      }`;
  }

  #table(test: string, items: readonly Asked[], actions: ((asked: Asked) => unknown) | null) {
    const columns: (Column<Asked> | null)[] = [
      { label: msg('Request'), cell: what },
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
      row: ({ is, id, of }, cells) =>
        html`<tr data-test=${is} data-request=${id} data-kind=${of.kind} data-state=${of.state}>
          ${cells}
        </tr>`,
    });
  }

  #decisions(asked: Asked) {
    return html`<wa-button
        size="s"
        variant="brand"
        ?loading=${this.busy === asked.id}
        @click=${() => this.#approve(asked).catch(toastError)}
        data-test="approve"
        >${msg('Approve')}</wa-button
      >
      <wa-button size="s" appearance="outlined" @click=${() => (this.refusing = asked)} data-test="refuse"
        >${msg('Refuse …')}</wa-button
      >`;
  }

  #withdrawal(asked: Asked) {
    return html`<wa-button
      size="s"
      appearance="outlined"
      ?loading=${this.busy === asked.id}
      @click=${() => this.#withdraw(asked).catch(toastError)}
      data-test="withdraw"
      >${msg('Withdraw')}</wa-button
    >`;
  }

  async #approve(asked: Asked) {
    const call = { params: { id: asked.id }, body: { decision: 'approve' } } as const;
    const isAbsence = asked.is === 'absence';
    await this.#run(
      asked,
      async () => (isAbsence ? await api.absenceRequests.decide(call) : await api.corrections.decide(call)),
      isAbsence ? msg('Absence approved') : msg('Correction approved'),
    );
  }

  /** Of staff, who ask for corrections only. */
  async #withdraw(asked: Asked) {
    const withdraw = () => api.corrections.withdraw({ params: { id: asked.id } });
    await this.#run(asked, withdraw, msg('Correction withdrawn'));
  }

  /** Somebody else may have decided in the meantime: the lists are fetched again in either case. */
  async #run(asked: Asked, work: () => Promise<unknown>, success: string) {
    this.busy = asked.id;
    try {
      await work();
      toast(success);
    } catch (error) {
      toast(await decisionFault(asked, error), 'danger');
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
    this.#pastAbsences.refresh();
    void countWaitingDecisions();
  }
}

async function waiting(): Promise<Asked[]> {
  const [corrections, requests] = await Promise.all([
    allOf((page) => api.corrections.list({ query: { ...page, state: 'waiting' } }), 'corrections'),
    allOf((page) => api.absenceRequests.list({ query: { ...page, state: 'waiting' } }), 'requests'),
  ]);
  return [...corrections.map(askedCorrection), ...requests.map(askedAbsence)].toSorted(byTime);
}

function what(asked: Asked) {
  const { author: by } = asked.of;
  const reason = reasonText(asked);
  return html`<strong>${personText(asked)}</strong>
    <div>${askedText(asked)}</div>
    ${reason ? html`<div class="small quiet"><q>${reason}</q></div>` : nothing} ${vacationLeft(asked)}
    <div class="narrow small quiet">${by.name} · ${dateTime(by.at)}</div>`;
}

function vacationLeft({ is, of }: Asked) {
  if (is !== 'absence' || of.kind !== 'vacation' || !of.mayDecide) return nothing;
  return html`<muster-vacation-left
    .personId=${of.person.id}
    .year=${of.from.slice(0, 4)}
  ></muster-vacation-left>`;
}

function author({ of: { author: by } }: Asked) {
  return html`${by.name}
    <div class="small quiet nowrap">${dateTime(by.at)}</div>`;
}

function state(asked: Asked) {
  const { decision, author: by } = asked.of;
  const name = decision && decision.name !== by.name ? decision.name : null;
  const { kind, text } = stateChip(asked);
  const answer = answerText(asked);
  return html`<span class="chip ${kind}">${text}</span>
    ${name === null ? nothing : html`<div class="small quiet">${msg(str`by ${name}`)}</div>`}
    ${answer ? html`<div class="small quiet"><q>${answer}</q></div>` : nothing}`;
}

customElements.define('muster-corrections', MusterCorrections);
