/** Gives a person access to their own record, by their employee number. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { type InvitationView, newEmployeeAccess } from '#protocol/accounts.ts';
import { CORRECTION_SHAPE, NUMBER_OF_NOBODY } from '#protocol/corrections.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { qrStyles } from '../../components/qr-code.ts';
import { shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { ClientError } from '../../session/client-error.ts';
import { invitationLink } from './invitation-link.ts';

export class MusterEmployeeDialog extends FormDialog {
  static override properties = { invitation: { state: true } };
  static override styles = [FormDialog.styles, shownOnceStyles, qrStyles];
  declare invitation: InvitationView | null;

  constructor() {
    super();
    this.invitation = null;
  }

  override render() {
    return this.frame(
      this.invitation ? msg('Share this link') : msg('Give an employee access'),
      'employee-dialog',
      this.invitation ? this.#link(this.invitation) : this.#fields(),
    );
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: msg('Create link'),
      test: 'create-access',
      intro: html`<p class="quiet">
        ${msg('The person sees their own days, balance and requests, their consent, and can take a copy of their data. They see nobody else.')}
      </p>`,
      fields: html`${textField({
        name: 'number',
        label: msg('Employee number'),
        required: true,
        autofocus: true,
        maxlength: longest(CORRECTION_SHAPE.number),
        fault: form.fault('number'),
      })}${textField({
        name: 'username',
        label: msg('User name'),
        hint: msg('For signing in, for example the email address'),
        required: true,
        maxlength: longest(newEmployeeAccess.shape.username),
        fault: form.fault('username'),
      })}`,
    });
  }

  #link(invitation: InvitationView) {
    return html`${invitationLink(invitation, { phone: true })}
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ number = '', username = '' }: Record<string, string>) {
    const made = await this.form.submit(async () =>
      api.access.give({ params: { id: await personIdOf(number) }, body: { username } }),
    );
    if (made) this.invitation = made;
  }
}

async function personIdOf(number: string): Promise<string> {
  const wanted = number.toLowerCase();
  const people = await allOf((page) => api.people.list({ query: { ...page, search: number } }), 'people');
  const person = people.find((one) => one.number.toLowerCase() === wanted);
  if (person) return person.id;
  const faults = [{ path: 'number', message: NUMBER_OF_NOBODY }];
  throw new ClientError({ code: 'validation-failed', message: 'no such person', retryable: false, faults });
}

customElements.define('muster-employee-dialog', MusterEmployeeDialog);
