/** Shifts, rotas, absences, holidays and balances. A manager sees those of their own department. */
import { MusterError } from '../../protocol/error.ts';
import type { PageQuery } from '../../protocol/fields.ts';
import { holidayPlaces } from '../../sites/public-holidays.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';
import { actorOf } from './account-actor.ts';
import { departmentsOf } from './departments.ts';

type Subjects =
  | 'shifts'
  | 'rotas'
  | 'assignments'
  | 'exceptions'
  | 'absences'
  | 'absenceRequests'
  | 'holidays'
  | 'holidayPlaces'
  | 'balanceEntries'
  | 'plan'
  | 'balance'
  | 'vacation';

export function scheduleHandlers({
  schedules: { shifts, rotas, assignments, exceptions },
  absences,
  absenceRequests,
  holidays,
  balances,
}: Pick<
  CoreServices,
  'schedules' | 'absences' | 'absenceRequests' | 'holidays' | 'balances'
>): Handlers<Subjects> {
  return {
    'shifts.list': async ({ query }) => {
      const { items, next } = byId(await shifts.list(), query);
      return { shifts: items, next };
    },
    'shifts.create': ({ body }) => shifts.create(body),
    'shifts.get': ({ params }) => shifts.get(params.id),
    'shifts.update': ({ params, body }, { expected }) => shifts.update(params.id, body, expected),
    'shifts.remove': ({ params }, { expected }) => shifts.remove(params.id, expected),

    'rotas.list': async ({ query }) => {
      const { items, next } = byId(await rotas.list(), query);
      return { rotas: items, next };
    },
    'rotas.create': ({ body }) => rotas.create(body),
    'rotas.get': ({ params }) => rotas.get(params.id),
    'rotas.update': ({ params, body }, { expected }) => rotas.update(params.id, body, expected),
    'rotas.remove': ({ params }, { expected }) => rotas.remove(params.id, expected),

    'assignments.list': async ({ query }, { caller }) => {
      const { rota } = query;
      const where = { ...ofPerson(query), ...(rota !== undefined && { rotaId: rota }) };
      const { items, next } = byId(await assignments.list(where, departmentsOf(caller)), query);
      return { assignments: items, next };
    },
    'assignments.create': ({ body }) => assignments.create(body),
    'assignments.get': ({ params }, { caller }) => assignments.get(params.id, departmentsOf(caller)),
    'assignments.update': ({ params, body }, { expected }) => assignments.update(params.id, body, expected),
    'assignments.remove': ({ params }, { expected }) => assignments.remove(params.id, expected),

    'exceptions.list': async ({ query }, { caller }) => {
      const where = { ...ofPerson(query), date: { $gte: query.from, $lte: query.to } };
      const { items, next } = byId(await exceptions.list(where, departmentsOf(caller)), query);
      return { exceptions: items, next };
    },
    'exceptions.create': ({ body }) => exceptions.create(body),
    'exceptions.get': ({ params }, { caller }) => exceptions.get(params.id, departmentsOf(caller)),
    'exceptions.update': ({ params, body }, { expected }) => exceptions.update(params.id, body, expected),
    'exceptions.remove': ({ params }, { expected }) => exceptions.remove(params.id, expected),

    'absences.list': async ({ query }, { caller }) => {
      const { items, next } = byId(await absences.list(query, departmentsOf(caller)), query);
      return { absences: items, next };
    },
    'absences.create': ({ body }) => absences.absences.create(body),
    'absences.get': ({ params }, { caller }) => absences.absences.get(params.id, departmentsOf(caller)),
    'absences.update': ({ params, body }, { expected }) =>
      absences.absences.update(params.id, body, expected),
    'absences.remove': ({ params }, { expected }) => absences.absences.remove(params.id, expected),

    'absenceRequests.list': ({ query }, { account }) => absenceRequests.list(query, actorOf(account)),
    'absenceRequests.get': async ({ params }, { account }) => {
      const request = await absenceRequests.get(params.id, actorOf(account));
      if (!request) throw new MusterError('not-found', 'There is no such request.');
      return request;
    },
    'absenceRequests.decide': ({ params, body }, { account }) =>
      absenceRequests.decide(params.id, body, actorOf(account)),

    'holidays.list': async ({ query }) => {
      const { from, to, site: siteId } = query;
      const { items, next } = pageOf(await holidays.list({ from, to, siteId }), query, keyOfHoliday);
      return { holidays: items, next };
    },
    'holidays.create': ({ body }) => holidays.records.create(body),
    'holidays.get': ({ params }) => holidays.records.get(params.id),
    'holidays.update': ({ params, body }, { expected }) => holidays.records.update(params.id, body, expected),
    'holidays.import': ({ body }) => holidays.import(body),
    'holidays.preview': ({ body }) => holidays.preview(body),
    'holidays.remove': ({ params }, { expected }) => holidays.records.remove(params.id, expected),
    'holidayPlaces.get': () => ({ countries: holidayPlaces() }),

    'balanceEntries.list': async ({ query }, { caller }) => {
      const { items, next } = byId(await balances.entries(ofPerson(query), departmentsOf(caller)), query);
      return { entries: items, next };
    },
    'balanceEntries.create': ({ body }, { account }) =>
      balances.enter(body, { accountId: account.accountId }),
    'balanceEntries.get': ({ params }, { caller }) => balances.entry(params.id, departmentsOf(caller)),
    'balanceEntries.remove': ({ params }, { expected }) => balances.removeEntry(params.id, expected),

    'plan.get': ({ params, query }, { caller }) => balances.plan(params.id, query, departmentsOf(caller)),

    'balance.get': ({ params, query }, { caller }) =>
      balances.balance(params.id, query.year, departmentsOf(caller)),

    'vacation.get': ({ params, query }, { caller }) =>
      absences.vacation(params.id, query.year, departmentsOf(caller)),

    'vacation.set': ({ params, query, body }, { expected }) =>
      absences.allow(params.id, query.year, body, expected),
  };
}

function byId<T extends { id: string }>(items: readonly T[], query: PageQuery) {
  return pageOf(items, query, ({ id }) => id);
}

function ofPerson({ person }: { person?: string | undefined }): { personId?: string } {
  return person === undefined ? {} : { personId: person };
}

/** A date has a public holiday, or one for all sites and one for the site. */
function keyOfHoliday({ id, date }: { id: string | null; date: string }): string {
  return id ?? date;
}
