/**
 * The services over the database: keys, people and what they did. The server, the commands and the tests all get
 * them here, so that a new dependency of a service takes one edit.
 */
import type { Logger } from 'pino';
import type { ConfigLayers } from '../../config/config.ts';
import { AttendanceQuery } from '../attendance/attendance-query.ts';
import { AttendanceService } from '../attendance/attendance-service.ts';
import { ClaimService } from '../attendance/claim-service.ts';
import { ClockStepService } from '../attendance/clock-step-service.ts';
import { BalanceQuery } from '../attendance/balance-query.ts';
import { LookAlikeQuestions } from '../attendance/look-alike-questions.ts';
import { AbsenceRequestService } from '../attendance/absence-request-service.ts';
import { CorrectionService } from '../attendance/correction-service.ts';
import { DecisionQuery } from '../attendance/decision-query.ts';
import { DecisionStore } from '../attendance/decision-store.ts';
import { SnapshotStore } from '../attendance/snapshot-store.ts';
import { RefusedPunchService } from '../attendance/refused-punch-service.ts';
import { ClosingService } from '../closing/closing-service.ts';
import { PersonKeyStore } from '../biometrics/person-key-store.ts';
import { Removals } from '../biometrics/removals.ts';
import { TemplateStore } from '../biometrics/template-store.ts';
import { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import { ConsentTextStore } from '../consent/consent-text-store.ts';
import type { Database } from '../db/database.ts';
import { DepartmentService } from '../departments/department-service.ts';
import { EventReader } from '../events/event-reader.ts';
import { EventStreams } from '../events/event-streams.ts';
import { InvitationFeed } from '../invitations/invitation-feed.ts';
import { InvitationService } from '../invitations/invitation-service.ts';
import { SelfEnrollment } from '../invitations/self-enrollment.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { keySource } from '../keys/key-source.ts';
import { openKeyStore } from '../keys/key-store.ts';
import type { KeyStore } from '../keys/store/shares.ts';
import { Outbox } from '../outbox/outbox.ts';
import { PassService } from '../passes/pass-service.ts';
import { PeopleActs } from '../people-acts/people-acts.ts';
import { PeopleMerge } from '../people-merge/merge-service.ts';
import { PeopleImport } from '../people/import/people-import.ts';
import { PeopleFile } from '../people/people-file.ts';
import { PeopleService } from '../people/people-service.ts';
import type { ModelContract } from '../protocol/analyzer.ts';
import { AbsenceService } from '../schedules/absence-service.ts';
import { HolidayService } from '../schedules/holiday-service.ts';
import { plannedTimes } from '../schedules/plans-of.ts';
import { ScheduleService } from '../schedules/schedule-service.ts';
import { PayrollService } from '../reports/payroll-service.ts';
import { PresenceBoard } from '../rollcall/presence-board.ts';
import { PresenceFeed } from '../rollcall/presence-feed.ts';
import { PresenceQuery } from '../rollcall/presence-query.ts';
import { RollCallService } from '../rollcall/roll-call-service.ts';
import { ReportFiles } from '../reports/report-file.ts';
import { MailService } from '../mail/mail-service.ts';
import { Mailer } from '../mail/mailer.ts';
import { ReportQuery } from '../reports/report-query.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SiteService } from '../sites/site-service.ts';
import { ConsentService } from '../rights/consent-service.ts';
import { ConsentTextService } from '../rights/consent-text-service.ts';
import { OwnRecord } from '../rights/own-record.ts';
import { allowedAddresses } from '../webhooks/allowed-addresses.ts';
import { WebhookSecrets } from '../webhooks/webhook-secrets.ts';
import { WebhookSender } from '../webhooks/webhook-sender.ts';
import { WebhookService } from '../webhooks/webhook-service.ts';
import { PersonalDataService } from '../rights/personal-data-service.ts';
import { RetentionService } from '../rights/retention-service.ts';

export interface CoreOptions {
  /** Its opener closes it. */
  database: Database;
  /** Of the model pack in use. */
  contract: ModelContract;
  /** Of the model pack that is being left, where it still runs. */
  former?: ModelContract | null;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
  /** In place of the configured key store. */
  keyStore?: KeyStore | undefined;
  /** Wait before unreadable templates are tried again, ms; shorter in tests. */
  retryAfter?: number;
}

export type Core = Awaited<ReturnType<typeof openCore>>;

/** `opened` closes all of it in reverse order. Throws OperatorError where a key or the key store cannot be used. */
export async function openCore(layers: ConfigLayers, options: CoreOptions, opened: AsyncDisposableStack) {
  const { config } = layers;
  const { database, contract, former = null, log, retryAfter } = options;
  const clock = options.now && { now: options.now };

  const outbox = new Outbox({ database, log });
  opened.defer(() => outbox.close());
  const events = new EventReader({ database });
  const eventStreams = new EventStreams({ reader: events, outbox });
  const settings = await SettingsService.open({ database, layers, log, ...clock });
  const keys = await KeyRing.open({ database, source: keySource(config), log });
  opened.defer(() => keys.close());
  const keyStore = options.keyStore ?? (await openKeyStore(config, log));
  opened.defer(() => keyStore.close());
  const personKeys = await PersonKeyStore.create({ database, keys, store: keyStore, log });

  const removals = new Removals();
  const consentTexts = await ConsentTextStore.open({ database, dataDir: config.dataDir });
  const retry = retryAfter !== undefined && { retryAfter };
  const templates = new TemplateStore({
    database,
    personKeys,
    consentTexts,
    log,
    contract,
    former,
    ...retry,
  });
  opened.defer(() => templates.close());
  const consents = new ConsentService({ database, templates, texts: consentTexts, removals, log });
  const consentTextService = new ConsentTextService({ database, texts: consentTexts, log, ...clock });
  const people = await PeopleService.create({
    database,
    templates,
    consentTexts,
    removals,
    log,
    contract,
    former,
  });
  const waiting = new WaitingCaptures(personKeys);
  const invitationFeed = new InvitationFeed();
  const invitationParts = { database, templates, waiting, feed: invitationFeed, log, ...clock };
  const invitations = new InvitationService({
    ...invitationParts,
    contract,
    keepDays: () => settings.now.keepDays.captures,
  });
  const selfEnrollment = new SelfEnrollment({
    ...invitationParts,
    texts: consentTexts,
    policy: () => settings.now.selfEnrollment,
  });
  const peopleImport = new PeopleImport({ database, people, log, ...clock });
  const peopleFile = new PeopleFile({
    database,
    contract,
    consentTexts,
    defaults: () => settings.now.exports,
  });
  const peopleActs = new PeopleActs({ database, people, invitations, log, contract, consentTexts });
  const departments = new DepartmentService({ database, log });
  const allowed = allowedAddresses(config.webhooks.allow);
  const secrets = new WebhookSecrets({ keys, log });
  const webhookSender = new WebhookSender({ database, outbox, secrets, allowed, log });
  opened.defer(() => webhookSender.close());
  const webhooks = new WebhookService({
    database,
    secrets,
    allowed,
    allow: config.webhooks.allow,
    sender: webhookSender,
    log,
    ...clock,
  });
  const passes = new PassService({ database, keys, log, ...clock });
  const sites = await SiteService.open({ database, log, defaults: config.attendance });
  const clockSteps = new ClockStepService({ database, log, ...clock });
  opened.defer(() => clockSteps.close());
  const attendance = new AttendanceService({ database, clockSteps, log, ...clock });
  const attendanceQuery = new AttendanceQuery({ database, ...clock });
  const corrections = new CorrectionService({ database, log, ...clock });
  const refusedPunches = new RefusedPunchService({ database, corrections, log, ...clock });
  const questions = new LookAlikeQuestions();
  const claims = new ClaimService({
    database,
    keys,
    passes,
    attendance,
    refusedPunches,
    log,
    ...clock,
  });
  const closings = new ClosingService({ database, log, planned: plannedTimes, ...clock });
  const schedules = new ScheduleService({ database });
  const absences = new AbsenceService({ database, ...clock });
  const absenceRequests = new AbsenceRequestService({ database, absences, log, ...clock });
  const holidays = new HolidayService({ database });
  const balances = new BalanceQuery({ database, ...clock });
  const presenceBoard = new PresenceBoard({ database, attendance: attendanceQuery });
  const presence = new PresenceQuery({ database, board: presenceBoard, ...clock });
  const rollCalls = new RollCallService({ database, board: presenceBoard, log, ...clock });
  const presenceFeed = new PresenceFeed({ database, board: presenceBoard, rollCalls, log });
  opened.defer(() => presenceFeed.close());
  const reports = new ReportQuery({ database, ...clock });
  const reportFiles = new ReportFiles({ database, query: reports, defaults: () => settings.now.exports });
  const payroll = new PayrollService({ database, query: reports });
  const mailer = config.mail && new Mailer({ ...config.mail, log });
  if (mailer) opened.defer(() => mailer.close());
  const mail = new MailService({ database, reports, mailer, ...clock });
  const snapshots = new SnapshotStore({
    database,
    personKeys,
    keepDays: () => settings.now.keepDays.snapshots,
    log,
    ...clock,
  });
  const peopleMerge = new PeopleMerge({
    database,
    people,
    templates,
    personKeys,
    passes,
    consentTexts,
    removals,
    rollCalls,
    contract,
    former,
    log,
    ...clock,
  });
  const ownRecord = new OwnRecord({ database, people, passes, ...clock });
  const keepDecisions = () => settings.now.keepDays.decisions;
  const decisionStore = new DecisionStore({ database, keepDays: keepDecisions, log });
  const decisions = new DecisionQuery({ database, keepDays: keepDecisions, ...clock });
  const personalData = new PersonalDataService({ database, personKeys, waiting, log });
  const retention = new RetentionService({
    database,
    templates,
    waiting,
    keep: () => settings.now.keepDays,
    log,
    ...clock,
  });
  return {
    database,
    outbox,
    webhooks,
    webhookSender,
    events,
    eventStreams,
    settings,
    keys,
    keyStore,
    personKeys,
    removals,
    consentTexts,
    templates,
    consents,
    consentTextService,
    people,
    waiting,
    invitationFeed,
    invitations,
    selfEnrollment,
    peopleImport,
    peopleFile,
    mail,
    departments,
    peopleActs,
    peopleMerge,
    passes,
    sites,
    clockSteps,
    attendance,
    claims,
    attendanceQuery,
    corrections,
    refusedPunches,
    questions,
    closings,
    schedules,
    absences,
    absenceRequests,
    holidays,
    balances,
    presence,
    presenceBoard,
    rollCalls,
    presenceFeed,
    reports,
    reportFiles,
    payroll,
    snapshots,
    ownRecord,
    decisionStore,
    decisions,
    personalData,
    retention,
  };
}
