/** Public holidays of a country and a region, from the package `date-holidays`. */
import Holidays, { type HolidaysTypes } from 'date-holidays';
import type { HolidayCountry } from '../protocol/holidays.ts';
import { DAY, HOUR } from '../time/durations.ts';
import { addDays } from '../time/zoned.ts';

export interface HolidayPlace {
  /** ISO 3166-1, such as `DE`. */
  country: string;
  /** ISO 3166-2 without the country, such as `BY`, perhaps with a part of it, such as `BY-A`; null: the whole country. */
  region: string | null;
}

export interface DatedHoliday {
  /** YYYY-MM-DD */
  date: string;
  /** In the first language of the country. */
  name: string;
  /** Only the second half of the day is free. */
  half: boolean;
}

const years = new Map<string, readonly DatedHoliday[]>();
/** Making the holidays of a year takes some milliseconds; a site asks for two or three years. */
const MOST_YEARS = 200;

/**
 * Statutory holidays only: what banks, schools or some people have free is not one. In order; where two are on the same date
 * the longer one counts.
 *
 * @param from first and @param to last date, YYYY-MM-DD
 */
export function publicHolidays(place: HolidayPlace, from: string, to: string): DatedHoliday[] {
  const found: DatedHoliday[] = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) {
    found.push(...holidaysOf(place, year));
  }
  return found.filter(({ date }) => date >= from && date <= to);
}

let places: readonly HolidayCountry[] | null = null;

/** By code of the country, regions by name, each followed by its parts. */
export function holidayPlaces(): HolidayCountry[] {
  places ??= allPlaces();
  return [...places];
}

function byName(names: Record<string, string> | undefined): [code: string, name: string][] {
  return Object.entries(names ?? {}).toSorted(([, a], [, b]) => a.localeCompare(b, 'en'));
}

function allPlaces(): HolidayCountry[] {
  const all = new Holidays();
  return Object.keys(all.getCountries() ?? {})
    .toSorted()
    .map((code) => ({
      code,
      regions: byName(all.getStates(code)).flatMap(([state, name]) =>
        [{ code: state, name }].concat(
          byName(all.getRegions(code, state)).map(([part, of]) => ({
            code: `${state}-${part}`,
            name: `${name}, ${of}`,
          })),
        ),
      ),
    }));
}

/** Whether the package knows the holidays of a place. */
export function knowsPlace({ country, region }: HolidayPlace): boolean {
  const all = new Holidays();
  if (!Object.hasOwn(all.getCountries() ?? {}, country)) return false;
  if (region === null) return true;
  const [state = '', part] = region.split('-');
  if (!Object.hasOwn(all.getStates(country) ?? {}, state)) return false;
  return part === undefined || Object.hasOwn(all.getRegions(country, state) ?? {}, part);
}

function holidaysOf(place: HolidayPlace, year: number): readonly DatedHoliday[] {
  const key = `${place.country}/${place.region ?? ''}/${year}`;
  let holidays = years.get(key);
  if (!holidays) {
    holidays = made(place, year);
    if (years.size >= MOST_YEARS) years.clear();
    years.set(key, holidays);
  }
  return holidays;
}

function made({ country, region }: HolidayPlace, year: number): DatedHoliday[] {
  const [state, part] = region?.split('-') ?? [];
  const source = new Holidays({ country, ...(state && { state }), ...(part && { region: part }) });
  source.setLanguages([]);
  const byDate = new Map<string, DatedHoliday>();
  for (const holiday of source.getHolidays(year)) {
    if (holiday.type !== 'public') continue;
    for (const one of datesOf(holiday)) {
      const before = byDate.get(one.date);
      if (!before || (before.half && !one.half)) byDate.set(one.date, one);
    }
  }
  return [...byDate.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

/** Feasts last several days; some holidays begin at noon. */
function datesOf({ date, name, start, end }: HolidaysTypes.Holiday): DatedHoliday[] {
  const first = date.slice(0, 10);
  const length = end.getTime() - start.getTime();
  if (length <= 12 * HOUR) return [{ date: first, name, half: true }];
  // A day on which the clocks change has 23 or 25 hours.
  const days = Math.ceil((length - 2 * HOUR) / DAY);
  return Array.from({ length: days }, (_, day) => ({ date: addDays(first, day), name, half: false }));
}
