import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { DecisionQuery } from '../attendance/decision-query.ts';
import type { ClaimService } from '../attendance/claim-service.ts';
import type { AttendanceQuery } from '../attendance/attendance-query.ts';
import type { BalanceQuery } from '../attendance/balance-query.ts';
import type { ClockStepService } from '../attendance/clock-step-service.ts';
import type { AbsenceRequestService } from '../attendance/absence-request-service.ts';
import type { CorrectionService } from '../attendance/correction-service.ts';
import type { RefusedPunchService } from '../attendance/refused-punch-service.ts';
import type { SightingInbox } from '../attendance/sighting-inbox.ts';
import type { ClosingService } from '../closing/closing-service.ts';
import type { AbsenceService } from '../schedules/absence-service.ts';
import type { HolidayService } from '../schedules/holiday-service.ts';
import type { ScheduleService } from '../schedules/schedule-service.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SiteService } from '../sites/site-service.ts';
import type { SnapshotStore } from '../attendance/snapshot-store.ts';
import type { Database } from '../db/database.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { DepartmentService } from '../departments/department-service.ts';
import type { ConsentService } from '../rights/consent-service.ts';
import type { ConsentTextService } from '../rights/consent-text-service.ts';
import type { PassService } from '../passes/pass-service.ts';
import type { OwnRecord } from '../rights/own-record.ts';
import type { PersonalDataService } from '../rights/personal-data-service.ts';
import type { PayrollService } from '../reports/payroll-service.ts';
import type { PresenceQuery } from '../rollcall/presence-query.ts';
import type { RollCallService } from '../rollcall/roll-call-service.ts';
import type { ReportFiles } from '../reports/report-file.ts';
import type { ReportQuery } from '../reports/report-query.ts';
import type { RetentionService } from '../rights/retention-service.ts';
import type { InvitationService } from '../invitations/invitation-service.ts';
import type { SelfEnrollment } from '../invitations/self-enrollment.ts';
import type { MailService } from '../mail/mail-service.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { PeopleMerge } from '../people-merge/merge-service.ts';
import type { PeopleActs } from '../people-acts/people-acts.ts';
import type { PeopleFile } from '../people/people-file.ts';
import type { PeopleImport } from '../people/import/people-import.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { WebhookService } from '../webhooks/webhook-service.ts';
import type { MqttView } from '../protocol/health.ts';
import type { RecognitionView } from '../protocol/recognition.ts';
import type { EmployeeAccess } from '../accounts/employee-access.ts';
import type { SignInService } from '../accounts/sign-in-service.ts';
import type { Authenticator } from '../perimeter/authenticator.ts';
import type { AddressReader } from '../perimeter/client-address.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { RtspService } from '../rtsp/rtsp-service.ts';
import type { OidcSignIn } from '../accounts/oidc/oidc-sign-in.ts';
import type { WhipSessions } from '../ingest/whip-sessions.ts';
import type { OriginCheck } from '../perimeter/origins.ts';

/** Everything that the REST API uses. */
export interface AppServices {
  log: Logger;
  core: CoreServices;
  access: AccessServices;
  site: Site;
  /** How strictly faces are recognized, and which hardware the networks run on, at the moment. */
  recognition: () => RecognitionView;
  metrics: Pick<Metrics, 'text' | 'http'>;
  /** Read by `GET /api/health`. */
  health: {
    analyzers(): { up: number; of: number };
    mediaWorkers(): { up: number; of: number };
    cameras(): number;
    /** Whether the networks for it are installed. */
    photoDetection(): boolean;
    sightings(): SightingInbox['status'];
    /** It was told to end, and wants no more requests. */
    draining(): boolean;
    /** How the broker is told; left out where none is configured. */
    mqtt?: () => MqttView;
  };
  /** The encoders that publish. */
  whip: Pick<WhipSessions, 'open' | 'end'>;
  /** The built client's folder (`dist/client`), or in development a handler that serves it and sets its own CSP. */
  client: { directory: string } | { middleware: RequestHandler };
}

/** The services over the database. */
export interface CoreServices {
  database: Database;
  keys: Pick<KeyRing, 'derived'>;
  people: PeopleService;
  consents: ConsentService;
  consentTextService: ConsentTextService;
  passes: PassService;
  invitations: Pick<InvitationService, 'list' | 'get' | 'create' | 'revoke' | 'confirm' | 'reject'>;
  selfEnrollment: Pick<SelfEnrollment, 'open' | 'view' | 'consent' | 'decline'>;
  ownRecord: OwnRecord;
  personalData: PersonalDataService;
  peopleImport: Pick<PeopleImport, 'preview' | 'run'>;
  peopleFile: Pick<PeopleFile, 'open'>;
  departments: DepartmentService;
  peopleActs: PeopleActs;
  peopleMerge: Pick<PeopleMerge, 'preview' | 'merge'>;
  retention: RetentionService;
  settings: Pick<SettingsService, 'view' | 'change'>;
  sites: SiteService;
  claims: Pick<ClaimService, 'deliver'>;
  clockSteps: Pick<ClockStepService, 'current' | 'acknowledge'>;
  attendanceQuery: AttendanceQuery;
  corrections: CorrectionService;
  refusedPunches: RefusedPunchService;
  closings: ClosingService;
  schedules: ScheduleService;
  absences: AbsenceService;
  absenceRequests: AbsenceRequestService;
  holidays: HolidayService;
  balances: BalanceQuery;
  payroll: PayrollService;
  presence: PresenceQuery;
  rollCalls: RollCallService;
  reports: ReportQuery;
  reportFiles: Pick<ReportFiles, 'open'>;
  mail: Pick<MailService, 'view' | 'test' | 'enrollmentLink' | 'accountLink' | 'monthSheet'>;
  snapshots: Pick<SnapshotStore, 'view'>;
  webhooks: WebhookService;
  decisions: DecisionQuery;
  eventStreams: Pick<EventStreams, 'follow'>;
}

/** Authentication. */
export interface AccessServices {
  accounts: SignInService;
  /** Lets people see their own record. */
  employees: EmployeeAccess;
  devices: DeviceService;
  /** Cameras that this server fetches. */
  rtsp: Pick<RtspService, 'add' | 'change'>;
  authenticator: Authenticator;
  originAllowed: OriginCheck;
  /** Null where staff sign in with passwords only. */
  oidc: OidcSignIn | null;
  /** Finds out where a request comes from, through the trusted proxies. */
  readAddress: AddressReader;
  /** Epoch ms, for limits that servers share; replaced in tests. By default the clock of the database. */
  sharedNow?: () => number;
}

/** This installation. */
export interface Site {
  /** The data folder, which holds the end of the audit trail. */
  dataDir: string;
  /** `config.origins`: origins at which browsers reach this server, in addition to its own addresses. */
  origins: readonly string[];
  /** Whether browsers trust the certificate: only then are they instructed to require HTTPS. */
  trusted: boolean;
  /** Addresses to type on other devices; they change while the server runs. */
  addresses: () => readonly string[];
}
