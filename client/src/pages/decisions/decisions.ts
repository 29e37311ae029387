/** What the cameras decided about faces in the last days, and why. The filters are in the address. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import {
  DECISION_KINDS,
  type DecisionKind,
  type DecisionRow,
  type DecisionsQuery,
} from '#protocol/decisions.ts';
import { currentUrl, historyPlace, navigate, withQuery } from '../../app/navigation.ts';
import { formStyles } from '../../components/form.styles.ts';
import { localDateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './why-dialog.ts';
import { kindColor, kindText, whyText } from './why-text.ts';

type Filters = Partial<Pick<DecisionsQuery, 'device' | 'date' | 'kind'>>;

export class MusterDecisions extends MusterElement {
  static override properties = { asked: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
      }
      .filters > * {
        flex: 1 1 12rem;
        max-width: 18rem;
      }
    `,
  ];
  declare asked: string | null;
  readonly #devices = new Loaded(this, () => allOf((page) => api.devices.list({ query: page }), 'devices'));
  readonly #decisions = new PagedList<DecisionRow>(
    this,
    async (query) => {
      const { decisions, next } = await api.decisions.list({ query: { ...filters(), ...query } });
      return { items: decisions, next };
    },
    historyPlace,
  );

  constructor() {
    super();
    this.asked = null;
  }

  override render() {
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Decisions')}</h1>
            <p class="quiet">
              ${msg('What the cameras decided about faces in the last days, and why. Only numbers are kept, no pictures.')}
            </p>
          </div>
        </div>
        ${this.#filters()}
        ${listCard(this.#decisions, {
          empty: emptyState({
            icon: 'scan-face',
            title: msg('No decisions found'),
            text: msg('No camera has decided about a face, or it is kept no longer.'),
          }),
          table: (items) =>
            dataTable({
              test: 'decisions',
              columns: this.#columns(),
              items,
              key: ({ id }) => id,
              row: ({ id, kind }, cells) =>
                html`<tr data-test="decision" data-decision=${id} data-kind=${kind}>
                  ${cells}
                </tr>`,
            }),
        })}
      </div>
      ${
        this.asked === null
          ? nothing
          : html`<muster-why-dialog
              .asked=${{ decision: this.asked }}
              @done=${() => (this.asked = null)}
            ></muster-why-dialog>`
      }`;
  }

  #filters() {
    const { device = '', date = '', kind = '' } = filters();
    return html`<div class="filters">
      <wa-select
        size="s"
        label=${msg('Device')}
        placeholder=${msg('All devices')}
        with-clear
        .value=${device}
        @change=${(event: Event) => this.#filterBy('device', event)}
        data-test="filter-device"
      >
        ${(this.#devices.value ?? []).map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
      </wa-select>
      <wa-input
        size="s"
        label=${msg('Date')}
        type="date"
        .value=${date}
        @change=${(event: Event) => this.#filterBy('date', event)}
        data-test="filter-date"
      ></wa-input>
      <wa-select
        size="s"
        label=${msg('Decision')}
        placeholder=${msg('All decisions')}
        with-clear
        .value=${kind}
        @change=${(event: Event) => this.#filterBy('kind', event)}
        data-test="filter-kind"
      >
        ${DECISION_KINDS.map((one) => html`<wa-option value=${one}>${kindText(one)}</wa-option>`)}
      </wa-select>
    </div>`;
  }

  #columns(): Column<DecisionRow>[] {
    return [
      {
        label: msg('When and where'),
        cell: ({ localTime, device }) =>
          html`<span class="number">${localDateTime(localTime)}</span>
            <div class="small quiet">${device.name}</div>`,
      },
      {
        label: msg('Decision'),
        cell: (one) =>
          html`<span class="chip ${kindColor(one.kind)}">${kindText(one.kind)}</span>
            <div>${namesOf(one)}</div>
            <div class="narrow small quiet">${whyText(one)}</div>`,
      },
      {
        label: msg('Why'),
        kind: 'wide',
        cell: (one) => html`<span class="small" data-test="sentence">${whyText(one)}</span>`,
      },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'actions',
        cell: ({ id }) =>
          html`<div>
            <wa-button size="s" appearance="outlined" @click=${() => (this.asked = id)} data-test="why"
              >${msg('Why?')}</wa-button
            >
          </div>`,
      },
    ];
  }

  #filterBy(name: keyof Filters, event: Event) {
    const { value } = event.target as HTMLElement & { value: string | string[] | null };
    navigate(withQuery(currentUrl.value, { [name]: typeof value === 'string' ? value : '' }), {
      replace: true,
    });
    this.#decisions.restart();
    this.requestUpdate();
  }
}

/** As the address says; what it cannot mean is left out. */
function filters(): Filters {
  const asked = new URLSearchParams(location.search);
  const [device, date, kind] = ['device', 'date', 'kind'].map((name) => asked.get(name) ?? '');
  return {
    ...(device && { device }),
    ...(date && { date }),
    ...(isKind(kind) && { kind }),
  };
}

function isKind(text: string | undefined): text is DecisionKind {
  return (DECISION_KINDS as readonly (string | undefined)[]).includes(text);
}

function namesOf({ person, oneOf }: DecisionRow): string {
  return [...(person ? [person] : []), ...oneOf].map(({ displayName }) => displayName).join(' / ');
}

customElements.define('muster-decisions', MusterDecisions);
