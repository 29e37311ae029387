/** Makes an account, or a new way in for one, and shows the link once. Fires `done` when it is closed. */
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { InvitationView } from '#protocol/accounts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { accountApi } from '../../session/account-api.ts';
import { accountFields, readRole } from './account-fields.ts';

export class MusterInviteDialog extends FormDialog {
  static override properties = { invitation: { attribute: false } };
  static override styles = [FormDialog.styles, shownOnceStyles];
  /** Given for an account that is there. */
  declare invitation: InvitationView | null;

  constructor() {
    super();
    this.invitation = null;
  }

  override render() {
    return this.frame(
      this.invitation ? 'Pass on this link' : 'Add an account',
      'invite-dialog',
      this.invitation ? this.#link(this.invitation) : this.#fields(),
    );
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: 'Create the link',
      test: 'invite',
      fields: html`
        ${textField({
          name: 'username',
          autofocus: true,
          label: 'User name',
          required: true,
          maxlength: 64,
          fault: form.fault('username'),
        })}
        ${accountFields({ name: '', role: 'viewer', department: '' }, (field) => form.fault(field))}
      `,
    });
  }

  #link({ account, token, expiresAt }: InvitationView) {
    const link = `${location.origin}/join#${new URLSearchParams({ name: account.username, token }).toString()}`;
    return html`<div class="stack">
        <p class="quiet">
          With this link, ${account.name} chooses a password. It works once, until
          ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(expiresAt))}.
          It is not shown again.
        </p>
        ${shownOnce(link, 'Copy the link')}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close">Done</wa-button>`;
  }

  protected override async send({ username = '', name = '', role, department = '' }: Record<string, string>) {
    const made = await this.form.submit(() =>
      accountApi.invite({ username, name, role: readRole(role), department }),
    );
    if (made) this.invitation = made;
  }
}

customElements.define('muster-invite-dialog', MusterInviteDialog);
