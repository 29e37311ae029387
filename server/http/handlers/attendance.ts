/** Punches and work days. A manager sees their own department, or no one if their department is not known. */
import { attendanceReport } from '../../attendance/report.ts';
import { MusterError } from '../../protocol/error.ts';
import type { Caller } from '../../protocol/session.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';

export function attendanceHandlers({
  attendance,
  snapshots,
}: Pick<CoreServices, 'attendance' | 'snapshots'>): Handlers<'attendance' | 'punches'> {
  return {
    'attendance.day': ({ query }, { caller }) => attendance.day(query.date, departmentsOf(caller)),

    'attendance.report': ({ query: { from, to } }, { caller }) => ({
      name: `attendance-${from}-${to}.csv`,
      content: attendanceReport(attendance.days(from, to, departmentsOf(caller))),
    }),

    'attendance.correct': ({ body }, { account }) =>
      attendance.correct(body, { accountId: account.accountId }),

    'punches.get': async ({ params }, { caller }) => {
      const punch = await attendance.punch(params.id, departmentsOf(caller));
      if (!punch) throw new MusterError('not-found', 'There is no such punch.');
      return punch;
    },

    'punches.snapshot': async ({ params }) => {
      const picture = await snapshots.view(params.id);
      if (!picture) throw new MusterError('not-found', 'There is no picture of this punch.');
      return { content: picture };
    },
  };
}

function departmentsOf(caller: Caller | null): string[] | undefined {
  if (caller?.kind !== 'account' || caller.role !== 'manager') return undefined;
  return [caller.department].filter((name) => name !== null);
}
