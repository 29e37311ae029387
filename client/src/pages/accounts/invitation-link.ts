/** The link of an invitation to choose a password. It is shown once. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import type { InvitationView } from '#protocol/accounts.ts';
import { dateTime } from '../../components/format.ts';
import '../../components/mail-button.ts';
import { qrCode } from '../../components/qr-code.ts';
import { shownOnce } from '../../components/shown-once.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';

export function linkOf({ account: { username }, token }: InvitationView): string {
  return `${location.origin}/join#${new URLSearchParams({ name: username, token }).toString()}`;
}

/**
 * @param phone whether it is to be opened on a phone
 * @param to the address of the person, where it is known; otherwise the reader may enter one
 */
export function invitationLink(invitation: InvitationView, { phone = false, to = '' } = {}) {
  const { token } = invitation;
  const { id, name } = invitation.account;
  const until = dateTime(invitation.expiresAt);
  const link = linkOf(invitation);
  return html`<div class="stack">
    <p class="quiet">
      ${msg(str`${name} uses this link to choose a password. It works once, until ${until}, and is not shown again.`)}
    </p>
    ${shownOnce(link, msg('Copy link'))} ${phone ? qrCode(link, msg('The link as a QR code')) : ''}
    <muster-mail-button
      ?asks=${to === ''}
      .to=${to}
      .label=${msg('Send by email')}
      .send=${(address: string) =>
        api.mail.accountLink({ params: { id }, body: { token, to: address, language: language() } })}
    ></muster-mail-button>
  </div>`;
}
