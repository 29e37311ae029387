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

type Writer = (event: AttendanceEvent) => Omit<Outcome, 'note'>;

const WRITERS: Record<AttendanceEvent['result'], Writer> = {
  'checked-in': ({ localTime }) => ({
    kind: 'in',
    icon: 'log-in',
    text: msg(str`Checked in at ${clockTime(localTime)}`),
  }),
  'checked-out': ({ localTime }) => ({
    kind: 'out',
    icon: 'log-out',
    text: msg(str`Checked out at ${clockTime(localTime)}`),
  }),
  seen: ({ localTime }) => ({
    kind: 'seen',
    icon: 'user-check',
    text: msg(str`Last seen ${clockTime(localTime)}`),
  }),
  'already-in': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already checked in at ${clockTime(localTime)}`),
  }),
  'already-out': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already checked out at ${clockTime(localTime)}`),
  }),
  'already-seen': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    text: msg(str`Already recorded at ${clockTime(localTime)}`),
  }),
  saved: ({ localTime }) => ({
    kind: 'saved',
    icon: 'clock',
    text: msg(str`Saved at ${clockTime(localTime)}, will be booked`),
  }),
  unsaved: () => ({
    kind: 'unsaved',
    icon: 'circle-alert',
    text: msg('Not saved: please tell the office'),
  }),
  ignored: () => ({ kind: 'none', icon: 'ban', text: msg('Please see HR') }),
};

export function outcome(event: AttendanceEvent): Outcome {
  return {
    ...WRITERS[event.result](event),
    note: event.doubtful ? doubt(event) : null,
  };
}

function doubt(event: AttendanceEvent): string {
  return written(event) ? msg('Possibly a photo: marked for review') : msg('Possibly a photo');
}

function written({ result }: AttendanceEvent): boolean {
  return result === 'checked-in' || result === 'checked-out' || result === 'seen';
}
