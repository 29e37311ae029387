/** The audit trail: who did what, when, from where; read by owners. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { AuditEventView, AuditVerdictView } from '#protocol/audit.ts';
import { toastError } from '../app/toasts.ts';
import { alert } from '../components/alert.ts';
import { formStyles } from '../components/form.styles.ts';
import { api, type AuditQuery } from '../session/api.ts';
import { ClientError } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';

const PAGE = 50;
/** Typing settles for this long before the server is asked, ms. */
const SETTLE = 250;

const when = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

const ACTORS = {
  account: 'user',
  device: 'devices',
  token: 'key',
  server: 'server',
  nobody: 'user-x',
} as const;

export class MusterAudit extends LitElement {
  static override properties = {
    events: { state: true },
    more: { state: true },
    verdict: { state: true },
    checking: { state: true },
    fault: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
        gap: 0.75rem;
      }
      td {
        vertical-align: top;
      }
      .at {
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .who {
        display: flex;
        gap: 0.5rem;
        align-items: baseline;
      }
      .who wa-icon {
        color: var(--m-quiet);
        transform: translateY(0.12em);
      }
      .act {
        font-weight: 620;
        white-space: nowrap;
      }
      .id {
        font-family: var(--wa-font-family-code, monospace);
        font-size: 0.8125rem;
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.1rem 0.75rem;
        margin: 0;
        font-size: 0.875rem;
      }
      dt {
        color: var(--m-quiet);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .verdict {
        display: flex;
        gap: 0.85rem;
        align-items: flex-start;
      }
      .verdict wa-icon {
        font-size: 1.5rem;
        flex: none;
      }
      .verdict.whole wa-icon {
        color: var(--m-in);
      }
      .verdict.broken wa-icon {
        color: var(--m-danger);
      }
      .more {
        padding: 1rem;
        text-align: center;
        border-top: 1px solid var(--m-line);
      }
      .narrow {
        display: none;
        margin-top: 0.25rem;
        font-size: 0.875rem;
      }
      @media (max-width: 52rem) {
        .wide {
          display: none;
        }
        .narrow {
          display: block;
        }
        .who wa-icon {
          display: none;
        }
        th,
        td {
          padding: 0.7rem 0.75rem;
        }
        .at {
          white-space: normal;
        }
      }
    `,
  ];
  declare events: AuditEventView[] | null;
  declare more: boolean;
  declare verdict: AuditVerdictView | null;
  declare checking: boolean;
  declare fault: string;
  #query: AuditQuery = {};
  #turn = 0;
  #settle: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.events = null;
    this.more = false;
    this.verdict = null;
    this.checking = false;
    this.fault = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#load().catch(toastError);
  }

  override disconnectedCallback() {
    if (this.#settle) clearTimeout(this.#settle);
    this.#turn += 1;
    super.disconnectedCallback();
  }

  override render() {
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>Audit trail</h1>
          <p class="quiet">Who did what, when, and from where. Nothing here can be changed.</p>
        </div>
        <div class="row">
          <wa-button
            appearance="outlined"
            ?loading=${this.checking}
            @click=${this.#verify}
            data-test="verify"
          >
            <wa-icon slot="start" name="badge-check"></wa-icon>Check it is whole
          </wa-button>
          <wa-button appearance="outlined" @click=${this.#export} data-test="export">
            <wa-icon slot="start" name="download"></wa-icon>Export
          </wa-button>
        </div>
      </div>
      ${this.verdict ? verdictCard(this.verdict) : nothing} ${alert(this.fault)}
      <div class="filters">
        ${this.#field('act', 'Act', 'search', 'session, punch.corrected …')}
        ${this.#field('object', 'Object', 'search', 'id of a person or device')}
        ${this.#field('from', 'From', 'date')} ${this.#field('to', 'To', 'date')}
      </div>
      <div class="card flush">${this.events ? this.#table(this.events) : nothing}</div>
    </div>`;
  }

  #field(name: 'act' | 'object' | 'from' | 'to', label: string, type: 'search' | 'date', placeholder = '') {
    return html`<wa-input
      size="s"
      label=${label}
      type=${type}
      placeholder=${placeholder}
      ?with-clear=${type === 'search'}
      @input=${(event: Event) => this.#filter(name, (event.target as HTMLInputElement).value ?? '')}
      data-test="filter-${name}"
    ></wa-input>`;
  }

  #table(events: readonly AuditEventView[]) {
    if (events.length === 0) {
      return html`<div class="empty">
        <wa-icon name="scroll"></wa-icon>
        <h2>Nothing found</h2>
        <p class="quiet">No event matches this filter.</p>
      </div>`;
    }
    return html`<div class="table">
        <table data-test="audit">
          <thead>
            <tr>
              <th>When</th>
              <th>Who</th>
              <th>Act</th>
              <th class="wide">Object</th>
              <th class="wide">Details</th>
            </tr>
          </thead>
          <tbody>
            ${events.map(row)}
          </tbody>
        </table>
      </div>
      ${
        this.more
          ? html`<div class="more">
              <wa-button appearance="plain" @click=${this.#older} data-test="older">Older events</wa-button>
            </div>`
          : nothing
      }`;
  }

  #next: string | null = null;

  #filter(name: 'act' | 'object' | 'from' | 'to', text: string) {
    const { [name]: _, ...others } = this.#query;
    this.#query = text.trim() === '' ? others : { ...others, [name]: text.trim() };
    if (this.#settle) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#load().catch(toastError), SETTLE);
  }

  readonly #older = () => {
    if (this.#next !== null) this.#load(this.#next).catch(toastError);
  };

  async #load(after?: string) {
    const turn = ++this.#turn;
    try {
      const page = await api.audit({ ...this.#query, ...(after !== undefined && { after }), limit: PAGE });
      if (turn !== this.#turn) return;
      this.events = after === undefined ? page.events : [...(this.events ?? []), ...page.events];
      this.#next = page.next;
      this.more = page.next !== null;
      this.fault = '';
    } catch (error) {
      if (turn === this.#turn) this.fault = ClientError.of(error).message;
    }
  }

  readonly #verify = () => {
    this.checking = true;
    api
      .verifyAudit()
      .then((verdict) => (this.verdict = verdict))
      .catch(toastError)
      .finally(() => (this.checking = false));
  };

  readonly #export = () => {
    api.exportAudit(this.#query).catch(toastError);
  };
}

function verdictCard({ events, first, last, head, faults }: AuditVerdictView) {
  const whole = faults.length === 0;
  return html`<div class="card" role="status" data-test="verdict" data-whole=${whole}>
    <div class="verdict ${whole ? 'whole' : 'broken'}">
      <wa-icon name=${whole ? 'circle-check' : 'circle-alert'}></wa-icon>
      <div>
        <h2>${whole ? `Whole: ${events} events` : 'The trail is not whole'}</h2>
        ${
          whole
            ? html`<p class="quiet small">
                Events ${first ?? 0} to ${last ?? 0}, none changed, none missing. Its end:
                <span class="id">${last ?? 0}:${head ?? ''}</span>
              </p>`
            : faults.map(({ seq, what }) => html`<p class="small">Event ${seq}: ${what}.</p>`)
        }
      </div>
    </div>
  </div>`;
}

function row(event: AuditEventView) {
  const { before, after } = event.detail;
  return html`<tr data-test="event" data-act=${event.act}>
    <td class="at">${when.format(new Date(event.at))}</td>
    <td>
      <div class="who">
        <wa-icon name=${ACTORS[event.actorKind]}></wa-icon>
        <span>
          ${
            event.actorKind === 'server'
              ? 'The server'
              : event.actorName || html`<span class="quiet">not signed in</span>`
          }
          ${event.address ? html`<span class="small quiet"><br />${event.address}</span>` : nothing}
        </span>
      </div>
    </td>
    <td>
      <span class="act">${event.act}</span>
      <div class="narrow">${object(event)}${details(before, after)}</div>
    </td>
    <td class="wide">${object(event)}</td>
    <td class="wide">${details(before, after)}</td>
  </tr>`;
}

function object({ objectKind, objectId }: AuditEventView) {
  return objectKind ? html`${objectKind}<br /><span class="id quiet">${objectId}</span>` : nothing;
}

function details(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return nothing;
  return html`<dl>
    ${names.map(
      (name) =>
        html`<dt>${name}</dt>
          <dd>${name in before ? html`${text(before[name])} → ` : nothing}${text(after[name])}</dd>`,
    )}
  </dl>`;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map(text).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

customElements.define('muster-audit', MusterAudit);
