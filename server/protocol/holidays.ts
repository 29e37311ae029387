/** Holidays of sites: public ones of a country, those that were entered, and those of a calendar file. */
import { z } from 'zod';
import { calendarDate, id, line, next, page, version } from './fields.ts';
import { isSpan, noSpan, span } from './schedules.ts';

export const HOLIDAY_OFFS = ['day', 'afternoon', 'nothing'] as const;
/** `nothing`: a public holiday on which is worked. */
export type HolidayOff = (typeof HOLIDAY_OFFS)[number];

const holidayFields = {
  siteId: id.nullable().describe('Null for all sites.'),
  date: calendarDate,
  name: line(80).min(1, { error: 'is missing' }),
  off: z.enum(HOLIDAY_OFFS).describe('What is free. `nothing`: a public holiday on which is worked.'),
};
const holidayRecord = z.strictObject(holidayFields);
export type HolidayRecord = z.infer<typeof holidayRecord>;
export const newHoliday = holidayRecord.extend({
  siteId: holidayFields.siteId.default(null),
  off: holidayFields.off.default('day'),
});
export const holidayChange = holidayRecord.partial();
const holidayView = z
  .strictObject({
    id: id.nullable().describe('Null for a public holiday of the country and region of the site.'),
    version: version.nullable().describe('Null for a public holiday.'),
    ...holidayFields,
    source: z.enum(['public', 'entered', 'calendar-file']),
  })
  .meta({ id: 'Holiday' });
export type HolidayView = z.infer<typeof holidayView>;
export const enteredHolidayView = holidayView
  .extend({ id, version, source: z.enum(['entered', 'calendar-file']) })
  .meta({ id: 'EnteredHoliday' });
export type EnteredHolidayView = z.infer<typeof enteredHolidayView>;

export const holidaysView = z.strictObject({ holidays: z.array(holidayView), next });
export const holidaysQuery = z
  .strictObject({ ...page, ...span, site: id.optional().describe('The default site by default.') })
  .refine(isSpan, noSpan);

// ── Calendar files ───────────────────────────────────────────────────────────────────────────────

/** The largest calendar file, bytes. */
export const CALENDAR_FILE_MOST = 500_000;
/** Events in a preview that the file has and that do not become holidays. */
export const LEFT_OUT_SHOWN = 200;

export const holidayImport = z
  .strictObject({
    siteId: holidayFields.siteId.default(null),
    from: calendarDate.describe('Only holidays from this date on.'),
    to: calendarDate.describe('Only holidays up to this date.'),
    ics: z
      .string()
      .max(CALENDAR_FILE_MOST, { error: 'is larger than 500 kB' })
      .describe('The calendar file (iCalendar).'),
  })
  .refine(({ from, to }) => to >= from, { path: ['to'], error: 'is before from' });
export type HolidayImport = z.infer<typeof holidayImport>;
export const holidayImportView = z
  .strictObject({
    imported: z.int(),
    leftOut: z.int().describe('Events that are not whole days, are cancelled, or are outside the dates.'),
  })
  .meta({ id: 'HolidayImport' });
export type HolidayImportView = z.infer<typeof holidayImportView>;

const LEFT_OUT_REASONS = ['not-whole-day', 'cancelled', 'outside', 'same-date', 'no-date'] as const;
const leftOutEvent = z.strictObject({
  name: z.string(),
  date: z.string().nullable().describe('Its first date; null where it has none that can be read.'),
  why: z
    .enum(LEFT_OUT_REASONS)
    .describe(
      '`outside`: of the dates that are imported. `same-date`: another event of the file is on this date. `no-date`: it has none that can be read.',
    ),
});
/** An event of a calendar file that does not become a holiday. */
export type LeftOutEvent = z.infer<typeof leftOutEvent>;

const HOLIDAY_IMPORT_ACTS = ['add', 'change', 'unchanged', 'kept'] as const;
export type HolidayImportAct = (typeof HOLIDAY_IMPORT_ACTS)[number];

export const holidayImportPreview = z
  .strictObject({
    holidays: z.array(
      z.strictObject({
        date: z.string(),
        name: z.string(),
        act: z
          .enum(HOLIDAY_IMPORT_ACTS)
          .describe(
            '`change`: an earlier file has another name for this date. `kept`: one was entered for this date, and it stays.',
          ),
        before: z.string().nullable().describe('The name of what is on this date now; null for nothing.'),
      }),
    ),
    removed: z
      .array(z.strictObject({ date: z.string(), name: z.string() }))
      .describe('Of an earlier file, and not in this one.'),
    leftOut: z.array(leftOutEvent).describe(`The first ${LEFT_OUT_SHOWN} of them.`),
    leftOutTotal: z.int(),
  })
  .meta({ id: 'HolidayImportPreview' });
export type HolidayImportPreview = z.infer<typeof holidayImportPreview>;

// ── Where there are public holidays ──────────────────────────────────────────────────────────────

const holidayCountry = z.strictObject({
  code: z.string().describe('ISO 3166-1, such as `DE`.'),
  regions: z.array(
    z.strictObject({
      code: z.string().describe('As a site has it, such as `BY`, or `BY-A` for a part of a region.'),
      name: z.string().describe('In the first language of the country.'),
    }),
  ),
});
export type HolidayCountry = z.infer<typeof holidayCountry>;
export const holidayPlacesView = z
  .strictObject({ countries: z.array(holidayCountry) })
  .meta({ id: 'HolidayPlaces' });
