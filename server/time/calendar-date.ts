import { z } from 'zod';

const notDate = { error: 'is not a date such as 2026-11-23' };

/** A day that anybody could mean, YYYY-MM-DD: PostgreSQL knows no year 0. */
export const calendarDate = z.iso.date(notDate).refine((date) => date >= '1900-01-01', notDate);
