/**
 * Every migration, in order. The database stores the names: never rename a migration, and never change one that was
 * released. Number 0006 was never released: the branch that held it was dropped.
 */
import { FirstSchema } from './0001-first-schema.ts';
import { ConsentWithdrawn } from './0002-consent-withdrawn.ts';
import { Roles } from './0003-roles.ts';
import { Audit } from './0004-audit.ts';
import { PunchLive } from './0005-punch-live.ts';
import { Accounts } from './0007-accounts.ts';
import { Keys } from './0008-keys.ts';
import { ConsentPassesRetention } from './0009-consent-passes-retention.ts';
import { AuditPurge } from './0010-audit-purge.ts';
import { Oidc } from './0011-oidc.ts';
import { AmericanSpelling } from './0012-american-spelling.ts';
import { IdempotentReplies } from './0013-idempotent-replies.ts';
import { SitesAndCorrections } from './0014-sites-and-corrections.ts';
import { Schedules } from './0015-schedules.ts';
import { Closing } from './0016-closing.ts';
import { Claims } from './0017-claims.ts';
import { HoursChanges } from './0018-hours-changes.ts';
import { RefusedSightings } from './0019-refused-sightings.ts';
import { Names } from './0026-names.ts';
import { FrontOnly } from './0027-front-only.ts';
import { OrderOfPeople } from './0028-order-of-people.ts';
import { ClockSteps } from './0029-clock-steps.ts';
import { PayrollProfiles } from './0035-payroll-profiles.ts';
import { RollCalls } from './0036-roll-calls.ts';
import { RefusedPunches } from './0037-refused-punches.ts';
import { EnrollmentInvitations } from './0038-enrollment-invitations.ts';
import { LookAlikes } from './0039-look-alikes.ts';
import { Departments } from './0040-departments.ts';
import { EmployeeAccounts } from './0041-employee-accounts.ts';
import { Viewing } from './0042-viewing.ts';
import { Settings } from './0043-settings.ts';
import { ConsentDrafts } from './0047-consent-drafts.ts';
import { Decisions } from './0044-decisions.ts';
import { AbsenceRequests } from './0045-absence-requests.ts';
import { MergedPeople } from './0046-merged-people.ts';

export const migrations = [
  { name: '0001-first-schema', class: FirstSchema },
  { name: '0002-consent-withdrawn', class: ConsentWithdrawn },
  { name: '0003-roles', class: Roles },
  { name: '0004-audit', class: Audit },
  { name: '0005-punch-live', class: PunchLive },
  { name: '0007-accounts', class: Accounts },
  { name: '0008-keys', class: Keys },
  { name: '0009-consent-passes-retention', class: ConsentPassesRetention },
  { name: '0010-audit-purge', class: AuditPurge },
  { name: '0011-oidc', class: Oidc },
  { name: '0012-american-spelling', class: AmericanSpelling },
  { name: '0013-idempotent-replies', class: IdempotentReplies },
  { name: '0014-sites-and-corrections', class: SitesAndCorrections },
  { name: '0015-schedules', class: Schedules },
  { name: '0016-closing', class: Closing },
  { name: '0017-claims', class: Claims },
  { name: '0018-hours-changes', class: HoursChanges },
  { name: '0019-refused-sightings', class: RefusedSightings },
  { name: '0026-names', class: Names },
  { name: '0027-front-only', class: FrontOnly },
  { name: '0028-order-of-people', class: OrderOfPeople },
  { name: '0029-clock-steps', class: ClockSteps },
  { name: '0035-payroll-profiles', class: PayrollProfiles },
  { name: '0036-roll-calls', class: RollCalls },
  { name: '0037-refused-punches', class: RefusedPunches },
  { name: '0038-enrollment-invitations', class: EnrollmentInvitations },
  { name: '0039-look-alikes', class: LookAlikes },
  { name: '0040-departments', class: Departments },
  { name: '0041-employee-accounts', class: EmployeeAccounts },
  { name: '0042-viewing', class: Viewing },
  { name: '0043-settings', class: Settings },
  { name: '0044-decisions', class: Decisions },
  { name: '0045-absence-requests', class: AbsenceRequests },
  { name: '0046-merged-people', class: MergedPeople },
  { name: '0047-consent-drafts', class: ConsentDrafts },
];
