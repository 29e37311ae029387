import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laterTick, type OrderedTick, TICKS, type TickSays } from './roll-call-ticks.ts';

interface Tick extends OrderedTick {
  person: string;
  says: TickSays;
}

const START = Date.parse('2026-11-23T13:00:00Z');

/** Few clients, instants and people, so that ties are common. What a tick says follows from its number: a number is used once. */
const ticks = fc
  .uniqueArray(
    fc.record({
      client: fc.constantFrom('a', 'b', 'c'),
      sequence: fc.integer({ min: 1, max: 12 }),
      seconds: fc.integer({ min: 0, max: 5 }),
      person: fc.constantFrom('ada', 'grace', 'emma'),
      says: fc.constantFrom(...TICKS),
    }),
    { selector: ({ client, sequence }) => `${client}/${sequence}`, maxLength: 20 },
  )
  .map((all) =>
    all.map(({ seconds, ...tick }) => ({ ...tick, at: new Date(START + seconds * 1_000).toISOString() })),
  );

/** What a list shows after these deliveries. */
function stateAfter(deliveries: readonly Tick[]): Record<string, Tick> {
  const state: Record<string, Tick> = {};
  for (const tick of deliveries) state[tick.person] = laterTick(state[tick.person] ?? null, tick)!;
  return state;
}

describe('which tick counts', () => {
  it('is the same whatever the order of the deliveries, and however often each comes', () => {
    const deliveries = ticks.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.shuffledSubarray(all),
      ),
    );
    fc.assert(
      fc.property(deliveries, ([all, shuffled, repeated]) => {
        expect(stateAfter([...shuffled, ...repeated])).toEqual(stateAfter(all));
        expect(stateAfter([...repeated, ...shuffled])).toEqual(stateAfter(all));
      }),
    );
  });

  it('is the same when two lists are merged as when one list got everything', () => {
    fc.assert(
      fc.property(ticks, fc.array(fc.boolean()), (all, here) => {
        const one = stateAfter(all.filter((_, i) => here[i]));
        const other = stateAfter(all.filter((_, i) => !here[i]));
        expect(stateAfter([...Object.values(one), ...Object.values(other)])).toEqual(stateAfter(all));
      }),
    );
  });

  it('is the latest by its own time, not the last to arrive', () => {
    const early = {
      at: '2026-11-23T13:00:00.000Z',
      client: 'z',
      sequence: 9,
      person: 'ada',
      says: 'missing',
    };
    const late = { at: '2026-11-23T13:00:00.001Z', client: 'a', sequence: 1, person: 'ada', says: 'safe' };
    expect(laterTick(late, early)).toBe(late);
    expect(laterTick(early, late)).toBe(late);
    expect(laterTick(null, early)).toBe(early);
    expect(laterTick(null, null)).toBeNull();
  });
});
