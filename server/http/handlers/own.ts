/**
 * What employees see and do about themselves. The person is always that of the account: no path, query or body names one.
 */
import type { AccountActor } from '../../accounts/session-store.ts';
import type { CorrectionActor } from '../../attendance/correction-service.ts';
import { spanOf } from '../../attendance/closed-months.ts';
import type { CorrectionInput } from '../../protocol/corrections.ts';
import { MusterError } from '../../protocol/error.ts';
import type { OwnCorrectionInput } from '../../protocol/own.ts';
import { reportFileQuery } from '../../protocol/reports.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';
import { personFile } from './person-file.ts';

type Services = Pick<
  CoreServices,
  | 'ownRecord'
  | 'reports'
  | 'reportFiles'
  | 'attendanceQuery'
  | 'balances'
  | 'absences'
  | 'absenceRequests'
  | 'corrections'
  | 'consents'
  | 'personalData'
>;

export function ownHandlers({
  ownRecord,
  reports,
  reportFiles,
  attendanceQuery,
  balances,
  absences,
  absenceRequests,
  corrections,
  consents,
  personalData,
}: Services): Handlers<'own'> {
  /** With the person and the site that go without saying. */
  async function wholeInput(input: OwnCorrectionInput, personId: string): Promise<CorrectionInput> {
    if (input.kind === 'change') return input;
    if (input.kind === 'void') return { kind: 'void', punchIds: [input.punchId], reason: input.reason };
    return { ...input, ...(await ownRecord.numberAndSite(personId)) };
  }

  return {
    'own.get': (_input, { account }) => ownRecord.view(personOf(account)),

    'own.month': ({ query }, { account }) => reports.month(personOf(account), query.month, undefined),

    'own.monthFile': ({ query: { month, ...style } }, { account }) => {
      const sheet = { report: 'month-sheets', format: 'pdf', ...spanOf(month), ...style } as const;
      return reportFiles.open(reportFileQuery.parse({ ...sheet, person: personOf(account) }), undefined);
    },

    'own.timesheet': ({ query }, { account }) => attendanceQuery.timesheet(personOf(account), query.month),

    'own.plan': ({ query }, { account }) => balances.plan(personOf(account), query),

    'own.balance': ({ query }, { account }) => balances.balance(personOf(account), query.year),

    'own.vacation': ({ query }, { account }) => absences.vacation(personOf(account), query.year),

    'own.corrections': ({ query }, { account }) => corrections.list(query, actorOf(account)),

    'own.requestCorrection': async ({ body }, { account }) => {
      const by = actorOf(account);
      return corrections.create(await wholeInput(body, by.personId), by);
    },

    'own.correction': async ({ params }, { account }) => {
      const correction = await corrections.get(params.id, actorOf(account));
      if (!correction) throw new MusterError('not-found', 'There is no such correction.');
      return correction;
    },

    'own.withdrawCorrection': ({ params }, { account }) => corrections.withdraw(params.id, actorOf(account)),

    'own.absenceRequests': ({ query }, { account }) => absenceRequests.list(query, actorOf(account)),

    'own.requestAbsence': ({ body }, { account }) => absenceRequests.create(body, actorOf(account)),

    'own.absenceRequest': async ({ params }, { account }) => {
      const request = await absenceRequests.get(params.id, actorOf(account));
      if (!request) throw new MusterError('not-found', 'There is no such request.');
      return request;
    },

    'own.withdrawAbsenceRequest': ({ params }, { account }) =>
      absenceRequests.withdraw(params.id, actorOf(account)),

    'own.consents': async ({ query }, { account }) => {
      const history = await consents.historyWithTexts(personOf(account));
      const { items, next } = pageOf(history, query, ({ givenAt }) => givenAt);
      return { consents: items, next };
    },

    'own.consentTexts': () => consents.texts.current,

    'own.giveConsent': async ({ body }, { account }) => {
      const personId = personOf(account);
      const { consent } = await ownRecord.view(personId);
      if (consent !== 'older') {
        throw new MusterError('conflict', 'There is no earlier consent that you could renew.');
      }
      await consents.give(personId, { ...body, method: 'self' }, account);
      return ownRecord.view(personId);
    },

    'own.withdrawConsent': (_input, { account }) =>
      consents.withdraw(personOf(account), { accountId: account.accountId }),

    'own.export': async ({ body }, { account }) => {
      const personId = personOf(account);
      return personFile(personId, await personalData.export(personId, body));
    },
  };
}

/** Throws MusterError `forbidden` for an account that is not of a person. */
function personOf({ person }: AccountActor): string {
  if (!person) throw new MusterError('forbidden', 'This account belongs to no person.');
  return person.id;
}

function actorOf(account: AccountActor): CorrectionActor & { personId: string } {
  return {
    accountId: account.accountId,
    role: account.role,
    // Nobody but the own person.
    departments: [],
    personId: personOf(account),
  };
}
