/** Adds an account, or shows the new invitation of an existing one. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { InvitationView } from '#protocol/accounts.ts';
import { newAccount } from '#protocol/accounts.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { longest } from '../../components/longest.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { accountFields, readRole } from './account-fields.ts';
import { invitationLink } from './invitation-link.ts';

export class MusterInviteDialog extends FormDialog {
  static override properties = { invitation: { attribute: false } };
  static override styles = [FormDialog.styles, shownOnceStyles];
  /** Given for an existing account; otherwise created by the form. */
  declare invitation: InvitationView | null;
  readonly #departments = loadedDepartments(this);

  constructor() {
    super();
    this.invitation = null;
  }

  override render() {
    return this.frame(
      this.invitation ? msg('Share this link') : msg('Add an account'),
      'invite-dialog',
      this.invitation ? this.#link(this.invitation) : this.#fields(),
    );
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: msg('Create link'),
      test: 'invite',
      fields: html`
        ${textField({
          name: 'username',
          autofocus: true,
          label: msg('User name'),
          required: true,
          maxlength: longest(newAccount.shape.username),
          fault: form.fault('username'),
        })}
        ${accountFields({ name: '', role: 'viewer', department: '' }, namesOf(this.#departments), (field) => form.fault(field))}
      `,
    });
  }

  #link(invitation: InvitationView) {
    return html`${invitationLink(invitation)}
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ username = '', name = '', role, department = '' }: Record<string, string>) {
    const created = await this.form.submit(() =>
      api.accounts.create({ body: { username, name, role: readRole(role), department } }),
    );
    if (created) this.invitation = created;
  }
}

customElements.define('muster-invite-dialog', MusterInviteDialog);
