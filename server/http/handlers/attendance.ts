/** Work days, punches and corrections. A manager sees their own department, or no one if their department is not known. */
import { attendanceReport } from '../../attendance/report.ts';
import { MusterError } from '../../protocol/error.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';
import { actorOf } from './account-actor.ts';
import { departmentsOf } from './departments.ts';

export function attendanceHandlers({
  attendanceQuery,
  corrections,
  refusedPunches,
  snapshots,
}: Pick<CoreServices, 'attendanceQuery' | 'corrections' | 'refusedPunches' | 'snapshots'>): Handlers<
  'attendance' | 'punches' | 'corrections' | 'refused'
> {
  return {
    'attendance.day': ({ query }, { caller }) => attendanceQuery.day(query.date, departmentsOf(caller)),

    'attendance.summary': (_input, { caller }) => attendanceQuery.summary(departmentsOf(caller)),

    'attendance.report': ({ query: { from, to } }, { caller }) => ({
      name: `attendance-${from}-${to}.csv`,
      content: attendanceReport(attendanceQuery.report(from, to, departmentsOf(caller))),
    }),

    'attendance.timesheet': ({ params, query }, { caller }) =>
      attendanceQuery.timesheet(params.id, query.month, departmentsOf(caller)),

    'punches.list': ({ query }, { caller }) => attendanceQuery.punches(query, departmentsOf(caller)),

    'punches.get': async ({ params }, { caller }) => {
      const punch = await attendanceQuery.punch(params.id, departmentsOf(caller));
      if (!punch) throw new MusterError('not-found', 'There is no such punch.');
      return punch;
    },

    'punches.snapshot': async ({ params }) => {
      const picture = await snapshots.view(params.id);
      if (!picture) throw new MusterError('not-found', 'There is no picture of this punch.');
      return { content: picture };
    },

    'corrections.list': ({ query }, { account }) => corrections.list(query, actorOf(account)),

    'corrections.create': ({ body }, { account }) => corrections.create(body, actorOf(account)),

    'corrections.get': async ({ params }, { account }) => {
      const correction = await corrections.get(params.id, actorOf(account));
      if (!correction) throw new MusterError('not-found', 'There is no such correction.');
      return correction;
    },

    'corrections.decide': ({ params, body }, { account }) =>
      corrections.decide(params.id, body, actorOf(account)),

    'corrections.withdraw': ({ params }, { account }) => corrections.withdraw(params.id, actorOf(account)),

    'refused.list': ({ query }, { account }) => refusedPunches.list(query, actorOf(account)),

    'refused.decide': ({ params, body }, { account }) =>
      refusedPunches.decide(params.id, body, actorOf(account)),
  };
}
