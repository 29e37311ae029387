import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Response, Router } from 'express';
import { z } from 'zod';
import type { AttendanceService } from '../../attendance/attendance-service.ts';
import { correctionInput } from '../../protocol/attendance.ts';
import { calendarDate } from '../../protocol/fields.ts';
import { attendanceReport } from '../../attendance/report.ts';
import { accountOf, callerOf } from '../access.ts';
import { validate } from '../validate.ts';
import { DAY } from '../../time/durations.ts';

const dayQuery = z.object({ date: calendarDate.optional() });
/** Days in one report. */
const MAX_DAYS = 366;
const reportQuery = z.object({ from: calendarDate, to: calendarDate }).refine(
  ({ from, to }) => {
    const days = (Date.parse(to) - Date.parse(from)) / DAY;
    return days >= 0 && days < MAX_DAYS;
  },
  { path: ['to'], error: `is before the first day, or more than ${MAX_DAYS} days after it` },
);

/** One work date; today where none is asked for. A manager sees the own department, and nobody where none is known. */
export function attendanceRouter(attendance: AttendanceService): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const { date } = validate(dayQuery, req.query);
    res.json(await attendance.day(date, departmentsOf(res)));
  });

  router.get('/report', async (req, res) => {
    const { from, to } = validate(reportQuery, req.query);
    res.setHeader('Content-Type', 'text/csv; charset=utf-8');
    res.setHeader('Content-Disposition', `attachment; filename="attendance-${from}-${to}.csv"`);
    await pipeline(Readable.from(attendanceReport(attendance.days(from, to, departmentsOf(res)))), res);
  });

  router.post('/corrections', async (req, res) => {
    const { accountId } = accountOf(res);
    await attendance.correct(validate(correctionInput, req.body), { accountId });
    res.status(201).end();
  });

  return router;
}

function departmentsOf(res: Response): string[] | undefined {
  const caller = callerOf(res);
  if (caller?.kind !== 'account' || caller.role !== 'manager') return undefined;
  return [caller.department].filter((name) => name !== null);
}
