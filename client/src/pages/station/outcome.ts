/** Text, icon and kind of each outcome, for the card, the list and the sound. */
import { msg, str } from '@lit/localize';
import type { AttendanceEvent } from '#protocol/results.ts';
import { clockTime } from '../../components/format.ts';

type OutcomeKind = 'in' | 'out' | 'seen' | 'already' | 'saved' | 'unsaved' | 'none';

export interface Outcome {
  kind: OutcomeKind;
  icon: string;
  text: string;
  /** A warning that belongs to it. */
  note: string | null;
}

type Writer = (event: AttendanceEvent) => Omit<Outcome, 'note' | 'text'> & {
  text: string;
  /** The same on a station that may not show times. */
  timeless?: string;
};

const WRITERS: Record<AttendanceEvent['result'], Writer> = {
  'checked-in': ({ localTime }) => ({
    kind: 'in',
    icon: 'log-in',
    text: msg(str`Checked in at ${clockTime(localTime)}`),
    timeless: msg('Checked in'),
  }),
  'checked-out': ({ localTime }) => ({
    kind: 'out',
    icon: 'log-out',
    text: msg(str`Checked out at ${clockTime(localTime)}`),
    timeless: msg('Checked out'),
  }),
  seen: ({ localTime }) => ({
    kind: 'seen',
    icon: 'user-check',
    text: msg(str`Last seen ${clockTime(localTime)}`),
    timeless: msg('Seen'),
  }),
  'already-in': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already checked in at ${clockTime(localTime)}`),
    timeless: msg('Already checked in'),
  }),
  'already-out': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already checked out at ${clockTime(localTime)}`),
    timeless: msg('Already checked out'),
  }),
  'already-seen': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already recorded at ${clockTime(localTime)}`),
    timeless: msg('Already recorded'),
  }),
  saved: ({ localTime }) => ({
    kind: 'saved',
    icon: 'clock',
    text: msg(str`Saved at ${clockTime(localTime)}, will be booked`),
    timeless: msg('Saved, will be booked'),
  }),
  unsaved: () => ({
    kind: 'unsaved',
    icon: 'circle-alert',
    text: msg('Not saved: please tell the office'),
  }),
  ignored: () => ({ kind: 'none', icon: 'ban', text: msg('Please see HR') }),
};

/** @param times whether the time may be shown */
export function outcome(event: AttendanceEvent, times = true): Outcome {
  const { text, timeless = text, ...rest } = WRITERS[event.result](event);
  return {
    ...rest,
    text: times ? text : timeless,
    note: event.doubtful ? doubt(event) : null,
  };
}

function doubt(event: AttendanceEvent): string {
  return written(event) ? msg('Possibly a photo: marked for review') : msg('Possibly a photo');
}

function written({ result }: AttendanceEvent): boolean {
  return result === 'checked-in' || result === 'checked-out' || result === 'seen';
}
