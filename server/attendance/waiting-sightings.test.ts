import { describe, expect, it } from 'vitest';
import { type DoorSighting, type WaitingSighting, WaitingSightings } from './waiting-sightings.ts';
import { USUAL_SETTINGS } from '../protocol/devices.test-support.ts';

/** Numbers below 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function waiting(id: number, draw: (most: number) => number): WaitingSighting {
  const mode = (['auto', 'in', 'out'] as const)[draw(3)]!;
  const door = {
    id: `door ${draw(2)}`,
    name: 'Front door',
    settings: { ...USUAL_SETTINGS, mode, minGap: [0, 5, 20][draw(3)]! },
    site: { id: 'site', name: 'Office', timeZone: 'Europe/Berlin', viewing: true },
  };
  const sighting = {
    id: `${id}`,
    cameraId: door.id,
    track: 1,
    personId: `person ${draw(4)}`,
    at: draw(100),
    similarity: 0.7,
    margin: 0.3,
    frames: 3,
    live: null,
  };
  const entry = { id: `${id}`, sighting, door, ...(draw(4) === 0 && { clockStep: `step ${draw(2)}` }) };
  const told = (['no', 'unsaved', 'saved'] as const)[draw(3)]!;
  return {
    entry,
    arrived: null,
    crop: undefined,
    inJournal: draw(2) === 0,
    told,
    booked: false,
    onSafe: new Map(),
  };
}

/** The rule, over all that wait. */
function repeatedBy(all: readonly WaitingSighting[], { sighting, door, clockStep }: DoorSighting) {
  return all.find(
    ({ entry, told }) =>
      told !== 'no' &&
      entry.clockStep === clockStep &&
      entry.sighting.personId === sighting.personId &&
      entry.door.id === door.id &&
      entry.door.settings.mode === door.settings.mode &&
      sighting.at >= entry.sighting.at &&
      sighting.at - entry.sighting.at < door.settings.minGap,
  );
}

describe('sightings that wait', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    'the index finds what a walk over all of them finds, whatever happens (seed %d)',
    (seed) => {
      const next = numbers(seed);
      const draw = (most: number) => Math.floor(next() * most);
      const indexed = new WaitingSightings();
      let all: WaitingSighting[] = [];
      let found = 0;
      for (let i = 0; i < 400; i += 1) {
        const one = all[draw(all.length)];
        const what = draw(8);
        if (what < 4 || !one) {
          const added = waiting(i, draw);
          indexed.add(added);
          all.push(added);
        } else if (what === 4) {
          indexed.delete(one);
          all = all.filter((other) => other !== one);
        } else if (what === 5) indexed.saved(one);
        else indexed.tell(one, (['no', 'unsaved', 'saved'] as const)[draw(3)]!);

        const { entry } = waiting(1_000 + i, draw);
        const repeated = repeatedBy(all, entry);
        if (repeated) found += 1;
        expect(indexed.repeatedBy(entry)).toBe(repeated);
        expect([...indexed.values()]).toEqual(all);
        expect([...indexed.unsaved].toSorted(byId)).toEqual(
          all.filter(({ inJournal }) => !inJournal).toSorted(byId),
        );
        for (const told of ['no', 'unsaved', 'saved'] as const) {
          expect(indexed.count(told)).toBe(all.filter((other) => other.told === told).length);
        }
      }
      expect(found).toBeGreaterThan(0);
    },
  );

  it('one that was booked while it was being written to the journal is deleted and counts no more', () => {
    const indexed = new WaitingSightings();
    const one = waiting(1, () => 1);
    indexed.add(one);
    indexed.delete(one);
    indexed.saved(one);
    indexed.delete(one);
    expect([indexed.size, indexed.unsaved.size, indexed.count(one.told)]).toEqual([0, 0, 0]);
  });
});

function byId(a: WaitingSighting, b: WaitingSighting): number {
  return Number(a.entry.id) - Number(b.entry.id);
}
