/** Words, icon and kind of each outcome, for the card, the list and the sound. */
import type { AttendanceEvent } from '#protocol/results.ts';

export type OutcomeKind = 'in' | 'out' | 'already' | 'none';

export interface Outcome {
  kind: OutcomeKind;
  icon: string;
  words: string;
  /** What else there is to know of it. */
  note: string | null;
}

type Writer = (event: AttendanceEvent) => Omit<Outcome, 'note'>;

const WRITERS: Record<AttendanceEvent['result'], Writer> = {
  'checked-in': ({ localTime }) => ({ kind: 'in', icon: 'log-in', words: `Checked in ${localTime}` }),
  'checked-out': ({ localTime }) => ({ kind: 'out', icon: 'log-out', words: `Checked out ${localTime}` }),
  'already-in': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    words: `Already in since ${localTime}`,
  }),
  'already-out': ({ localTime }) => ({
    kind: 'already',
    icon: 'clock',
    words: `Already out since ${localTime}`,
  }),
  ignored: ({ reason }) => ({ kind: 'none', icon: 'ban', words: reason ?? 'Not recorded' }),
};

export function outcome(event: AttendanceEvent): Outcome {
  return {
    ...WRITERS[event.result](event),
    note: event.doubtful
      ? `${written(event) ? 'Marked: this' : 'This'} may be a picture, not a person`
      : null,
  };
}

function written({ result }: AttendanceEvent): boolean {
  return result === 'checked-in' || result === 'checked-out';
}
