/** The acts and subjects of the audit trail in the reader's language. */
import { msg } from '@lit/localize';
import type { AuditAct, AuditSubject } from '#protocol/audit-acts.ts';

const ACTS: Record<AuditAct, () => string> = {
  'absence.changed': () => msg('Absence changed'),
  'absence.created': () => msg('Absence entered'),
  'absence.removed': () => msg('Absence removed'),
  'account.changed': () => msg('Account changed'),
  'account.created': () => msg('Account created'),
  'account.disabled': () => msg('Account disabled'),
  'account.enabled': () => msg('Account enabled'),
  'account.joined': () => msg('Invitation accepted'),
  'account.password-changed': () => msg('Password changed'),
  'account.reset': () => msg('New invitation created'),
  'allowance.set': () => msg('Vacation allowance set'),
  'assignment.changed': () => msg('Assignment of a rota changed'),
  'assignment.created': () => msg('Rota assigned'),
  'assignment.removed': () => msg('Assignment of a rota removed'),
  'audit.exported': () => msg('Audit trail exported'),
  'audit.purged': () => msg('Old audit events removed'),
  'badge.issued': () => msg('Badge created'),
  'badge.revoked': () => msg('Badge revoked'),
  'balance-entry.created': () => msg('Balance entry added'),
  'balance-entry.removed': () => msg('Balance entry removed'),
  'claim.refused': () => msg('Punch without the server refused'),
  'clock.acknowledged': () => msg('Change of the clock acknowledged'),
  'clock.set': () => msg('Clock of the server set'),
  'consent.given': () => msg('Consent given'),
  'consent.withdrawn': () => msg('Consent withdrawn'),
  'correction.applied': () => msg('Correction applied'),
  'correction.refused': () => msg('Correction refused'),
  'correction.requested': () => msg('Correction requested'),
  'correction.withdrawn': () => msg('Correction withdrawn'),
  'device.changed': () => msg('Device changed'),
  'device.displaced': () => msg('Station opened elsewhere'),
  'device.impersonated': () => msg('Copy of a station refused'),
  'device.key-registered': () => msg('Key of a station registered'),
  'device.paired': () => msg('Device paired'),
  'device.revoked': () => msg('Device unpaired'),
  'evidence.unreadable': () => msg('Picture of a punch unreadable'),
  'evidence.viewed': () => msg('Picture of a punch viewed'),
  'exception.created': () => msg('Exception to a rota entered'),
  'exception.removed': () => msg('Exception to a rota removed'),
  'holiday.created': () => msg('Holiday entered'),
  'holiday.removed': () => msg('Holiday removed'),
  'holidays.imported': () => msg('Holidays imported'),
  'key.introduced': () => msg('New master key introduced'),
  'key.loaded': () => msg('Master key loaded'),
  'key.refused': () => msg('Master key refused'),
  'key.retired': () => msg('Previous master key retired'),
  'key.rotated': () => msg('Master key rotated'),
  'month.closed': () => msg('Month closed'),
  'month.reopened': () => msg('Month reopened'),
  'pairing.created': () => msg('Pairing code created'),
  'person.changed': () => msg('Person changed'),
  'person.created': () => msg('Person added'),
  'person.erased': () => msg('Person deleted'),
  'person.exported': () => msg('Personal data exported'),
  'pin.removed': () => msg('PIN removed'),
  'pin.set': () => msg('PIN created'),
  'punch.corrected': () => msg('Punch added by hand'),
  'punch.failed': () => msg('PIN or badge rejected'),
  'punch.identified': () => msg('Punch by PIN or badge'),
  'punch.stated': () => msg('In or out chosen at the station'),
  'recovery-code.used': () => msg('Recovery code used'),
  'recovery-codes.replaced': () => msg('Recovery codes replaced'),
  'report.exported': () => msg('Attendance exported'),
  'retention.run': () => msg('Expired data removed'),
  'rota.changed': () => msg('Rota changed'),
  'rota.created': () => msg('Rota added'),
  'rota.removed': () => msg('Rota removed'),
  'second-factor.disabled': () => msg('Two-factor authentication turned off'),
  'second-factor.enabled': () => msg('Two-factor authentication turned on'),
  'second-factor.reset': () => msg('Two-factor authentication reset'),
  'session.closed': () => msg('Signed out'),
  'session.failed': () => msg('Sign-in failed'),
  'session.opened': () => msg('Signed in'),
  'session.proved': () => msg('Identity confirmed'),
  'session.revoked': () => msg('Session ended'),
  'shift.changed': () => msg('Shift changed'),
  'shift.created': () => msg('Shift added'),
  'shift.removed': () => msg('Shift removed'),
  'sighting.booked': () => msg('Refused check-in booked'),
  'sighting.dismissed': () => msg('Refused check-in dismissed'),
  'sighting.refused': () => msg('Check-in refused by the database'),
  'site.changed': () => msg('Site changed'),
  'site.created': () => msg('Site added'),
  'template.unreadable': () => msg('Face template unreadable'),
  'templates.replaced': () => msg('Face enrolled'),
  'token.created': () => msg('Token created'),
  'token.revoked': () => msg('Token revoked'),
};

const SUBJECTS: Record<AuditSubject, () => string> = {
  account: () => msg('Account'),
  assignment: () => msg('Assignment of a rota'),
  closing: () => msg('Closed month'),
  correction: () => msg('Correction'),
  device: () => msg('Device'),
  exception: () => msg('Exception to a rota'),
  holiday: () => msg('Holiday'),
  'master-key': () => msg('Master key'),
  person: () => msg('Person'),
  punch: () => msg('Punch'),
  rota: () => msg('Rota'),
  session: () => msg('Session'),
  shift: () => msg('Shift'),
  site: () => msg('Site'),
  token: () => msg('Token'),
};

/** The code itself for an act that only an older version of Muster recorded. */
export function actText(act: string): string {
  return Object.hasOwn(ACTS, act) ? ACTS[act as AuditAct]() : act;
}

export function subjectText(kind: string): string {
  return Object.hasOwn(SUBJECTS, kind) ? SUBJECTS[kind as AuditSubject]() : kind;
}

/** Every act with its text, in the order of the alphabet. @param compare of the reader's language */
export function actChoices(compare: (a: string, b: string) => number): { act: AuditAct; text: string }[] {
  return Object.entries(ACTS)
    .map(([act, text]) => ({ act: act as AuditAct, text: text() }))
    .sort((a, b) => compare(a.text, b.text));
}
