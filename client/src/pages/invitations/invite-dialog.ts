/** Invites a person to enroll their own face, and shows the link once, with its QR code. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { NewEnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import { INVITATION_LIMITS } from '#protocol/limits.ts';
import type { PersonView } from '#protocol/people.ts';
import { deviceAddress } from '#protocol/device-address.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { dateTime } from '../../components/format.ts';
import '../../components/mail-button.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { number, plural } from '../../locales/intl.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { qrCode, qrStyles } from '../../components/qr-code.ts';

const { leastDays, usualDays, mostDays } = INVITATION_LIMITS;

export class MusterEnrollInvite extends FormDialog {
  static override properties = { person: { attribute: false }, made: { state: true } };
  static override styles = [
    FormDialog.styles,
    shownOnceStyles,
    qrStyles,
    css`
      .made {
        display: grid;
        gap: 1rem;
      }
      .warn {
        color: var(--m-warn);
      }
    `,
  ];
  declare person: PersonView;
  declare made: NewEnrollmentInvitationView | null;

  constructor() {
    super();
    this.made = null;
  }

  override render() {
    const { displayName } = this.person;
    return this.frame(
      this.made ? msg('Share this link') : msg(str`Invite ${displayName}`),
      'enroll-invite',
      this.made ? this.#link(this.made) : this.#fields(),
    );
  }

  #fields() {
    return this.sheet({
      act: msg('Create link'),
      test: 'create-link',
      intro: html`<p class="quiet">
        ${msg('The person opens a link on their own phone, reads the consent text, and captures their face there.')}
      </p>`,
      fields: html`<wa-radio-group
        name="days"
        label=${msg('The link works for')}
        value=${String(usualDays)}
        orientation="horizontal"
        hint=${msg('It ends earlier when it is used or revoked. An earlier link of this person stops working.')}
      >
        ${[leastDays, usualDays, mostDays].map(
          (days) => html`<wa-radio appearance="button" value=${String(days)}>${daysText(days)}</wa-radio>`,
        )}
      </wa-radio-group>`,
    });
  }

  #link({ invitation, token, addresses }: NewEnrollmentInvitationView) {
    const { url, warns, ownMachineOnly } = deviceAddress(location.origin, addresses, '/self-enrollment');
    const link = `${url}#token=${token}`;
    const until = dateTime(invitation.expiresAt);
    const { displayName, email } = this.person;
    return html`<div class="made">
        <p class="quiet">
          ${msg(str`Send this link to ${displayName}, or let them scan the code. It works for one capture, until ${until}, and is not shown again.`)}
        </p>
        ${shownOnce(link, msg('Copy link'))} ${qrCode(link, msg('The link as a QR code'))}
        ${warns ? html`<p class="small quiet">${msg('The browser of the device shows a certificate warning once, because this server created its own certificate. Accept it to continue.')}</p>` : nothing}
        ${ownMachineOnly ? html`<p class="small warn">${msg('This address works only on this machine: the server found no address in your network.')}</p>` : nothing}
      </div>
      ${
        email
          ? html`<muster-mail-button
              slot="footer"
              .label=${msg('Send by email')}
              .to=${email}
              .send=${() =>
                api.mail.enrollmentLink({
                  params: { id: invitation.id },
                  body: { token, language: language() },
                })}
            >
              <wa-button appearance="outlined" href=${mailTo(email, link, until)} data-test="mail">
                ${msg('Write an email')}
              </wa-button>
            </muster-mail-button>`
          : nothing
      }
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ days }: Record<string, string>) {
    const made = await this.form.submit(() =>
      api.enrollmentInvitations.create({ body: { personId: this.person.id, days: Number(days) } }),
    );
    if (made) this.made = made;
  }
}

function daysText(days: number): string {
  const amount = number(days);
  return plural(days, { one: msg('1 day'), other: msg(str`${amount} days`) });
}

function mailTo(email: string, link: string, until: string): string {
  const subject = msg('Enroll your face for checking in');
  const body = msg(str`Please open this link on your phone. It works once, until ${until}:`);
  const query = { subject, body: `${body}\n\n${link}\n` };
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}?${text.join('&')}`;
}

customElements.define('muster-enroll-invite', MusterEnrollInvite);
