/** Holidays: public ones, those that were entered, and those of a calendar file. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { HolidayRow } from '../db/entities/schedule.ts';
import { MusterError } from '../protocol/error.ts';
import type { HolidayImport, HolidayImportView, HolidayRecord, HolidayView } from '../protocol/schedules.ts';
import { requireSite, siteOf } from '../sites/site-service.ts';
import { icsHolidays } from './ics-holidays.ts';
import { knowsPlace, publicHolidays } from '../sites/public-holidays.ts';

export class HolidayService {
  readonly #database: Database;

  constructor({ database }: { database: Database }) {
    this.#database = database;
  }

  /** By date. @param siteId the default site where undefined */
  async list({
    from,
    to,
    siteId,
  }: {
    from: string;
    to: string;
    siteId?: string | undefined;
  }): Promise<HolidayView[]> {
    const em = this.#database.fork();
    if (siteId !== undefined) await requireSite(em, siteId);
    const site = await siteOf(em, siteId);
    const rows = await em.find(HolidayRow, {
      date: { $gte: from, $lte: to },
      $or: [{ siteId: null }, { siteId: site.id }],
    });
    const replaced = new Set(rows.map(({ date }) => date));
    const place = site.country ? { country: site.country, region: site.region ?? null } : null;
    const known = place && knowsPlace(place) ? publicHolidays(place, from, to) : [];
    return known
      .filter(({ date }) => !replaced.has(date))
      .map(({ date, name, half }): HolidayView => {
        const off = half ? 'afternoon' : 'day';
        return { id: null, siteId: site.id, date, name, off, source: 'public' };
      })
      .concat(rows.map(viewOf))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1));
  }

  /** Throws MusterError `validation-failed`, `conflict`. */
  async create(input: HolidayRecord): Promise<HolidayView> {
    try {
      return await this.#database.transaction(async (em) => {
        await requireSite(em, input.siteId);
        const row = em.create(HolidayRow, { ...input, source: 'entered' });
        await em.flush();
        await audit(em, {
          act: 'holiday.created',
          object: { kind: 'holiday', id: row.id },
          after: { ...input },
        });
        return viewOf(row);
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new MusterError('conflict', 'There is a holiday on this date already.', {
        faults: [{ path: 'date', message: 'has a holiday already' }],
        cause: error,
      });
    }
  }

  /** Throws MusterError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.#database.transaction(async (em) => {
      const row = await em.findOne(HolidayRow, { id });
      if (!row) throw new MusterError('not-found', 'There is no such holiday.');
      em.remove(row);
      const { date, name, off } = row;
      await audit(em, {
        act: 'holiday.removed',
        object: { kind: 'holiday', id },
        before: { date, name, off },
      });
    });
  }

  /** Replaces the holidays of an earlier file on the same dates; those that were entered stay. Throws `validation-failed`. */
  async import({ siteId, from, to, ics }: HolidayImport): Promise<HolidayImportView> {
    const { holidays, leftOut } = icsHolidays(ics, from, to);
    return this.#database.transaction(async (em) => {
      await requireSite(em, siteId);
      const span = { siteId, date: { $gte: from, $lte: to } };
      await em.nativeDelete(HolidayRow, { ...span, source: 'calendar-file' });
      const entered = new Set((await em.find(HolidayRow, span)).map(({ date }) => date));
      const added = holidays.filter(({ date }) => !entered.has(date));
      for (const { date, name } of added) {
        em.create(HolidayRow, { siteId, date, name, off: 'day', source: 'calendar-file' });
      }
      await audit(em, { act: 'holidays.imported', after: { siteId, from, to, holidays: added.length } });
      return { imported: added.length, leftOut };
    });
  }
}

function viewOf({ id, siteId, date, name, off, source }: HolidayRow): HolidayView {
  return { id, siteId: siteId ?? null, date, name, off, source };
}
