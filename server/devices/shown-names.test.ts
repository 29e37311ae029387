import { describe, expect, it } from 'vitest';
import type { AttendanceEvent, ObservedFace } from '../protocol/results.ts';
import { eventAsShown, faceAsShown } from './shown-names.ts';

const givenNameOf = (id: string) => (id === 'p1' ? 'Mara' : undefined);
const event: AttendanceEvent = {
  type: 'attendance',
  id: 'e1',
  camera: 'door',
  track: 1,
  person: { id: 'p1', name: 'Mara Mount' },
  result: 'checked-in',
  seenAt: '2026-01-01T08:00:00Z',
  at: '2026-01-05T08:59:00.000Z',
  localTime: '08:59',
};
const face: ObservedFace = {
  track: 1,
  box: [0, 0, 0.1, 0.1],
  landmarks: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  state: 'recognized',
  name: 'Mara Mount',
  personId: 'p1',
};

describe('what a station may show', () => {
  it.each([
    ['full', 'Mara Mount', 'Mara Mount'],
    ['given', 'Mara', 'Mara'],
    ['none', '', undefined],
  ] as const)('%s names: an event carries %j and a face %j', (names, inEvent, onFace) => {
    const shown = eventAsShown(event, names, givenNameOf);
    expect(shown).toEqual({ ...event, person: { id: 'p1', name: inEvent } });
    expect(faceAsShown(face, names, givenNameOf).name).toBe(onFace);
    expect(JSON.stringify([shown, faceAsShown(face, names, givenNameOf)]).includes('Mount')).toBe(
      names === 'full',
    );
  });

  it('a person whose given name is not known any more is not named at all', () => {
    expect(
      eventAsShown({ ...event, person: { id: 'p2', name: 'A B' } }, 'given', givenNameOf).person.name,
    ).toBe('');
    expect(faceAsShown({ ...face, personId: 'p2' }, 'given', givenNameOf)).not.toHaveProperty('name');
  });

  it('a face without a name stays as it is', () => {
    const { name: _name, personId: _personId, ...stranger } = face;
    for (const names of ['full', 'given', 'none'] as const) {
      expect(faceAsShown(stranger, names, givenNameOf)).toEqual(stranger);
    }
  });
});
