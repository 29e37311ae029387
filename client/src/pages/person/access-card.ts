/** Whether the person can see their own record, and how they get to. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AccountView, InvitationView } from '#protocol/accounts.ts';
import type { PersonView } from '#protocol/people.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { dateTime } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './give-access.ts';
import { disableQuestion, enableQuestion, newLinkQuestion } from '../accounts/account-questions.ts';

export class MusterAccessCard extends MusterElement {
  static override properties = { person: { attribute: false }, giving: { state: true } };
  static override styles = [shared];
  declare person: PersonView;
  /** The dialog is open: for a new account, or with the new link of the one that there is. */
  declare giving: InvitationView | 'new' | null;
  readonly #access = new Loaded(this, () => api.access.get({ params: { id: this.person.id } }));

  constructor() {
    super();
    this.giving = null;
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.get('person')) this.#access.refresh();
  }

  override render() {
    const { value, error } = this.#access;
    return html`<section class="card stack" data-test="access-card">
        <div class="head">
          <div>
            <h2>${msg('Access to their own data')} ${value?.account ? stateChip(value.account) : nothing}</h2>
            <p class="quiet">
              ${
                value?.account
                  ? accountText(value.account)
                  : msg(
                      'With an account of their own, the person sees their days and balance, asks for corrections and withdraws consent.',
                    )
              }
            </p>
          </div>
          <div class="row">${value ? this.#actions(value.account) : nothing}</div>
        </div>
        ${alert(error)}
      </section>
      ${
        this.giving
          ? html`<muster-give-access
              .person=${this.person}
              .invitation=${this.giving === 'new' ? null : this.giving}
              @done=${this.#given}
            ></muster-give-access>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #actions(account: AccountView | null) {
    if (!account) {
      if (this.person.status !== 'active') return nothing;
      return button(msg('Give access'), 'give-access-to', () => (this.giving = 'new'));
    }
    if (account.state === 'disabled') {
      return button(msg('Enable'), 'enable-access', () => this.#change(account, false));
    }
    return html`${button(
      account.state === 'invited' ? msg('New link') : msg('Reset password'),
      'renew-access',
      () => this.#renew(account),
    )}${button(msg('Disable'), 'disable-access', () => this.#change(account, true))}`;
  }

  readonly #given = () => {
    this.giving = null;
    this.#access.refresh();
  };

  #renew(account: AccountView) {
    this.#run(newLinkQuestion(account), async () => {
      this.giving = await api.access.renew({ params: { id: this.person.id } });
    });
  }

  #change(account: AccountView, disabled: boolean) {
    const { name } = account;
    const question = disabled ? disableQuestion(account) : enableQuestion(account);
    this.#run(question, async () => {
      await api.access.change({ params: { id: this.person.id }, body: { disabled } });
      toast(
        disabled
          ? msg(str`The account of ${name} was disabled`)
          : msg(str`The account of ${name} was enabled`),
      );
    });
  }

  /** Somebody may have changed the account in the meantime: it is fetched again in either case. */
  #run(question: Question, act: () => Promise<void>) {
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
    confirm
      ?.ask(question)
      .then(async (sure) => {
        if (sure) await act();
      })
      .catch(toastError)
      .finally(() => this.#access.refresh());
  }
}

function button(label: string, test: string, act: () => void) {
  return html`<wa-button size="s" appearance="outlined" @click=${act} data-test=${test}>${label}</wa-button>`;
}

function stateChip({ state }: AccountView) {
  if (state === 'active') return html`<span class="chip good">${msg('Active')}</span>`;
  return state === 'invited'
    ? html`<span class="chip info">${msg('Invited')}</span>`
    : html`<span class="chip bad">${msg('Disabled')}</span>`;
}

function accountText({ username, signedInAt }: AccountView): string {
  return signedInAt
    ? msg(str`User name ${username}, last signed in on ${dateTime(signedInAt)}.`)
    : msg(str`User name ${username}, never signed in.`);
}

customElements.define('muster-access-card', MusterAccessCard);
