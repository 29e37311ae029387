import { msg, str } from '@lit/localize';
import type { Zone } from '#protocol/zone.ts';
import { number, plural } from '../../locales/intl.ts';

/** A zone in words. @param zone null: none is drawn */
export function zoneText(zone: Zone | null): string {
  if (!zone) return msg('The whole picture');
  return plural(zone.length, {
    one: msg('A zone with one corner'),
    other: msg(str`A zone with ${number(zone.length)} corners`),
  });
}
