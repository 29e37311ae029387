/** The figures of the start page, as the server counted them: only those that the readings of the sites can know. */
import { msg } from '@lit/localize';
import type { AttendanceView } from '#protocol/attendance.ts';
import type { DoorReading } from '#protocol/sites.ts';

export interface Figure {
  name: keyof AttendanceView['figures'];
  label: string;
  /** Null until the server has answered. */
  value: number | null;
  kind: '' | 'in' | 'out';
  icon: string;
  /** The reading under which automatic doors tell it; null where every reading does. */
  reading: DoorReading | null;
}

/** A figure of another reading appears only where a door or a person said it: otherwise it would always be 0. */
export function figuresOf(view: Pick<AttendanceView, 'figures' | 'readings'> | null): Figure[] {
  const readings = view?.readings ?? ['first-and-last'];
  return all()
    .map((figure) => Object.assign(figure, { value: view?.figures[figure.name] ?? null }))
    .filter(({ reading, value }) => reading === null || readings.includes(reading) || (value ?? 0) > 0);
}

function all(): Omit<Figure, 'value'>[] {
  return [
    { name: 'here', label: msg('Here now'), kind: 'in', icon: 'user-check', reading: 'in-and-out' },
    { name: 'seen', label: msg('Seen today'), kind: 'in', icon: 'eye', reading: 'first-and-last' },
    { name: 'left', label: msg('Checked out'), kind: 'out', icon: 'log-out', reading: 'in-and-out' },
    { name: 'absent', label: msg('Not seen today'), kind: '', icon: 'clock', reading: null },
  ];
}
