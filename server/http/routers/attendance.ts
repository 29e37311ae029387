import { Router } from 'express';
import { z } from 'zod';
import type { AttendanceService } from '../../attendance/attendance-service.ts';
import { callerOf } from '../access.ts';
import { validate } from '../validate.ts';

const dayQuery = z.object({
  date: z.iso.date({ error: 'is not a date such as 2026-11-23' }).optional(),
});

/** One work date; today where none is asked for. A manager sees the own department, and nobody where none is known. */
export function attendanceRouter(attendance: AttendanceService): Router {
  const router = Router();
  router.get('/', async (req, res) => {
    const { date } = validate(dayQuery, req.query);
    const caller = callerOf(res);
    const departments =
      caller?.kind === 'account' && caller.role === 'manager'
        ? [caller.department].filter((name) => name !== null)
        : undefined;
    res.json(await attendance.day(date, departments));
  });
  return router;
}
