/** All entities, listed explicitly so that nothing depends on the contents of a folder. */
import { AbsenceRequest } from './absence-request.ts';
import { AbsenceRow, BalanceEntryRow, VacationAllowanceRow } from './absence.ts';
import { Account, AccountIdentity, Session } from './account.ts';
import { ApiToken } from './api-token.ts';
import { AuditEvent } from './audit-event.ts';
import { AnsweredClaim, ClaimKey } from './claim.ts';
import { ClockStepPunch, ClockStepRow } from './clock-step.ts';
import { ClosedAdjustment, ClosedDay, ClosedPerson, MonthClosing, MonthReopening } from './closing.ts';
import { ConnectedDevice } from './connected-device.ts';
import { ConsentDraft, ConsentTextRow } from './consent-text.ts';
import { Consent } from './consent.ts';
import { Correction, PunchVoid } from './correction.ts';
import { Department, FormerDepartmentName } from './department.ts';
import { Decision } from './decision.ts';
import { Device, PairingCode } from './device.ts';
import { EnrollmentInvitation, WaitingCapture, WaitingTemplate } from './enrollment-invitation.ts';
import { IdempotentReply } from './idempotent-reply.ts';
import { KeyHolder, MasterKeyRecord, SightingJournalKey } from './key.ts';
import { MqttPublisherRow } from './mqtt-publisher.ts';
import { OutboxEvent, OutboxHead } from './outbox.ts';
import { Badge, Pin } from './pass.ts';
import { LookAlike } from './look-alike.ts';
import { PayrollProfile } from './payroll-profile.ts';
import { Person } from './person.ts';
import { PunchStatement } from './punch-statement.ts';
import { Punch } from './punch.ts';
import { RateLimitRow } from './rate-limit.ts';
import { RefusedPunch } from './refused-punch.ts';
import { RetentionRun } from './retention-run.ts';
import { RollCall, RollCallPerson, RollCallTick } from './roll-call.ts';
import { HolidayRow, RotaRow, ScheduleAssignment, ScheduleException, ShiftRow } from './schedule.ts';
import { Server } from './server.ts';
import { Invitation, RecoveryCode, SecondFactor, SignInFailure } from './sign-in.ts';
import { RtspSource } from './rtsp-source.ts';
import { Setting } from './setting.ts';
import { Site } from './site.ts';
import { Snapshot } from './snapshot.ts';
import { Enrollment, PersonKey, Template } from './template.ts';
import { OutboxDelivery, WebhookEndpoint, WebhookSecret } from './webhook.ts';

export const entities = [
  AbsenceRequest,
  AbsenceRow,
  Account,
  AccountIdentity,
  AnsweredClaim,
  ApiToken,
  AuditEvent,
  Badge,
  BalanceEntryRow,
  ClaimKey,
  ClockStepPunch,
  ClockStepRow,
  ClosedAdjustment,
  ClosedDay,
  ClosedPerson,
  ConnectedDevice,
  Consent,
  ConsentDraft,
  ConsentTextRow,
  Correction,
  Department,
  FormerDepartmentName,
  Decision,
  Device,
  Enrollment,
  EnrollmentInvitation,
  HolidayRow,
  IdempotentReply,
  Invitation,
  KeyHolder,
  LookAlike,
  MasterKeyRecord,
  MonthClosing,
  MonthReopening,
  MqttPublisherRow,
  OutboxDelivery,
  OutboxEvent,
  OutboxHead,
  PairingCode,
  PayrollProfile,
  Person,
  PersonKey,
  Pin,
  Punch,
  PunchStatement,
  PunchVoid,
  RateLimitRow,
  RecoveryCode,
  RefusedPunch,
  RetentionRun,
  RollCall,
  RollCallPerson,
  RollCallTick,
  RotaRow,
  RtspSource,
  ScheduleAssignment,
  ScheduleException,
  SecondFactor,
  Server,
  Session,
  Setting,
  ShiftRow,
  SightingJournalKey,
  SignInFailure,
  Site,
  Snapshot,
  Template,
  VacationAllowanceRow,
  WaitingCapture,
  WaitingTemplate,
  WebhookEndpoint,
  WebhookSecret,
];
