/** Changes one account. Fires `done` when it closes, and `reset` with the new invitation. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { AccountView } from '#protocol/accounts.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { disableQuestion, enableQuestion, newLinkQuestion } from './account-questions.ts';
import { type AccountDraft, accountFields, accountWords, readAccount, readRole } from './account-fields.ts';

/** An action on the account other than editing it. */
interface Act {
  question: Question;
  test: string;
  run: () => Promise<void>;
}

export class MusterAccountDialog extends FormDialog {
  static override properties = {
    account: { attribute: false },
    own: { type: Boolean },
  };
  declare account: AccountView;
  /** Whether it is the account of the reader: no one may take away their own rights. */
  declare own: boolean;
  #edit: SharedEdit<AccountDraft, AccountView> | null = null;
  readonly #departments = loadedDepartments(this);

  constructor() {
    super();
    this.own = false;
  }

  override willUpdate() {
    const params = { id: this.account.id };
    this.#edit ??= new SharedEdit<AccountDraft, AccountView>(this, {
      record: this.account,
      draftOf: ({ name, role, department }) => ({ name, role: readRole(role), department: department ?? '' }),
      read: () => readAccount(formValues(this.renderRoot.querySelector('form')!)),
      words: accountWords,
      current: () => api.accounts.get({ params }),
      send: (body, version) => api.accounts.update({ params, body, version }),
    });
  }

  override render() {
    const { account } = this;
    const { personId } = account;
    const acts = html`<div class="row" style="margin-top: 1.25rem">
      ${this.#acts().map(
        ({ question, test, run }) =>
          html`<wa-button
            size="s"
            appearance="outlined"
            @click=${() => this.#ask(question, run)}
            data-test=${test}
          >
            ${question.act}
          </wa-button>`,
      )}
    </div>`;
    const content = personId ? this.#employee(personId) : this.#fields();
    return html`${this.frame(account.username, 'account-dialog', [content, this.own ? nothing : acts])}<muster-confirm
      ></muster-confirm>`;
  }

  /** The account of an employee has what its person has. */
  #employee(personId: string) {
    const { name } = this.account;
    return html`<p>
        ${msg(html`This is the account of <a href="/people/${personId}">${name}</a>, who sees only their own days, requests and data.`)}
      </p>
      ${alert(this.form.message)}`;
  }

  #fields() {
    const { form } = this;
    const edit = this.#edit!;
    return this.sheet({
      act: msg('Save'),
      test: 'save',
      intro: html`${edit.notice()}`,
      fields: accountFields(edit.draft, namesOf(this.#departments), (field) => form.fault(field)),
    });
  }

  #acts(): Act[] {
    const { state, secondFactor } = this.account;
    return [
      ...(state === 'disabled' ? [this.#enable()] : [this.#newLink(), this.#disable()]),
      ...(secondFactor ? [this.#removeSecondFactor()] : []),
    ];
  }

  #enable(): Act {
    const { id, name, version } = this.account;
    return {
      test: 'enable',
      question: enableQuestion(this.account),
      run: () =>
        this.#run(
          () => api.accounts.update({ params: { id }, body: { disabled: false }, version }),
          msg(str`The account of ${name} was enabled`),
        ),
    };
  }

  #disable(): Act {
    const { id, name, version } = this.account;
    return {
      test: 'disable',
      question: disableQuestion(this.account),
      run: () =>
        this.#run(
          () => api.accounts.update({ params: { id }, body: { disabled: true }, version }),
          msg(str`The account of ${name} was disabled`),
        ),
    };
  }

  #newLink(): Act {
    return { test: 'reset', question: newLinkQuestion(this.account), run: this.#reset };
  }

  #removeSecondFactor(): Act {
    const { id, name } = this.account;
    return {
      test: 'remove-second-factor',
      question: {
        title: msg(str`Turn off two-factor authentication for ${name}?`),
        text: msg(
          str`For example after losing a phone. ${name} is signed out everywhere and then signs in with the password alone.`,
        ),
        act: msg('Turn off two-factor authentication'),
      },
      run: () =>
        this.#run(
          () => api.accounts.removeSecondFactor({ params: { id } }),
          msg(str`Two-factor authentication was turned off for ${name}`),
        ),
    };
  }

  protected override async send() {
    const saved = await this.form.submit(() => this.#edit!.save());
    if (!saved) return;
    const { name } = saved;
    this.open = false;
    toast(this.#edit!.saved(msg(str`The account of ${name} was changed`)));
  }

  #ask(question: Question, run: () => Promise<void>) {
    this.renderRoot
      .querySelector<MusterConfirm>('muster-confirm')
      ?.ask(question)
      .then((sure) => (sure ? run() : undefined))
      .catch(reportUnexpected);
  }

  readonly #reset = async () => {
    const invitation = await this.form.submit(() => api.accounts.reset({ params: { id: this.account.id } }));
    if (invitation) this.dispatchEvent(new CustomEvent('reset', { detail: invitation }));
  };

  async #run(act: () => Promise<unknown>, success: string) {
    const done = await this.form.submit(async () => {
      await act();
      return true;
    });
    if (!done) return;
    this.open = false;
    toast(success);
  }
}

customElements.define('muster-account-dialog', MusterAccountDialog);
