/** Makes an account, or a new way in for one, and shows the link once. Fires `done` when it is closed. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import type { InvitationView } from '../../../../server/protocol/account-api.ts';
import { alert } from '../../components/alert.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import { accountFields, readRole } from './account-fields.ts';

export class MusterInviteDialog extends LitElement {
  static override properties = { open: { state: true }, invitation: { attribute: false } };
  static override styles = [shared, formStyles, shownOnceStyles];
  declare open: boolean;
  /** Given for an account that is there. */
  declare invitation: InvitationView | null;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.open = true;
    this.invitation = null;
  }

  override render() {
    return html`<wa-dialog
      label=${this.invitation ? 'Pass on this link' : 'Add an account'}
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="invite-dialog"
    >
      ${this.invitation ? this.#link(this.invitation) : this.#fields()}
    </wa-dialog>`;
  }

  #fields() {
    const form = this.#form;
    return html`<form class="stack" id="account" @submit=${this.#submit}>
        ${alert(form.message)}
        ${textField({
          name: 'username',
          autofocus: true,
          label: 'User name',
          required: true,
          maxlength: 64,
          fault: form.fault('username'),
        })}
        ${accountFields({ name: '', role: 'viewer', department: '' }, (field) => form.fault(field))}
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="invite">
        Create the link
      </wa-button>`;
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
      <wa-button slot="footer" variant="brand" @click=${() => (this.open = false)} data-test="close"
        >Done</wa-button
      >`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#account')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#invite(event.target as HTMLFormElement).catch(() => {});
  };

  async #invite(element: HTMLFormElement) {
    const { username = '', name = '', role, department = '' } = formValues(element);
    const made = await this.#form.submit(() =>
      accountApi.invite({ username, name, role: readRole(role), department }),
    );
    if (made) this.invitation = made;
  }
}

customElements.define('muster-invite-dialog', MusterInviteDialog);
