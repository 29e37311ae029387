/** The states of invitations to enroll, in words. */
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { EnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import { dateTime } from '../../components/format.ts';

type State = EnrollmentInvitationView['state'];

const CHIPS: Record<State, 'good' | 'info' | 'warn' | 'bad' | ''> = {
  sent: 'info',
  opened: 'info',
  waiting: 'warn',
  enrolled: 'good',
  declined: 'warn',
  rejected: 'bad',
  revoked: '',
  expired: '',
};

function stateText(state: State): string {
  const texts: Record<State, string> = {
    sent: msg('Not opened yet'),
    opened: msg('Opened', { id: 'invitation-opened', desc: 'The person opened the link' }),
    waiting: msg('Waits for you'),
    enrolled: msg('Enrolled'),
    declined: msg('Wants a PIN or badge'),
    rejected: msg('Rejected', { id: 'invitation-rejected', desc: 'HR rejected the capture' }),
    revoked: msg('Revoked', { id: 'invitation-revoked', desc: 'The link was revoked' }),
    expired: msg('Expired', { id: 'invitation-expired', desc: 'The time of the link is over' }),
  };
  return texts[state];
}

export function stateChip({ state }: EnrollmentInvitationView): TemplateResult {
  return html`<span class="chip ${CHIPS[state]}" data-test="invitation-state" data-state=${state}>
    ${stateText(state)}
  </span>`;
}

/** What happened last, in one sentence. */
export function lastEvent(invitation: EnrollmentInvitationView): string {
  return EVENTS[invitation.state](invitation);
}

const EVENTS: Record<State, (invitation: EnrollmentInvitationView) => string> = {
  sent: ({ createdAt, createdBy, expiresAt }) => {
    const made = dateTime(createdAt);
    const end = dateTime(expiresAt);
    return msg(str`Created by ${createdBy} on ${made}. Works until ${end}.`);
  },
  opened: ({ createdAt, consentedAt, openedAt, expiresAt }) => {
    const opened = dateTime(consentedAt ?? openedAt ?? createdAt);
    const end = dateTime(expiresAt);
    return consentedAt
      ? msg(str`The person agreed on ${opened}, and has not finished the capture. Works until ${end}.`)
      : msg(str`The person opened the link on ${opened}. Works until ${end}.`);
  },
  waiting: ({ capture, createdAt, expiresAt }) => {
    const at = dateTime(capture?.at ?? createdAt);
    const gone = dateTime(capture?.deletedAt ?? expiresAt);
    return msg(str`Captured on ${at}. If nobody decides, the capture is deleted on ${gone}.`);
  },
  enrolled: (invitation) => {
    const end = endOf(invitation);
    const { endedBy } = invitation;
    return endedBy === null
      ? msg(str`Enrolled on ${end}, without a decision of HR.`)
      : msg(str`Confirmed by ${endedBy} on ${end}.`);
  },
  declined: (invitation) => {
    const end = endOf(invitation);
    return msg(str`The person declined on ${end}. Give them a PIN or badge.`);
  },
  rejected: (invitation) => {
    const end = endOf(invitation);
    const by = invitation.endedBy ?? '';
    return msg(str`Rejected by ${by} on ${end}. The capture was deleted.`);
  },
  revoked: (invitation) => {
    const end = endOf(invitation);
    const { endedBy } = invitation;
    return endedBy === null
      ? msg(str`Ended on ${end}, with the face data of the person.`)
      : msg(str`Revoked by ${endedBy} on ${end}.`);
  },
  expired: (invitation) => {
    const end = endOf(invitation);
    return msg(str`Expired on ${end}.`);
  },
};

function endOf({ endedAt, expiresAt }: EnrollmentInvitationView): string {
  return dateTime(endedAt ?? expiresAt);
}
