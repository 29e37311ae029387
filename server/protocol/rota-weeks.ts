/** Which week of a rota a date is in: the server plans by it, and the pages show it before it is saved. */

const DAY = 86_400_000;

/** Counted from 0. @param date YYYY-MM-DD */
export function weekOf(
  { weeks, anchor }: { weeks: readonly unknown[]; anchor: string },
  date: string,
): number {
  if (weeks.length === 1) return 0;
  const passed = (Date.parse(mondayOf(date)) - Date.parse(mondayOf(anchor))) / (7 * DAY);
  return ((passed % weeks.length) + weeks.length) % weeks.length;
}

/** The Monday of the week of a date. @param date YYYY-MM-DD */
export function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
