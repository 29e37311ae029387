/** The presence of a work day in words, and how it stands out. */
import { msg, str } from '@lit/localize';
import type { Presence, WorkDayView } from '#protocol/attendance.ts';
import { clockTime } from '../../components/format.ts';

interface PresenceText {
  text: string;
  /** Class of the chip; empty for what is as it should be. */
  kind: '' | 'good' | 'info' | 'warn';
}

type Shown = Pick<WorkDayView, 'presence' | 'punches'>;

const WRITERS: Record<Presence, (lastSeen: string) => PresenceText> = {
  here: () => ({ text: msg('Here now'), kind: 'good' }),
  seen: (time) => ({ text: msg(str`Seen at ${time}`), kind: 'good' }),
  left: () => ({ text: msg('Checked out'), kind: 'info' }),
  complete: () => ({ text: msg('Complete'), kind: '' }),
  'missing-arrival': () => ({ text: msg('Missing check-in'), kind: 'warn' }),
  'missing-departure': () => ({ text: msg('Missing check-out'), kind: 'warn' }),
  'not-seen': () => ({ text: msg('All punches removed'), kind: 'warn' }),
};

export function presenceText({ presence, punches }: Shown): PresenceText {
  const last = punches.findLast(({ voided }) => !voided);
  return WRITERS[presence](last ? clockTime(last.localTime) : '');
}
