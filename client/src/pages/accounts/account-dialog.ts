/** Changes one account. Fires `done` when it is closed, and `reset` with the new invitation. */
import { LitElement, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import type { AccountView } from '../../../../server/protocol/account-api.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import { accountFields, readRole } from './account-fields.ts';

export class MusterAccountDialog extends LitElement {
  static override properties = {
    account: { attribute: false },
    own: { type: Boolean },
    open: { state: true },
  };
  static override styles = [shared, formStyles];
  declare account: AccountView;
  /** Of whoever looks at it: nobody takes rights from themselves. */
  declare own: boolean;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.own = false;
    this.open = true;
  }

  override render() {
    const form = this.#form;
    const { account } = this;
    return html`<wa-dialog
        label=${account.username}
        .open=${this.open}
        @wa-after-hide=${this.#closed}
        data-test="account-dialog"
      >
        <form class="stack" id="account" @submit=${this.#submit}>
          ${alert(form.message)}
          ${accountFields({ ...account, department: account.department ?? '' }, (field) => form.fault(field))}
        </form>
        ${this.own ? nothing : this.#acts(account)}
        <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="save">
          Save
        </wa-button>
      </wa-dialog>
      <muster-confirm></muster-confirm>`;
  }

  #acts({ id, state, secondFactor }: AccountView) {
    const { name } = this.account;
    const out = `${name} is signed out everywhere`;
    const button = (question: Question, test: string, act: () => Promise<unknown>, said: string) =>
      html`<wa-button
        size="s"
        appearance="outlined"
        data-test=${test}
        @click=${() => this.#sure(question, () => this.#act(act, said))}
      >
        ${question.act}
      </wa-button>`;
    const anew: Question =
      state === 'invited'
        ? {
            title: `A new invitation for ${name}?`,
            text: 'The link given out before no longer works.',
            act: 'New invitation',
          }
        : {
            title: `Reset the password of ${name}?`,
            text: `${out}, and chooses a new password with a link that you pass on.`,
            act: 'Reset the password',
          };
    return html`<div class="row" style="margin-top: 1.25rem">
      ${
        state === 'disabled'
          ? button(
              { title: `Enable ${name}?`, text: `${name} can sign in again.`, act: 'Enable' },
              'enable',
              () => accountApi.change(id, { disabled: false }),
              'Enabled',
            )
          : html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#sure(anew, this.#reset)}
                data-test="reset"
              >
                ${anew.act}
              </wa-button>
              ${button({ title: `Disable ${name}?`, text: `${out}, and cannot sign in until enabled again.`, act: 'Disable' }, 'disable', () => accountApi.change(id, { disabled: true }), 'Disabled, and signed out')}`
      }
      ${
        secondFactor
          ? button(
              {
                title: `Remove the second factor of ${name}?`,
                text: `For a lost phone: the password alone signs ${name} in. ${out}.`,
                act: 'Remove the second factor',
              },
              'remove-second-factor',
              () => accountApi.resetSecondFactor(id),
              'The second factor was removed',
            )
          : nothing
      }
    </div>`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#account')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { name = '', role, department = '' } = formValues(event.target as HTMLFormElement);
    this.#act(() => accountApi.change(this.account.id, { name, role: readRole(role), department }), 'Saved');
  };

  #sure(question: Question, then: () => void) {
    this.renderRoot
      .querySelector<MusterConfirm>('muster-confirm')
      ?.ask(question)
      .then((sure) => {
        if (sure) then();
      })
      .catch(() => {});
  }

  readonly #reset = () => {
    this.#form
      .submit(() => accountApi.reset(this.account.id))
      .then((invitation) => {
        if (invitation) this.dispatchEvent(new CustomEvent('reset', { detail: invitation }));
      })
      .catch(() => {});
  };

  #act(act: () => Promise<unknown>, said: string) {
    this.#form
      .submit(act)
      .then((done) => {
        if (!done) return;
        this.open = false;
        toast(`${this.account.name}: ${said}`);
      })
      .catch(() => {});
  }
}

customElements.define('muster-account-dialog', MusterAccountDialog);
