/** Tokens of integrations. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ApiTokenView } from '#protocol/tokens.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago, shortDate } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import { SCOPE_NAMES } from './scope-names.ts';
import './token-dialog.ts';

export class MusterTokens extends LitElement {
  static override properties = { making: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      tr[data-state='ended'] {
        opacity: 0.6;
      }
      td strong {
        display: block;
        font-weight: 620;
      }
      .acts {
        text-align: right;
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        th,
        td {
          padding: 0.7rem 0.75rem;
        }
      }
    `,
  ];
  declare making: boolean;
  readonly #tokens = new Loaded(this, async () => (await accountApi.tokens()).tokens);

  constructor() {
    super();
    this.making = false;
  }

  override render() {
    const { value, error } = this.#tokens;
    return html`<section class="stack">
        <div class="head">
          <div>
            <h2>Tokens for other programs</h2>
            <p class="small quiet">They read over the API. A token ends with the account of who made it.</p>
          </div>
          <wa-button appearance="outlined" @click=${() => (this.making = true)} data-test="new-token">
            <wa-icon slot="start" name="plus"></wa-icon>Add a token
          </wa-button>
        </div>
        ${alert(error?.message ?? '')} ${value && value.length > 0 ? this.#table(value) : nothing}
      </section>
      ${this.making ? html`<muster-token-dialog @done=${this.#made}></muster-token-dialog>` : nothing}
      <muster-confirm></muster-confirm>`;
  }

  #table(tokens: readonly ApiTokenView[]) {
    return html`<div class="card flush table">
      <table data-test="tokens">
        <thead>
          <tr>
            <th>Name</th>
            <th class="wide">May</th>
            <th class="wide">Made by</th>
            <th>Last used</th>
            <th>Until</th>
            <th><span class="sr">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${tokens.map((token) => this.#row(token))}
        </tbody>
      </table>
    </div>`;
  }

  #row(token: ApiTokenView) {
    const ended = token.state === 'ended';
    return html`<tr data-test="token" data-state=${token.state}>
      <td><strong>${token.name}</strong></td>
      <td class="wide">Read ${token.scopes.map((scope) => SCOPE_NAMES[scope]).join(', ')}</td>
      <td class="wide">${token.createdBy}</td>
      <td>${token.lastUsedAt ? ago(token.lastUsedAt) : html`<span class="quiet">Never</span>`}</td>
      <td>${ended ? html`<span class="chip bad">Ended</span>` : shortDate(token.expiresAt)}</td>
      <td class="acts">
        ${
          ended
            ? nothing
            : html`<wa-button
                size="s"
                appearance="plain"
                @click=${() => this.#revoke(token)}
                data-test="revoke"
              >
                <wa-icon name="trash" label="Revoke ${token.name}"></wa-icon>
              </wa-button>`
        }
      </td>
    </tr>`;
  }

  readonly #made = () => {
    this.making = false;
    this.#tokens.refresh();
  };

  #revoke(token: ApiTokenView) {
    this.#askAndRevoke(token).catch(toastError);
  }

  async #askAndRevoke({ id, name }: ApiTokenView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: `Revoke ${name}?`,
      text: 'Whatever uses it is refused from now on.',
      act: 'Revoke',
    });
    if (!sure) return;
    await accountApi.revokeToken(id);
    this.#tokens.refresh();
    toast(`${name} was revoked`);
  }
}

customElements.define('muster-tokens', MusterTokens);
