/** Enrollment on the own phone of the person: their newest invitation, and a new one. Fires `changed` after a decision. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { EnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import type { PersonView } from '#protocol/people.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import '../invitations/capture-decision.ts';
import '../invitations/invite-dialog.ts';
import { lastEvent, stateChip } from '../invitations/invitation-text.ts';
import { revokeQuestion } from '../invitations/revoke-question.ts';

export class MusterInvitationCard extends MusterElement {
  static override properties = {
    person: { attribute: false },
    inviting: { state: true },
    deciding: { state: true },
  };
  static override styles = [shared, formStyles];
  declare person: PersonView;
  declare inviting: boolean;
  declare deciding: boolean;
  readonly #newest = new Loaded(this, async () => {
    const query = { personId: this.person.id, limit: 1 };
    return (await api.enrollmentInvitations.list({ query })).invitations;
  });

  constructor() {
    super();
    this.inviting = false;
    this.deciding = false;
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.get('person')) this.#newest.refresh();
  }

  override render() {
    const { value, error } = this.#newest;
    const newest = value?.[0];
    return html`<section class="card stack" data-test="invitation-card">
        <div class="head">
          <div>
            <h2>${msg('Enroll on their own phone')} ${newest ? stateChip(newest) : nothing}</h2>
            <p class="quiet">
              ${newest ? lastEvent(newest) : msg('The person gets a link, reads the consent text and captures their face without you.')}
            </p>
            ${newest?.reason ? html`<p class="small quiet">${newest.reason}</p>` : nothing}
          </div>
          <div class="row">${this.#actions(newest)}</div>
        </div>
        ${alert(error)}
      </section>
      ${
        this.inviting
          ? html`<muster-enroll-invite .person=${this.person} @done=${this.#invited}></muster-enroll-invite>`
          : nothing
      }
      ${
        this.deciding && newest
          ? html`<muster-capture-decision
              .invitation=${newest}
              @decided=${() => this.dispatchEvent(new Event('changed'))}
              @done=${this.#decided}
            ></muster-capture-decision>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #actions(newest: EnrollmentInvitationView | undefined) {
    if (newest?.state === 'waiting') {
      return html`<wa-button
        size="s"
        variant="brand"
        @click=${() => (this.deciding = true)}
        data-test="decide"
        >${msg('Decide …')}</wa-button
      >`;
    }
    // Who has left cannot be enrolled.
    if (this.person.status === 'left') return nothing;
    const open = newest?.state === 'sent' || newest?.state === 'opened';
    return html`<wa-button
        size="s"
        appearance="outlined"
        @click=${() => (this.inviting = true)}
        data-test="invite-person"
      >
        <wa-icon slot="start" name="qr-code"></wa-icon
        >${open ? msg('New link') : msg('Invite', { id: 'invite-to-enroll', desc: 'To enroll on their own phone' })}
      </wa-button>
      ${
        open
          ? html`<wa-button
              size="s"
              appearance="plain"
              @click=${() => this.#revoke(newest)}
              data-test="revoke-link"
              >${msg('Revoke')}</wa-button
            >`
          : nothing
      }`;
  }

  readonly #invited = () => {
    this.inviting = false;
    this.#newest.refresh();
  };

  readonly #decided = () => {
    this.deciding = false;
    this.#newest.refresh();
  };

  #revoke(newest: EnrollmentInvitationView) {
    this.#askAndRevoke(newest).catch(toastError);
  }

  async #askAndRevoke({ id, person }: EnrollmentInvitationView) {
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
    if (!(await confirm?.ask(revokeQuestion(person.displayName)))) return;
    await api.enrollmentInvitations.revoke({ params: { id } });
    toast(msg('The link was revoked'));
    this.#newest.refresh();
  }
}

customElements.define('muster-invitation-card', MusterInvitationCard);
