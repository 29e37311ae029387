/** Creates the account with which a person sees their own record, or shows its new link. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { type InvitationView, newEmployeeAccess } from '#protocol/accounts.ts';
import type { PersonView } from '#protocol/people.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { qrStyles } from '../../components/qr-code.ts';
import { shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { invitationLink, linkOf } from '../accounts/invitation-link.ts';

export class MusterGiveAccess extends FormDialog {
  static override properties = { person: { attribute: false }, invitation: { attribute: false } };
  static override styles = [FormDialog.styles, shownOnceStyles, qrStyles];
  declare person: PersonView;
  /** Given for an existing account; otherwise created by the form. */
  declare invitation: InvitationView | null;

  constructor() {
    super();
    this.invitation = null;
  }

  override render() {
    const { displayName } = this.person;
    return this.frame(
      this.invitation ? msg('Share this link') : msg(str`Give ${displayName} access`),
      'give-access',
      this.invitation ? this.#link(this.invitation) : this.#fields(),
    );
  }

  #fields() {
    return this.sheet({
      act: msg('Create link'),
      test: 'create-access',
      intro: html`<p class="quiet">
        ${msg('The person sees their own days, balance and requests, their consent, and can take a copy of their data. They see nobody else.')}
      </p>`,
      fields: textField({
        name: 'username',
        label: msg('User name'),
        hint: msg('For signing in, for example the email address'),
        value: suggestedName(this.person),
        required: true,
        autofocus: true,
        maxlength: longest(newEmployeeAccess.shape.username),
        fault: this.form.fault('username'),
      }),
    });
  }

  #link(invitation: InvitationView) {
    const { email } = this.person;
    return html`${invitationLink(invitation, { phone: true, to: email })}
      ${
        email
          ? html`<wa-button slot="footer" appearance="outlined" href=${mailTo(email, linkOf(invitation))}>
              ${msg('Write an email')}
            </wa-button>`
          : nothing
      }
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ username = '' }: Record<string, string>) {
    const made = await this.form.submit(() =>
      api.access.give({ params: { id: this.person.id }, body: { username } }),
    );
    if (made) this.invitation = made;
  }
}

/** The e-mail address or the number, where it can be a user name. */
function suggestedName({ email, number }: PersonView): string {
  const found = [email, number.replaceAll(' ', '-')].find(
    (text) => newEmployeeAccess.shape.username.safeParse(text).success,
  );
  return found?.toLowerCase() ?? '';
}

function mailTo(email: string, link: string): string {
  const subject = msg('Your days and requests in Muster');
  const body = msg('Please open this link and choose a password. It works once:');
  const query = { subject, body: `${body}\n\n${link}\n` };
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}?${text.join('&')}`;
}

customElements.define('muster-give-access', MusterGiveAccess);
