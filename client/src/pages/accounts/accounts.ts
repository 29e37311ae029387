/** Who may sign in, and which integrations may read. */
import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AccountView, InvitationView } from '#protocol/accounts.ts';
import { account } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import './account-dialog.ts';
import './invite-dialog.ts';
import { ROLE_NAMES } from './role-names.ts';
import './tokens.ts';

const STATES = {
  active: { label: '', chip: '' },
  invited: { label: 'Invited', chip: 'info' },
  disabled: { label: 'Disabled', chip: 'bad' },
} as const;

export class MusterAccounts extends LitElement {
  static override properties = { inviting: { state: true }, edited: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      .who strong {
        display: block;
        font-weight: 620;
      }
      tr[data-state='disabled'] {
        opacity: 0.6;
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
  /** The dialog is open: for a new account, or with the link of one that is there. */
  declare inviting: InvitationView | 'new' | null;
  declare edited: AccountView | null;
  readonly #accounts = new Loaded(this, async () => (await accountApi.accounts()).accounts);

  constructor() {
    super();
    this.inviting = null;
    this.edited = null;
  }

  override render() {
    const { value, error } = this.#accounts;
    const { inviting, edited } = this;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>Accounts</h1>
            <p class="quiet">Who may sign in, and what each may do.</p>
          </div>
          <wa-button variant="brand" @click=${() => (this.inviting = 'new')} data-test="new-account">
            <wa-icon slot="start" name="plus"></wa-icon>Add an account
          </wa-button>
        </div>
        ${alert(error?.message ?? '')}
        <div class="card flush">${value ? this.#table(value) : nothing}</div>
        <muster-tokens></muster-tokens>
      </div>
      ${
        inviting
          ? html`<muster-invite-dialog
              .invitation=${inviting === 'new' ? null : inviting}
              @done=${this.#closed}
            ></muster-invite-dialog>`
          : nothing
      }
      ${
        edited
          ? html`<muster-account-dialog
              .account=${edited}
              .own=${edited.id === account()?.accountId}
              @done=${this.#closed}
              @reset=${this.#reset}
            ></muster-account-dialog>`
          : nothing
      }`;
  }

  #table(accounts: readonly AccountView[]) {
    return html`<div class="table">
      <table data-test="accounts">
        <thead>
          <tr>
            <th>Name</th>
            <th>Role</th>
            <th class="wide">Second factor</th>
            <th class="wide">Last sign-in</th>
            <th><span class="sr">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            accounts,
            ({ id }) => id,
            (each) => this.#row(each),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(each: AccountView) {
    const { label, chip } = STATES[each.state];
    return html`<tr data-test="account" data-state=${each.state}>
      <td class="who">
        <strong>${each.name}</strong><span class="small quiet">${each.username}</span>
        ${label ? html`<span class="chip ${chip}">${label}</span>` : nothing}
      </td>
      <td>
        ${ROLE_NAMES[each.role].name}
        ${each.department ? html`<span class="small quiet">${each.department}</span>` : nothing}
      </td>
      <td class="wide">
        ${each.secondFactor ? html`<span class="chip good">On</span>` : html`<span class="chip">Off</span>`}
      </td>
      <td class="wide">${each.signedInAt ? ago(each.signedInAt) : html`<span class="quiet">Never</span>`}</td>
      <td class="acts">
        <wa-button size="s" appearance="outlined" @click=${() => (this.edited = each)} data-test="edit">
          <wa-icon name="edit" label="Change ${each.name}"></wa-icon>
        </wa-button>
      </td>
    </tr>`;
  }

  readonly #closed = () => {
    this.inviting = null;
    this.edited = null;
    this.#accounts.refresh();
  };

  readonly #reset = (event: CustomEvent<InvitationView>) => {
    this.edited = null;
    this.inviting = event.detail;
  };
}

customElements.define('muster-accounts', MusterAccounts);
