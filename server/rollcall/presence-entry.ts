/** Where a person is, read from their work day on the board of today: the rule of attendance, and no other. */
import type { PunchView, WorkDayView } from '../protocol/attendance.ts';

export interface PresenceEntry {
  person: WorkDayView['person'];
  /** `uncertain`: the doors cannot know whether the person has left, or a departure is missing. */
  state: 'in' | 'uncertain' | 'left';
  /** The arrival; of a person who has left without one, the departure. */
  since: string;
  last: PunchView;
}

const STATES: Partial<Record<WorkDayView['presence'], PresenceEntry['state']>> = {
  here: 'in',
  seen: 'uncertain',
  // The stay is too long for its site. Whether the person forgot the door or lies in the archive, nobody knows.
  'missing-departure': 'uncertain',
  left: 'left',
};

/** Null for a person who was not seen, as where all punches are voided. */
export function presenceEntry(day: WorkDayView): PresenceEntry | null {
  const state = STATES[day.presence];
  const punches = day.punches.filter(({ voided }) => !voided);
  const last = punches.at(-1);
  if (!state || !last) return null;
  const stay = day.stays.at(-1);
  const arrival = punches.find(({ id }) => id === (stay?.arrival ?? stay?.departure));
  return { person: day.person, state, since: (arrival ?? last).at, last };
}
