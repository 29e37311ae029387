/** Who can sign in, and which programs may read data. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AccountView, InvitationView } from '#protocol/accounts.ts';
import { historyPlace } from '../../app/navigation.ts';
import { account } from '../../app/session.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { allOf } from '../../session/all-of.ts';
import { shared } from '../../styles/shared.ts';
import './account-dialog.ts';
import './employee-dialog.ts';
import './invite-dialog.ts';
import { roleName } from './role-names.ts';
import './tokens.ts';

export class MusterAccounts extends MusterElement {
  static override properties = {
    inviting: { state: true },
    letting: { state: true },
    edited: { state: true },
  };
  static override styles = [shared, formStyles, listStyles];
  /** The invitation dialog is open: for a new account, or with the link of an existing one. */
  declare inviting: InvitationView | 'new' | null;
  /** The dialog that gives an employee access is open. */
  declare letting: boolean;
  declare edited: AccountView | null;
  readonly #accounts = new PagedList<AccountView>(this, async () => ({
    items: await allOf((page) => api.accounts.list({ query: { ...page, of: 'staff' } }), 'accounts'),
    next: null,
  }));
  readonly #employees = new PagedList<AccountView>(
    this,
    async (query) => {
      const { accounts, next } = await api.accounts.list({ query: { ...query, of: 'employees' } });
      return { items: accounts, next };
    },
    historyPlace,
  );

  constructor() {
    super();
    this.inviting = null;
    this.letting = false;
    this.edited = null;
  }

  override render() {
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Accounts')}</h1>
            <p class="quiet">${msg('Who can sign in, and what they may do.')}</p>
          </div>
          <wa-button variant="brand" @click=${() => (this.inviting = 'new')} data-test="new-account">
            <wa-icon slot="start" name="plus"></wa-icon>${msg('Add an account')}
          </wa-button>
        </div>
        ${listCard(this.#accounts, { empty: nothing, table: (accounts) => this.#table('accounts', accounts) })}
        <section class="stack">
          <div class="head">
            <div>
              <h2>${msg('Employees')}</h2>
              <p class="small quiet">
                ${msg('People who see their own days, requests and data, and nobody else’s.')}
              </p>
            </div>
            <wa-button appearance="outlined" @click=${() => (this.letting = true)} data-test="new-employee">
              <wa-icon slot="start" name="plus"></wa-icon>${msg('Give an employee access')}
            </wa-button>
          </div>
          ${listCard(this.#employees, { empty: nothing, table: (accounts) => this.#table('employees', accounts) })}
        </section>
        <muster-tokens></muster-tokens>
      </div>
      ${this.#dialogs()}`;
  }

  #dialogs() {
    const { inviting, edited } = this;
    if (inviting) {
      return html`<muster-invite-dialog
        .invitation=${inviting === 'new' ? null : inviting}
        @done=${this.#closed}
      ></muster-invite-dialog>`;
    }
    if (this.letting) {
      return html`<muster-employee-dialog @done=${this.#closed}></muster-employee-dialog>`;
    }
    if (edited) {
      return html`<muster-account-dialog
        .account=${edited}
        .own=${edited.id === account()?.accountId}
        @done=${this.#closed}
        @reset=${this.#reset}
      ></muster-account-dialog>`;
    }
    return nothing;
  }

  #table(test: string, accounts: readonly AccountView[]) {
    return dataTable({
      test,
      columns: this.#columns(),
      items: accounts,
      key: ({ id }) => id,
      row: ({ state }, cells) =>
        html`<tr data-test="account" data-state=${state} ?data-inactive=${state === 'disabled'}>
          ${cells}
        </tr>`,
    });
  }

  #columns(): Column<AccountView>[] {
    return [
      { label: msg('Name'), cell: name },
      {
        label: msg('Role'),
        cell: ({ role, department }) =>
          html`${roleName(role)}${department ? html`<div class="small quiet">${department}</div>` : nothing}`,
      },
      {
        label: msg('Two-factor authentication'),
        kind: 'wide',
        cell: ({ secondFactor }) =>
          secondFactor
            ? html`<span class="chip good">${msg('On')}</span>`
            : html`<span class="chip">${msg('Off')}</span>`,
      },
      {
        label: msg('Last sign-in'),
        kind: 'wide',
        cell: ({ signedInAt }) =>
          signedInAt ? ago(signedInAt) : html`<span class="quiet">${msg('Never')}</span>`,
      },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'actions',
        cell: (each) =>
          html`<div>
            <wa-button size="s" appearance="outlined" @click=${() => (this.edited = each)} data-test="edit">
              <wa-icon name="edit" label=${msg(str`Edit ${each.name}`)}></wa-icon>
            </wa-button>
          </div>`,
      },
    ];
  }

  readonly #closed = () => {
    this.inviting = null;
    this.letting = false;
    this.edited = null;
    this.#accounts.refresh();
    this.#employees.refresh();
  };

  readonly #reset = (event: CustomEvent<InvitationView>) => {
    this.edited = null;
    this.inviting = event.detail;
  };
}

function name({ name: of, username, state, personId }: AccountView) {
  return html`<div class="name">
    <div>
      <strong>${personId ? html`<a href="/people/${personId}">${of}</a>` : of}</strong
      ><span class="small quiet">${username}</span>
      ${
        state === 'invited'
          ? html`<span class="chip info">${msg('Invited')}</span>`
          : state === 'disabled'
            ? html`<span class="chip bad">${msg('Disabled')}</span>`
            : nothing
      }
    </div>
  </div>`;
}

customElements.define('muster-accounts', MusterAccounts);
