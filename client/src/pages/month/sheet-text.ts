/** What a month sheet says, in words. */
import { msg, str } from '@lit/localize';
import type { MonthSheetDay } from '#protocol/reports.ts';
import { span } from '../../components/format.ts';

type Flag = MonthSheetDay['flags'][number];
type LeaveKind = MonthSheetDay['leave'][number]['kind'];

export function flagText({ kind, by }: Flag): string {
  const time = span(by ?? 0);
  const texts: Record<Flag['kind'], () => string> = {
    late: () => msg(str`${time} late`),
    early: () => msg(str`left ${time} early`),
    absent: () => msg('absent'),
    'missing-arrival': () => msg('check-in missing'),
    'missing-departure': () => msg('check-out missing'),
    unplanned: () => msg('not planned'),
    'break-missed': () => msg('break missed'),
    'short-rest': () => msg('rest too short'),
    'clock-set': () => msg('Time unsure: the clock was set'),
  };
  return texts[kind]();
}

export function leaveText(kind: LeaveKind): string {
  const texts: Record<LeaveKind, string> = {
    vacation: msg('Vacation'),
    sick: msg('Sick'),
    trip: msg('Trip'),
    unpaid: msg('Unpaid leave'),
  };
  return texts[kind];
}
