/** The audit trail: who did what, when and from where. Only owners may read it. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { AuditEventView, AuditInput, AuditNames, AuditVerdictView } from '#protocol/audit.ts';
import { toastError } from '../../app/toasts.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { collator } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { actChoices } from './audit-text.ts';
import { styles } from './audit.styles.ts';
import { eventColumns } from './event-columns.ts';
import { verdictCard } from './verdict-card.ts';

type Filter = 'act' | 'object' | 'from' | 'to';

export class MusterAudit extends MusterElement {
  static override properties = { verdict: { state: true }, checking: { state: true } };
  static override styles = [shared, formStyles, listStyles, styles];
  declare verdict: AuditVerdictView | null;
  declare checking: boolean;
  #filter: Pick<AuditInput, Filter> = {};
  /** Of all events that were loaded. */
  #names: AuditNames = {};
  readonly #events = new PagedList<AuditEventView>(this, async (query) => {
    const { events, names, next } = await api.audit.list({ query: { ...this.#filter, ...query } });
    this.#names = { ...this.#names, ...names };
    return { items: events, next };
  });

  constructor() {
    super();
    this.verdict = null;
    this.checking = false;
  }

  override render() {
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('Audit trail')}</h1>
          <p class="quiet">${msg('Who did what, when and from where. Events cannot be changed.')}</p>
        </div>
        <div class="row">
          <wa-button
            appearance="outlined"
            ?loading=${this.checking}
            @click=${this.#verify}
            data-test="verify"
          >
            <wa-icon slot="start" name="badge-check"></wa-icon>${msg('Verify integrity')}
          </wa-button>
          <wa-button appearance="outlined" @click=${this.#export} data-test="export">
            <wa-icon slot="start" name="download"></wa-icon>${msg('Export')}
          </wa-button>
        </div>
      </div>
      ${this.verdict ? verdictCard(this.verdict) : nothing}
      <div class="filters">
        ${this.#actFilter()}
        ${this.#textFilter('object', msg('Subject ID'), 'search', msg('ID of a person, device …'))}
        ${this.#textFilter('from', msg('From'), 'date')} ${this.#textFilter('to', msg('To'), 'date')}
      </div>
      ${listCard(this.#events, {
        empty: emptyState({
          icon: 'scroll',
          title: msg('No events found'),
          text: msg('No event matches these filters.'),
        }),
        table: (events) =>
          dataTable({
            test: 'audit',
            columns: eventColumns(this.#names),
            items: events,
            key: ({ seq }) => seq,
            row: ({ act }, cells) =>
              html`<tr data-test="event" data-act=${act}>
                ${cells}
              </tr>`,
          }),
      })}
    </div>`;
  }

  #actFilter() {
    const choices = actChoices((a, b) => collator().compare(a, b));
    return html`<wa-select
      size="s"
      label=${msg('Action')}
      placeholder=${msg('All actions')}
      with-clear
      @change=${(event: Event) => this.#filterBy('act', textOf(event))}
      data-test="filter-act"
    >
      ${choices.map(({ act, text }) => html`<wa-option value=${act}>${text}</wa-option>`)}
    </wa-select>`;
  }

  #textFilter(name: Filter, label: string, type: 'search' | 'date', placeholder = '') {
    return html`<wa-input
      size="s"
      label=${label}
      type=${type}
      placeholder=${placeholder}
      ?with-clear=${type === 'search'}
      @input=${(event: Event) => this.#filterBy(name, textOf(event))}
      data-test="filter-${name}"
    ></wa-input>`;
  }

  #filterBy(name: Filter, text: string) {
    const { [name]: _, ...others } = this.#filter;
    this.#filter = text === '' ? others : { ...others, [name]: text };
    this.#events.restart();
  }

  readonly #verify = () => {
    this.checking = true;
    api.audit
      .verify()
      .then((verdict) => (this.verdict = verdict))
      .catch(toastError)
      .finally(() => (this.checking = false));
  };

  readonly #export = () => {
    api.audit.export({ query: this.#filter }).catch(toastError);
  };
}

function textOf(event: Event): string {
  const { value } = event.target as HTMLElement & { value: string | string[] | null };
  return typeof value === 'string' ? value.trim() : '';
}

customElements.define('muster-audit', MusterAudit);
