/** A shift in words. */
import { msg, str } from '@lit/localize';
import type { ShiftRecord } from '#protocol/schedules.ts';
import type { BreakRules } from '#protocol/sites.ts';
import { clockTime, span } from '../../components/format.ts';
import { breaksText as ruleText } from '../sites/site-texts.ts';

/** “8:00 AM – 4:00 PM”. */
export function hoursText({ begin, end }: Pick<ShiftRecord, 'begin' | 'end'>): string {
  return `${clockTime(begin)} – ${clockTime(end)}`;
}

/** Whether it ends on the next date. */
export function isOvernight({ begin, end }: Pick<ShiftRecord, 'begin' | 'end'>): boolean {
  return end <= begin;
}

/** What is planned within the hours; blank where all of them are. */
export function flexibleText({ flexible }: Pick<ShiftRecord, 'flexible'>): string {
  if (!flexible) return '';
  const planned = span(flexible.planned);
  if (!flexible.core) return msg(str`${planned} within this time`);
  return msg(str`${planned} within this time, core time ${hoursText(flexible.core)}`);
}

/** @param breaks null for the rule of the site */
export function breaksText(breaks: BreakRules | null): string {
  return breaks === null ? msg('As at the site') : ruleText(breaks);
}
