/** Tokens for programs that use the API. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ApiTokenView } from '#protocol/tokens.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago, shortDate } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { allOf } from '../../session/all-of.ts';
import { shared } from '../../styles/shared.ts';
import { scopesText } from './scope-texts.ts';
import './token-dialog.ts';

export class MusterTokens extends MusterElement {
  static override properties = { adding: { state: true } };
  static override styles = [shared, formStyles, listStyles];
  declare adding: boolean;
  readonly #tokens = new PagedList<ApiTokenView>(this, async () => ({
    items: await allOf((page) => api.tokens.list({ query: page }), 'tokens'),
    next: null,
  }));

  constructor() {
    super();
    this.adding = false;
  }

  override render() {
    return html`<section class="stack">
        <div class="head">
          <div>
            <h2>${msg('API tokens')}</h2>
            <p class="small quiet">
              ${msg('For programs that use the API. A token stops working when the account of its creator does.')}
            </p>
          </div>
          <wa-button appearance="outlined" @click=${() => (this.adding = true)} data-test="new-token">
            <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a token')}
          </wa-button>
        </div>
        ${listCard(this.#tokens, {
          empty: nothing,
          table: (tokens) =>
            dataTable({
              test: 'tokens',
              columns: this.#columns(),
              items: tokens,
              key: ({ id }) => id,
              row: ({ state }, cells) =>
                html`<tr data-test="token" data-state=${state} ?data-inactive=${state === 'ended'}>
                  ${cells}
                </tr>`,
            }),
        })}
      </section>
      ${this.adding ? html`<muster-token-dialog @done=${this.#added}></muster-token-dialog>` : nothing}
      <muster-confirm></muster-confirm>`;
  }

  #columns(): Column<ApiTokenView>[] {
    return [
      {
        label: msg('Name'),
        cell: ({ name }) =>
          html`<div class="name">
            <div><strong>${name}</strong></div>
          </div>`,
      },
      { label: msg('Access'), kind: 'wide', cell: ({ scopes }) => scopesText(scopes) },
      { label: msg('Created by'), kind: 'wide', cell: ({ createdBy }) => createdBy },
      {
        label: msg('Last used'),
        cell: ({ lastUsedAt }) =>
          lastUsedAt ? ago(lastUsedAt) : html`<span class="quiet">${msg('Never')}</span>`,
      },
      {
        label: msg('Expires'),
        cell: ({ state, expiresAt }) =>
          state === 'ended'
            ? html`<span class="chip bad">${msg('No longer valid')}</span>`
            : shortDate(expiresAt),
      },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'actions',
        cell: (token) => (token.state === 'ended' ? nothing : this.#revokeButton(token)),
      },
    ];
  }

  #revokeButton(token: ApiTokenView) {
    return html`<div>
      <wa-button
        size="s"
        appearance="plain"
        @click=${() => this.#askAndRevoke(token).catch(toastError)}
        data-test="revoke"
      >
        <wa-icon name="trash" label=${msg(str`Revoke ${token.name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  readonly #added = () => {
    this.adding = false;
    this.#tokens.refresh();
  };

  async #askAndRevoke({ id, name }: ApiTokenView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Revoke ${name}?`),
      text: msg('Programs that use this token lose access immediately.'),
      act: msg('Revoke'),
    });
    if (!sure) return;
    await api.tokens.revoke({ params: { id } });
    this.#tokens.refresh();
    toast(msg(str`${name} was revoked`));
  }
}

customElements.define('muster-tokens', MusterTokens);
