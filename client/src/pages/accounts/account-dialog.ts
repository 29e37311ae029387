/** Changes one account. Fires `done` when it is closed, and `reset` with the new invitation. */
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { AccountView } from '#protocol/accounts.ts';
import { toast } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { accountApi } from '../../session/account-api.ts';
import { accountFields, readRole } from './account-fields.ts';

export class MusterAccountDialog extends FormDialog {
  static override properties = {
    account: { attribute: false },
    own: { type: Boolean },
  };
  declare account: AccountView;
  /** Of whoever looks at it: nobody takes rights from themselves. */
  declare own: boolean;

  constructor() {
    super();
    this.own = false;
  }

  override render() {
    const { account, form } = this;
    const sheet = this.sheet({
      act: 'Save',
      test: 'save',
      fields: accountFields({ ...account, department: account.department ?? '' }, (field) =>
        form.fault(field),
      ),
    });
    const acts = this.own ? nothing : this.#acts(account);
    return html`${this.frame(account.username, 'account-dialog', [sheet, acts])}<muster-confirm
      ></muster-confirm>`;
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

  protected override send({ name = '', role, department = '' }: Record<string, string>) {
    return this.#act(
      () => accountApi.change(this.account.id, { name, role: readRole(role), department }),
      'Saved',
    );
  }

  #sure(question: Question, then: () => Promise<void>) {
    this.renderRoot
      .querySelector<MusterConfirm>('muster-confirm')
      ?.ask(question)
      .then((sure) => (sure ? then() : undefined))
      .catch(() => {});
  }

  readonly #reset = async () => {
    const invitation = await this.form.submit(() => accountApi.reset(this.account.id));
    if (invitation) this.dispatchEvent(new CustomEvent('reset', { detail: invitation }));
  };

  async #act(act: () => Promise<unknown>, said: string) {
    const done = await this.form.submit(act);
    if (!done) return;
    this.open = false;
    toast(`${this.account.name}: ${said}`);
  }
}

customElements.define('muster-account-dialog', MusterAccountDialog);
