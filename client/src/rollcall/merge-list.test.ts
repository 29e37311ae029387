import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laterTick, TICKS } from '#protocol/roll-call-ticks.ts';
import type { ListedView, RollCallView, TickView } from '#protocol/roll-calls.ts';
import { withNews, withTicks } from './merge-list.ts';
import type { WaitingTick } from './roll-call-store.ts';

const OWN = { by: 'Wilma', client: 'b' };

const listed = (id: string, tick: TickView | null = null): ListedView => ({
  person: { id, number: id, displayName: id, department: '' },
  siteId: null,
  state: 'in',
  since: null,
  seenAt: null,
  door: null,
  added: false,
  tick,
});

const call = (version: number, people: readonly ListedView[], whole = true): RollCallView => ({
  id: 'call',
  siteId: null,
  site: null,
  started: { name: 'Ada', at: '2026-11-23T13:00:00.000Z' },
  ended: null,
  at: '2026-11-23T13:00:00.000Z',
  version,
  whole,
  people: [...people],
  sites: [],
});

const at = fc.integer({ min: 0, max: 9 }).map((s) => `2026-11-23T13:00:0${s}.000Z`);
const elsewhere = fc.record({
  says: fc.constantFrom(...TICKS),
  at,
  by: fc.constant('Walter'),
  client: fc.constantFrom('a', 'c'),
  sequence: fc.integer({ min: 1, max: 5 }),
});
/** Of one browser, whose later tick always has a later time. */
const waiting = fc
  .uniqueArray(fc.record({ at, says: fc.constantFrom(...TICKS) }), { selector: (tick) => tick.at })
  .map((ticks) =>
    ticks
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map((tick, i): WaitingTick =>
        Object.assign(tick, { sequence: i + 1, person: 'ada', accountId: 'x', rollCallId: 'call' }),
      ),
  );

describe('the list on a page without the server', () => {
  it('shows what the server will show when it has got the ticks', () => {
    fc.assert(
      fc.property(fc.option(elsewhere), waiting, (known, ticks) => {
        const shown = withTicks(call(1, [listed('ada', known)]), ticks, OWN).people[0]!.tick;
        let server: TickView | null = known;
        for (const { says, at: when, sequence } of ticks.toReversed()) {
          server = laterTick<TickView>({ ...OWN, says, at: when, sequence }, server);
        }
        expect(shown).toEqual(server);
      }),
    );
  });

  it('is the same whether a delivered tick still counts as waiting or not', () => {
    fc.assert(
      fc.property(fc.option(elsewhere), waiting, (known, ticks) => {
        const before = call(1, [listed('ada', known)]);
        const after = withTicks(before, ticks, OWN);
        expect(withTicks(after, ticks, OWN)).toEqual(after);
      }),
    );
  });
});

describe('news of a roll call', () => {
  it('replaces who has changed, adds who came, in the order of names, and keeps the others', () => {
    const known = call(
      3,
      ['Ada', 'Émile', 'Zoe'].map((name) => listed(name)),
    );
    const missing = { says: 'missing', at: known.at, by: 'Walter', client: 'a', sequence: 1 } as const;
    const merged = withNews(known, call(5, [listed('Zoe', missing), listed('Frank')], false));
    expect(merged.people.map(({ person }) => person.id)).toEqual(['Ada', 'Émile', 'Frank', 'Zoe']);
    expect(merged.people.at(-1)!.tick).toEqual(missing);
    expect(merged).toMatchObject({ version: 5, whole: true });
  });

  it('that a later answer has overtaken changes nothing', () => {
    const known = call(5, [listed('Ada')]);
    expect(withNews(known, call(4, [listed('Ada'), listed('Zoe')]))).toBe(known);
    expect(withNews(known, { ...call(1, []), id: 'another' }).id).toBe('another');
  });
});
