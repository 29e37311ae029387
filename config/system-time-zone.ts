/** The time zone of this machine, as an IANA name. */
import { realpathSync } from 'node:fs';
import { isTimeZone } from '#protocol/fields.ts';

export interface SystemTimeZone {
  zone: string;
  /** What the operator should know: the system names no zone that can be used. Null where it does. */
  warning: string | null;
}

/**
 * `TZ` may also be what only the C library understands: a file (`:/etc/localtime`) or a rule (`CET-1CEST`). Then the runtime
 * knows no zone, or UTC. A file is a link into the zone database, and its path ends with the name. Where nothing gives a
 * name, the zone is UTC.
 */
export function systemTimeZone(
  env: Readonly<Record<string, string | undefined>> = process.env,
  known: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone,
): SystemTimeZone {
  const tz = env['TZ']?.replace(/^:/, '');
  const given = tz || null;
  if (given === null) return known !== undefined && isTimeZone(known) ? sure(known) : unsure('The system');
  if (isTimeZone(given)) return sure(given);
  const fromFile = given.startsWith('/') ? zoneOfFile(given) : null;
  return fromFile === null ? unsure(`TZ=${env['TZ']}`) : sure(fromFile);
}

function sure(zone: string): SystemTimeZone {
  return { zone, warning: null };
}

function unsure(source: string): SystemTimeZone {
  return {
    zone: 'UTC',
    warning: `${source} names no time zone that can be used, so that new sites begin in UTC: set MUSTER_TIME_ZONE, for example to Europe/Paris.`,
  };
}

function zoneOfFile(file: string): string | null {
  try {
    const [, zone] = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(realpathSync(file)) ?? [];
    return zone !== undefined && isTimeZone(zone) ? zone : null;
  } catch {
    return null;
  }
}
