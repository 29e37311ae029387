import { describe, expect, it } from 'vitest';
import { detailName } from './detail-names.ts';
import { detailValue } from './detail-text.ts';

const nameOf = (id: string) => (id === 'b3' ? 'Early' : undefined);

describe('the details of an audit event', () => {
  it('an instant and a date are written as dates, not as they are recorded', () => {
    expect(detailValue('at', '2026-11-28T11:27:00.000Z')).toMatch(/^Nov 28, 2026, \d{1,2}:27:00\s[AP]M$/);
    expect(detailValue('workDate', '2026-11-28')).toBe('Nov 28, 2026');
  });

  it('a recorded word is an everyday one only under the names that use it', () => {
    expect(detailValue('kind', 'in')).toBe('In');
    expect(detailValue('source', 'sighting')).toBe('Face');
    expect(detailValue('kind', 'change')).toBe('Change a punch');
    expect(detailValue('says', 'out')).toBe('Out');
    expect(detailValue('name', 'in')).toBe('in');
    expect(detailValue('language', 'de')).toBe('Deutsch');
  });

  it('the settings of a camera are written in words', () => {
    const day = { from: '06:00', to: '20:00' };
    expect(detailValue('hours', [day, null, null, null, null, null, { ...day, to: '12:00' }])).toBe(
      'Monday 06:00–20:00 and Sunday 06:00–12:00',
    );
    expect(detailValue('hours', null)).toBe('Always');
    const triangle = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    expect(detailValue('zone', triangle)).toBe('A zone with 3 corners');
    expect(detailValue('names', 'given')).toBe('The given name only');
  });

  it('what has no text stays as recorded', () => {
    expect(detailName('unheardOf')).toBe('unheardOf');
    expect(detailValue('unheardOf', 'https://id.example.com')).toBe('https://id.example.com');
    expect(detailValue('at', 'elsewhere')).toBe('elsewhere');
  });

  it('writes spans, rules, weeks and lists of fields in words', () => {
    expect(detailValue('longestStay', 46_800_000)).toBe('13 h 00 min');
    expect(detailValue('amount', -1_800_000)).toBe('−30 min');
    expect(detailValue('reading', 'in-and-out')).toBe('In and out');
    expect(detailValue('reading', 'as-of-old')).toBe('as-of-old');
    expect(detailValue('weeks', [[], []])).toBe('2 weeks');
    expect(detailValue('fields', ['name', 'siteId'])).toBe('Name and Site');
    expect(detailValue('breaks', { steps: [], punchedCount: true })).toBe('No break is deducted.');
    expect(detailValue('year', 2026)).toBe('2026');
    expect(detailValue('filters', [])).toBe('–');
  });

  it('names what an ID stands for, also in a list', () => {
    expect(detailValue('shiftIds', ['b3', 'c4'], nameOf)).toBe('Early and c4');
  });
});
