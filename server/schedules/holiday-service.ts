/** Holidays: public ones, those that were entered, and those of a calendar file. */
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { HolidayRow } from '../db/entities/schedule.ts';
import type {
  EnteredHolidayView,
  HolidayImport,
  HolidayImportAct,
  HolidayImportPreview,
  HolidayImportView,
  HolidayRecord,
  HolidayView,
} from '../protocol/holidays.ts';
import { LEFT_OUT_SHOWN } from '../protocol/holidays.ts';
import { type RecordKind, RecordSet } from '../records/record-set.ts';
import { type DatedHoliday, knowsPlace, publicHolidays } from '../sites/public-holidays.ts';
import { allSites, requireSite, siteOf } from '../sites/site-service.ts';
import { icsHolidays } from './ics-holidays.ts';

export class HolidayService {
  /** Those that were entered, and those of a calendar file. */
  readonly records: RecordSet<HolidayRow, HolidayRecord, Pick<EnteredHolidayView, 'source'>>;
  readonly #database: Database;

  constructor({ database }: { database: Database }) {
    this.records = new RecordSet(database, HOLIDAYS);
    this.#database = database;
  }

  /** By date, those for all sites first. @param siteId the default site where undefined */
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
    const rows = await this.records.list({
      date: { $gte: from, $lte: to },
      $or: [{ siteId: null }, { siteId: site.id }],
    });
    const replaced = new Set(rows.map(({ date }) => date));
    return publicOf(site, from, to)
      .filter(({ date }) => !replaced.has(date))
      .map(({ date, name, half }): HolidayView => {
        const off = half ? 'afternoon' : 'day';
        return { id: null, version: null, siteId: site.id, date, name, off, source: 'public' };
      })
      .concat(rows)
      .toSorted((a, b) => (a.date === b.date ? scopeOf(a) - scopeOf(b) : a.date < b.date ? -1 : 1));
  }

  /** What `import` would do. Throws MusterError `validation-failed`. */
  async preview({ siteId, from, to, ics }: HolidayImport): Promise<HolidayImportPreview> {
    const em = this.#database.fork();
    await requireSite(em, siteId);
    const { holidays, leftOut } = icsHolidays(ics, from, to);
    const { entered, ofFile } = await existing(em, { siteId, from, to });
    // Several sites may have other public holidays on the same date.
    const sites = siteId === null ? await allSites(em) : [await siteOf(em, siteId)];
    const [site] = sites.length === 1 ? sites : [];
    const known = new Map(site ? publicOf(site, from, to).map(({ date, name }) => [date, name]) : []);
    const dates = new Set(holidays.map(({ date }) => date));
    return {
      holidays: holidays.map(({ date, name }) => {
        const before = entered.get(date) ?? ofFile.get(date) ?? known.get(date) ?? null;
        return { date, name, act: actOf({ date, name }, { entered, ofFile }), before };
      }),
      removed: [...ofFile].filter(([date]) => !dates.has(date)).map(([date, name]) => ({ date, name })),
      leftOut: leftOut.slice(0, LEFT_OUT_SHOWN),
      leftOutTotal: leftOut.length,
    };
  }

  /** Replaces the holidays of an earlier file on the same dates; those that were entered stay. Throws `validation-failed`. */
  async import({ siteId, from, to, ics }: HolidayImport): Promise<HolidayImportView> {
    const { holidays, leftOut } = icsHolidays(ics, from, to);
    return this.#database.transaction(async (em) => {
      await requireSite(em, siteId);
      const { entered } = await existing(em, { siteId, from, to });
      await em.nativeDelete(HolidayRow, { siteId, date: { $gte: from, $lte: to }, source: 'calendar-file' });
      const added = holidays.filter(({ date }) => !entered.has(date));
      for (const { date, name } of added) {
        em.create(HolidayRow, { siteId, date, name, off: 'day', source: 'calendar-file' });
      }
      await audit(em, { act: 'holidays.imported', after: { siteId, from, to, holidays: added.length } });
      return { imported: added.length, leftOut: leftOut.length };
    });
  }
}

const HOLIDAYS: RecordKind<HolidayRow, HolidayRecord, Pick<EnteredHolidayView, 'source'>> = {
  entity: HolidayRow,
  name: 'holiday',
  acts: { created: 'holiday.created', changed: 'holiday.changed', removed: 'holiday.removed' },
  subject: ({ id }) => ({ kind: 'holiday', id }),
  order: { date: 'asc' },
  fieldsOf: ({ siteId, date, name, off }) => ({ siteId: siteId ?? null, date, name, off }),
  // What somebody changed by hand is not for the next calendar file to replace.
  rowOf: (fields) => ({ ...fields, source: 'entered' }),
  moreOf: async () => await Promise.resolve(({ source }: HolidayRow) => ({ source })),
  detailOf: (fields) => ({ ...fields }),
  check: (em, { siteId }) => requireSite(em, siteId),
  unique: { path: 'date', message: 'has a holiday already' },
};

interface Existing {
  /** Names by date. */
  entered: ReadonlyMap<string, string>;
  ofFile: ReadonlyMap<string, string>;
}

async function existing(
  em: Em,
  { siteId, from, to }: Pick<HolidayImport, 'siteId' | 'from' | 'to'>,
): Promise<Existing> {
  const where = { siteId, date: { $gte: from, $lte: to } };
  const rows = await em.find(HolidayRow, where, { orderBy: { date: 'asc' } });
  const namesOf = (source: HolidayRow['source']) =>
    new Map(rows.filter((row) => row.source === source).map(({ date, name }) => [date, name]));
  return { entered: namesOf('entered'), ofFile: namesOf('calendar-file') };
}

function actOf(
  { date, name }: { date: string; name: string },
  { entered, ofFile }: Existing,
): HolidayImportAct {
  if (entered.has(date)) return 'kept';
  const before = ofFile.get(date);
  if (before === undefined) return 'add';
  return before === name ? 'unchanged' : 'change';
}

function publicOf(
  { country, region }: { country?: string | null; region?: string | null },
  from: string,
  to: string,
): DatedHoliday[] {
  const place = country ? { country, region: region ?? null } : null;
  return place && knowsPlace(place) ? publicHolidays(place, from, to) : [];
}

function scopeOf({ siteId }: HolidayView): number {
  return siteId === null ? 0 : 1;
}
