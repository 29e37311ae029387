/** Time zones of the browser: their names, and the times that a change of the clocks shows twice. */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** IANA names, in the order of the alphabet. */
export function timeZones(): string[] {
  return Intl.supportedValuesOf('timeZone');
}

/**
 * Whether the clocks of the zone show this time twice on that date.
 *
 * @param date YYYY-MM-DD @param time HH:MM @param timeZone IANA name
 */
export function comesTwice(date: string, time: string, timeZone: string): boolean {
  const [hour = NaN, minute = NaN] = time.split(':').map(Number);
  const wall = Date.parse(date) + (hour * 60 + minute) * MINUTE;
  if (Number.isNaN(wall)) return false;
  const before = offsetAt(wall - DAY, timeZone);
  const after = offsetAt(wall + DAY, timeZone);
  return (
    before !== after &&
    offsetAt(wall - before, timeZone) === before &&
    offsetAt(wall - after, timeZone) === after
  );
}

/**
 * The instant of a time at a place, epoch ms. Of a time that comes twice, the one or the other.
 *
 * @param wall YYYY-MM-DDTHH:MM, as a field for date and time has it
 */
export function instantOf(wall: string, timeZone: string): number {
  const asUtc = new Date(`${wall}:00Z`).getTime();
  const near = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(near, timeZone);
}

/** Local time minus UTC at an instant, ms. */
function offsetAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const text = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -size : size;
}
