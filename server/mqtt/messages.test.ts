import { describe, expect, it } from 'vitest';
import { asTold, MOST_LISTED, type PeopleTold, retainedMessages } from './messages.ts';
import type { PersonIn, Snapshot } from './snapshot.ts';
import { Topics } from './topics.ts';

const BERLIN = { id: '11111111-0000-4000-8000-000000000000', name: 'Berlin' };
const LYON = { id: '22222222-0000-4000-8000-000000000000', name: 'Lyon' };
const STORE = { id: '33333333-0000-4000-8000-000000000000', name: 'Store' };
const DOOR = '44444444-0000-4000-8000-000000000000';

const grace: PersonIn = {
  number: 'E-1',
  name: 'Grace Hopper',
  department: 'store',
  siteId: BERLIN.id,
  state: 'in',
  since: '2026-12-01T07:00:00.000Z',
};
const ada: PersonIn = { ...grace, number: 'E-2', name: 'Ada Lovelace', department: '', state: 'uncertain' };

const NOW: Snapshot = {
  people: [ada, grace],
  sites: [BERLIN, LYON],
  departments: [STORE],
  devices: [
    {
      id: DOOR,
      name: 'Door',
      kind: 'station',
      site: 'Berlin',
      online: true,
      recognizing: true,
      problem: null,
    },
  ],
};

const topics = new Topics({ prefix: 'muster', discovery: 'homeassistant' });
const at = (told: PeopleTold, now = NOW) => {
  const said = retainedMessages(now, topics, told);
  return (topic: string) => {
    const payload = said.get(topic);
    return payload === undefined ? undefined : (JSON.parse(payload) as Record<string, unknown>);
  };
};

describe('what is retained', () => {
  it('by default sites are counted, and nothing says who anybody is, in which department, or by which number', () => {
    const said = retainedMessages(NOW, topics, 'counts');
    expect(JSON.parse(said.get('muster/present')!)).toEqual({ present: 2, uncertain: 1 });
    expect(JSON.parse(said.get(`muster/sites/${BERLIN.id}`)!)).toEqual({
      name: 'Berlin',
      present: 2,
      uncertain: 1,
    });
    expect(JSON.parse(said.get(`muster/sites/${LYON.id}`)!)).toMatchObject({ present: 0 });
    expect([...said].flat().join()).not.toMatch(/Grace|Ada|Hopper|E-1|E-2|store|07:00/i);
  });

  it('departments are counted where that is asked for, whatever their capitals', () => {
    expect(at('departments')(`muster/departments/${STORE.id}`)).toEqual({
      name: 'Store',
      present: 1,
      uncertain: 0,
    });
    expect(JSON.stringify([...retainedMessages(NOW, topics, 'departments')])).not.toMatch(
      /Grace|Ada|E-1|E-2/,
    );
  });

  it('numbers are told without names, and names where both are asked for', () => {
    expect(at('numbers')('muster/present')).toEqual({
      present: 2,
      uncertain: 1,
      people: [
        { number: 'E-2', state: 'uncertain', since: ada.since },
        { number: 'E-1', state: 'in', since: grace.since },
      ],
    });
    expect(JSON.stringify([...retainedMessages(NOW, topics, 'numbers')])).not.toMatch(/Grace|Ada/);
    expect(at('names')('muster/present')?.['people']).toMatchObject([
      { name: 'Ada Lovelace' },
      { name: 'Grace Hopper' },
    ]);
  });

  it('lists 1,000 people at most, and counts all of them', () => {
    const people = Array.from({ length: MOST_LISTED + 1 }, () => grace);
    const said = at('names', { ...NOW, people })('muster/present')!;
    expect(said['present']).toBe(1_001);
    expect(said['people']).toHaveLength(1_000);
  });

  it('that the server is there is said last', () => {
    expect([...retainedMessages(NOW, topics, 'names')].at(-1)).toEqual(['muster/status', 'online']);
  });

  it('a device says whether it is connected, and why not', () => {
    const [door] = NOW.devices;
    const away = { ...door!, online: false, problem: 'no-pictures' as const };
    expect(at('counts', { ...NOW, devices: [away] })(`muster/devices/${DOOR}`)).toEqual({
      state: 'offline',
      name: 'Door',
      kind: 'station',
      site: 'Berlin',
      recognizing: true,
      problem: 'no-pictures',
    });
  });

  it('everything is where the publisher looks for what it has to take away', () => {
    const patterns = topics.owned.map((filter) => new RegExp(`^${filter.replaceAll('+', '[^/]+')}$`));
    const unowned = [...retainedMessages(NOW, topics, 'departments').keys()].filter(
      (topic) => !patterns.some((pattern) => pattern.test(topic)),
    );
    expect(unowned).toEqual([]);
  });

  it('no discovery is told where none is wanted, and the former one is still looked for', () => {
    const without = new Topics({ prefix: 'house/muster', discovery: null });
    const said = [...retainedMessages(NOW, without, 'departments').keys()];
    expect(said.filter((topic) => !topic.startsWith('house/muster/'))).toEqual([]);
    expect(without.owned).toContain('homeassistant/sensor/house_muster/+/config');
  });
});

describe('events', () => {
  const person = { id: 'p', number: 'E-1', displayName: 'Grace Hopper', department: 'Store', erased: false };
  const event = {
    id: 'evt_1',
    type: 'punch.corrected',
    data: { voided: [{ id: 'v', person, site: { id: 's', name: 'Berlin' } }], added: [], number: 3 },
  };

  it.each([
    ['counts', { ...person, number: null, displayName: null, department: null }],
    ['departments', { ...person, number: null, displayName: null }],
    ['numbers', { ...person, displayName: null }],
    ['names', person],
  ] as const)('with %s, a person in an event is told as far as that', (told, expected) => {
    const { data } = asTold(event, told);
    expect(data).toEqual({
      voided: [{ id: 'v', person: expected, site: { id: 's', name: 'Berlin' } }],
      added: [],
      number: 3,
    });
  });
});
