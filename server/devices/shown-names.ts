/** What a station may show of the names of the people at its door. What it may not show does not leave the server. Pure. */
import type { NamesShown } from '../protocol/devices.ts';
import type { AttendanceEvent, ObservedFace } from '../protocol/results.ts';

/** Undefined for a person who was deleted. */
export type GivenNameOf = (personId: string) => string | undefined;

/** The same event; where no name may be shown, the name is empty. */
export function eventAsShown(
  event: AttendanceEvent,
  names: NamesShown,
  givenNameOf: GivenNameOf,
): AttendanceEvent {
  if (names === 'full') return event;
  const { id } = event.person;
  return { ...event, person: { id, name: names === 'given' ? (givenNameOf(id) ?? '') : '' } };
}

export function faceAsShown(face: ObservedFace, names: NamesShown, givenNameOf: GivenNameOf): ObservedFace {
  if (names === 'full' || face.name === undefined) return face;
  const { name: _name, ...nameless } = face;
  const given = face.personId === undefined ? undefined : givenNameOf(face.personId);
  return names === 'none' || given === undefined ? nameless : { ...nameless, name: given };
}
