/** The browsers in which the reader is signed in. Fires `changed` after a sign-out. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { OwnSessionView } from '#protocol/accounts.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { browserName } from '../../components/browser-name.ts';
import { ago } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { tableStyles } from '../../components/list-page/table.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

export class MusterSessions extends MusterElement {
  static override properties = { sessions: { attribute: false } };
  static override styles = [shared, tableStyles];
  declare sessions: readonly OwnSessionView[];

  constructor() {
    super();
    this.sessions = [];
  }

  override render() {
    return html`<section class="stack">
      <div class="head">
        <h2>${msg('Where you are signed in')}</h2>
        ${
          this.sessions.length > 1
            ? html`<wa-button size="s" appearance="outlined" @click=${this.#endOthers} data-test="end-others">
                ${msg('Sign out everywhere else')}
              </wa-button>`
            : nothing
        }
      </div>
      <div class="card flush">
        ${dataTable({
          test: 'sessions',
          columns: this.#columns(),
          items: this.sessions,
          key: ({ id }) => id,
          row: (_session, cells) =>
            html`<tr data-test="session">
              ${cells}
            </tr>`,
        })}
      </div>
    </section>`;
  }

  #columns(): Column<OwnSessionView>[] {
    return [
      {
        label: msg('Browser'),
        cell: ({ userAgent }) =>
          html`<div class="name">
            <div><strong>${browserName(userAgent)}</strong></div>
          </div>`,
      },
      { label: msg('Address'), kind: 'wide', cell: ({ address }) => address ?? '–' },
      { label: msg('Signed in'), kind: 'wide', cell: ({ openedAt }) => ago(openedAt) },
      {
        label: msg('Last used'),
        cell: ({ current, lastUsedAt }) =>
          current ? html`<span class="chip good">${msg('This browser')}</span>` : ago(lastUsedAt),
      },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'actions',
        cell: (session) => (session.current ? nothing : this.#endButton(session)),
      },
    ];
  }

  #endButton({ id, userAgent }: OwnSessionView) {
    const name = browserName(userAgent);
    return html`<div>
      <wa-button
        size="s"
        appearance="plain"
        @click=${() => this.#run(() => api.account.endSession({ params: { id } }), msg(str`Signed out of ${name}`))}
        data-test="end"
      >
        <wa-icon name="log-out" label=${msg(str`Sign out of ${name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  readonly #endOthers = () => {
    this.#run(() => api.account.endOtherSessions(), msg('Signed out everywhere else'));
  };

  #run(act: () => Promise<unknown>, success: string) {
    act()
      .then(() => {
        toast(success);
        this.dispatchEvent(new Event('changed'));
      })
      .catch(toastError);
  }
}

customElements.define('muster-sessions', MusterSessions);
